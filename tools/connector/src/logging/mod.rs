//! Sets up logging: a span for each action, with a span for each of its requests, which has ids,
//! status, duration and bytes. Spans contain a request's path with its ids, but no token, query
//! or body.

#[cfg(feature = "otlp")]
mod otlp;

use std::io;

use clap::{Args, ValueEnum};
use tracing::Subscriber;
use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use connector_egress::Origin;

/// wasmtime logs here each call between component and host with its arguments, including a
/// request's query. No filter enables it.
const CALLS: &str = "wasmtime_wasi_http::p2::bindings";

/// What to log.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub struct Logging {
    /// Log to standard error: error, warn, info, debug, trace, or a filter such
    /// as host_test=debug [default: RUST_LOG, or nothing]
    #[arg(long = "log", global = true, value_name = "FILTER")]
    filter: Option<String>,
    /// How log lines are written
    #[arg(
        long = "log-format",
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// One JSON object a line
    Json,
}

/// Why logging cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter does not parse.
    #[error(
        "--log: {given:?} is not a filter ({source}); give a level such as info, or host_test=debug"
    )]
    Filter {
        /// The filter.
        given: String,
        /// The parse error.
        source: ParseError,
    },
    /// A variable's value is not the address of a collector. The value may contain a password.
    #[error(
        "{0} is not the address of a collector; give scheme and host without a user name, such as \
         https://collector.example:4318"
    )]
    Collector(&'static str),
    /// Traces would be sent over the network unencrypted.
    #[error(
        "{variable}: traces would go to {origin} unencrypted; give an address with https, or one \
         of this machine, such as http://127.0.0.1:4318"
    )]
    Unencrypted {
        /// The variable that names the collector.
        variable: &'static str,
        /// The collector.
        origin: Origin,
    },
    /// Traces cannot be exported.
    #[error(
        "traces cannot be exported: {0}; correct the variables that begin with OTEL_EXPORTER_OTLP, \
         or leave them out to export none"
    )]
    Export(String),
}

/// Logging; on drop, the remaining spans are exported.
#[must_use = "dropping it ends the export of traces"]
pub struct Logged {
    #[cfg(feature = "otlp")]
    export: Option<otlp::Export>,
}

impl Logging {
    /// Sets up logging, once per process. With the feature `otlp`, spans also go to the
    /// collector that OTEL_EXPORTER_OTLP_ENDPOINT names.
    ///
    /// # Errors
    ///
    /// When the filter does not parse or the collector's address is invalid.
    pub fn start(&self) -> Result<Logged, LoggingError> {
        let registry = Registry::default().with(self.lines()?);
        #[cfg(feature = "otlp")]
        let (registry, export) = {
            let export = otlp::Export::from_environment()?;
            (
                registry.with(export.as_ref().map(otlp::Export::layer)),
                export,
            )
        };
        registry.init();
        Ok(Logged {
            #[cfg(feature = "otlp")]
            export,
        })
    }

    /// Lines on standard error.
    fn lines<S>(&self) -> Result<impl Layer<S> + use<S>, LoggingError>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let given = self.filter.clone();
        let given = given.or_else(|| std::env::var(EnvFilter::DEFAULT_ENV).ok());
        let given = given.unwrap_or_else(|| "off".to_owned());
        let filter = EnvFilter::builder().parse(&given);
        let filter = filter.map_err(|source| LoggingError::Filter { given, source })?;
        // Without a maximum level, wasmtime would format every event before it is dropped.
        let calls = filter_fn(|event| !event.target().starts_with(CALLS));
        let filter = filter.and(calls.with_max_level_hint(LevelFilter::TRACE));
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(command_output::error_has_color())
            // Would panic if standard error is closed.
            .log_internal_errors(false);
        Ok(match self.format {
            Format::Text => lines.with_filter(filter).boxed(),
            Format::Json => lines.json().with_filter(filter).boxed(),
        })
    }
}

#[cfg(feature = "otlp")]
impl Drop for Logged {
    fn drop(&mut self) {
        if let Some(export) = self.export.take() {
            export.finish();
        }
    }
}
