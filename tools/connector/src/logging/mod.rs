//! Sets up what is logged, and how: a span for each action and, in it, one for
//! each request, with ids, status, duration and bytes. Neither the token nor
//! queries nor bodies are in them; a request's path is, and what ids stand in it.

#[cfg(feature = "otlp")]
mod otlp;

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};
use tracing::Subscriber;
use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, ParseError, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use connector_egress::Origin;

/// Where wasmtime logs each call between component and host with its arguments,
/// a request's query among them. No filter lets that through.
const CALLS: &str = "wasmtime_wasi_http::p2::bindings";

/// What is logged.
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
    /// A line for a person
    Text,
    /// A JSON object a line
    Json,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter does not parse.
    #[error(
        "--log: {given:?} is not a filter ({source}); give a level such as info, or host_test=debug"
    )]
    Filter {
        /// The filter.
        given: String,
        /// What is wrong with it.
        source: ParseError,
    },
    /// A variable does not name a collector. Its value may hold a password.
    #[error(
        "{0} is not the address of a collector; give scheme and host without a user name, such as \
         https://collector.example:4318"
    )]
    Collector(&'static str),
    /// Traces would go over the network for all to read.
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

/// A log that has been set up; on drop, what is left of it is written.
#[must_use = "dropping it ends the export of traces"]
pub struct Logged {
    #[cfg(feature = "otlp")]
    export: Option<otlp::Export>,
}

impl Logging {
    /// Sets the log up, once a process. With the feature `otlp`, traces also go
    /// to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names.
    ///
    /// # Errors
    ///
    /// When the filter does not parse or the collector's address is none.
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
        // A filter that does not say how much it lets through has every event that
        // wasmtime could log made up first, and then dropped.
        let calls = filter_fn(|event| !event.target().starts_with(CALLS));
        let filter = filter.and(calls.with_max_level_hint(LevelFilter::TRACE));
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(io::stderr().is_terminal())
            // It would panic where standard error is closed.
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
