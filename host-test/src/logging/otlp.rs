//! Exports spans to an OpenTelemetry collector, by OTLP over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::LoggingError;
use crate::host::egress::Trust;

/// The variable that names the collector, as all OpenTelemetry programs have it.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// How long the last spans may take to be sent; a program that ends must not
/// hang for a collector that does not answer.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The export of spans.
pub(super) struct Export(SdkTracerProvider);

impl Export {
    /// An export to the collector that the environment names, if it names one.
    pub(super) fn from_environment() -> Result<Option<Self>, LoggingError> {
        if std::env::var_os(ENDPOINT).is_none() {
            return Ok(None);
        }
        let failed = |error: &dyn std::error::Error| LoggingError::Export(error.to_string());
        let tls = Trust::system().client().map_err(|error| failed(&error))?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_all_versions()
            .build();
        let client = Collector {
            client: Client::builder(TokioExecutor::new()).build(connector),
            runtime: Handle::current(),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .build()
            .map_err(|error| failed(&error))?;
        let resource = Resource::builder().with_service_name("host-test").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Some(Self(provider)))
    }

    /// The layer that hands spans over: ours, from info on.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let tracer = self.0.tracer("host-test");
        let ours = tracing_subscriber::filter::Targets::new()
            .with_target(env!("CARGO_CRATE_NAME"), LevelFilter::INFO);
        tracing_opentelemetry::layer()
            .with_tracer(tracer)
            .with_filter(ours)
    }

    /// Sends what is left.
    pub(super) fn finish(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_WORDS) {
            eprintln!("{ENDPOINT}: the last traces were not taken: {error}");
        }
    }
}

/// A client that sends on the program's own runtime: the exporter waits for it
/// on a thread that has none.
#[derive(Debug)]
struct Collector {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sending = self.client.request(request.map(Full::new));
        let exchange = async {
            let (head, body) = sending.await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        self.runtime.spawn(exchange).await?
    }
}
