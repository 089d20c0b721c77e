//! Exports spans to an OpenTelemetry collector by OTLP over HTTP, with TLS or to loopback.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError, ResponseBodyTooLarge};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::LoggingError;
use connector_egress::{Origin, Trust, TrustError};

/// OpenTelemetry's standard variables for the collector; the first that is set is used.
const ENDPOINTS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/// The collector's timeout: OpenTelemetry's default. A shorter one loses the spans of a busy
/// collector; while a request lasts, new spans wait, and those beyond 2048 are dropped.
const PATIENCE: Duration = Duration::from_secs(10);

/// Maximum size of a collector's response, in bytes: OpenTelemetry's limit, which the error
/// names.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Timeout for the last spans, so that the program's end does not hang on a collector that does
/// not respond.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The export of spans.
pub(super) struct Export(SdkTracerProvider);

impl Export {
    /// An exporter to the collector that the environment names, if any.
    pub(super) fn from_environment() -> Result<Option<Self>, LoggingError> {
        let mut named = ENDPOINTS.iter().filter_map(|variable| {
            let value = std::env::var_os(variable)?;
            (!value.is_empty()).then_some((*variable, value))
        });
        let Some((variable, value)) = named.next() else {
            return Ok(None);
        };
        check(variable, &value.to_string_lossy())?;
        let failed = |error: &dyn std::error::Error| LoggingError::Export(error.to_string());
        let client = Collector::new(PATIENCE).map_err(|error| failed(&error))?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .build()
            .map_err(|error| failed(&error))?;
        let resource = Resource::builder().with_service_name("connector").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Some(Self(provider)))
    }

    /// The layer that exports our spans, from level info.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let tracer = self.0.tracer("connector");
        let ours = tracing_subscriber::filter::Targets::new()
            .with_target(env!("CARGO_CRATE_NAME"), LevelFilter::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_filter(ours)
    }

    /// Sends the remaining spans.
    pub(super) fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_WORDS) {
            command_output::error_line(format_args!(
                "the collector did not accept the last traces: {error}"
            ));
        }
    }
}

/// Checks that traces may be sent to an address.
fn check(variable: &'static str, address: &str) -> Result<(), LoggingError> {
    let uri = address.parse::<Uri>().ok();
    let origin = uri.as_ref().and_then(Origin::of);
    let origin = origin.ok_or(LoggingError::Collector(variable))?;
    match origin.secure || origin.host.is_loopback() {
        true => Ok(()),
        false => Err(LoggingError::Unencrypted { variable, origin }),
    }
}

/// A client that runs on the program's own runtime: the exporter calls it on a thread without
/// one.
#[derive(Debug)]
struct Collector {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    runtime: Handle,
    patience: Duration,
}

impl Collector {
    /// A client on this runtime, with a timeout of `patience`.
    fn new(patience: Duration) -> Result<Self, TrustError> {
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(Trust::system().client()?())
            .https_or_http()
            .enable_all_versions()
            .build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            runtime: Handle::current(),
            patience,
        })
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sending = self.client.request(request.map(Full::new));
        let exchange = async {
            let (head, body) = sending.await?.into_parts();
            let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
            let body = body.map_err(unread)?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        let patience = self.patience;
        let in_time = async move { timeout(patience, exchange).await };
        self.runtime.spawn(in_time).await??
    }
}

/// Why a response was not read completely. One that is too large is not requested again.
fn unread(error: HttpError) -> HttpError {
    match error.is::<LengthLimitError>() {
        true => Box::new(ResponseBodyTooLarge::new()),
        false => error,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn traces_are_encrypted_or_stay_on_this_machine() {
        let refused = |address| check("VARIABLE", address).err().map(|e| e.to_string());
        for address in [
            "https://collector.example/otlp",
            "http://127.0.0.1:4318",
            "http://[::1]:4318/",
            "http://localhost:4318",
        ] {
            assert_eq!(refused(address), None, "{address}");
        }
        for (address, origin) in [
            (
                "http://collector.example:4318/x?key=1",
                "http://collector.example:4318",
            ),
            ("http://10.0.0.7", "http://10.0.0.7"),
            ("http://localhost.example", "http://localhost.example"),
        ] {
            let expected = format!("VARIABLE: traces would go to {origin} unencrypted; ");
            let said = refused(address).unwrap();
            assert!(said.starts_with(&expected), "{said}");
        }
        for address in [
            "",
            "collector",
            "ftp://x",
            "http://127.0.0.1@collector.example",
            "https://a:pw@b",
        ] {
            let said = refused(address).unwrap();
            assert!(
                said.starts_with("VARIABLE is not the address of a collector; "),
                "{said}"
            );
            assert!(!said.contains("pw"), "{said}");
        }
    }

    /// The outcome of sending to a collector that receives a request and then does what `answer`
    /// says.
    async fn send<F>(answer: impl FnOnce(TcpStream) -> F + Send + 'static) -> HttpError
    where
        F: Future<Output = ()> + Send,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            answer(stream).await;
        });
        let collector = Collector::new(Duration::from_millis(500)).unwrap();
        let request = Request::post(uri).body(Bytes::new()).unwrap();
        let sent = timeout(PATIENCE, collector.send_bytes(request)).await;
        serving.abort();
        sent.unwrap().unwrap_err()
    }

    #[tokio::test]
    async fn an_unresponsive_collector_does_not_delay_the_command() {
        let error = send(|stream| async {
            std::future::pending::<()>().await;
            drop(stream);
        });
        assert!(error.await.is::<tokio::time::error::Elapsed>());
    }

    #[tokio::test]
    async fn an_endless_response_is_not_read_to_its_end() {
        let error = send(|mut stream| async move {
            let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
            stream.write_all(head).await.unwrap();
            while stream.write_all(&[0; 64 * 1024]).await.is_ok() {}
        });
        assert!(error.await.is::<ResponseBodyTooLarge>());
    }
}
