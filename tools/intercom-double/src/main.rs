//! Serves a double of Intercom on loopback, to try a connector without a workspace.

use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use command_output as output;
use secrecy::{ExposeSecret, SecretString};

use intercom_double::intercom::{
    CLIENT_ID, CLIENT_SECRET, COUNTS_PATH, Client, REDIRECT_URI, TOKEN,
};
use intercom_double::openapi::{Description, DescriptionError};
use intercom_double::server::until_interrupted;
use intercom_double::webhooks::{Manner, Notification, RETRY_AFTER, Webhooks, samples};
use intercom_double::{IntercomDouble, Options, Region};

/// Serve a double of Intercom on loopback: contacts, searches, messages and OAuth.
///
/// It prints the environment variables that point a connector to it, and keeps its
/// data in memory until it stops. All data is invented; its tokens, codes and
/// secrets work nowhere else.
#[derive(Debug, Parser)]
#[command(
    name = "intercom-double",
    version,
    max_term_width = output::COLUMNS,
    after_help = "Examples:\n  \
    intercom-double\n  \
    intercom-double --port 8401 --contacts 500 --rate-limit 166\n  \
    intercom-double --token t-1 --region EU --for 60s\n\n\
    The variables are printed to standard output, one per line, as soon as it \
    listens.\n\n\
    GET /double/counts returns JSON: requests, responses, messages by contact, \
    duplicated writes, and requests that violate the API description. It needs no \
    token.\n\n\
    PUT /double/script sets errors and delays for coming requests, as a JSON list:\n  \
    [{\"request\": \"POST /messages\", \"times\": 2, \"status\": 503}]\n  \
    [{\"request\": \"PUT /contacts/7\", \"containing\": \"Ada\", \"hold_ms\": 5000}]\n\n\
    --deliver URL sends webhooks there, signed with the client secret: three valid \
                  ones, one of them twice, then invalid ones.\n\n\
    Exit status: 0 stopped, 1 could not start, 2 wrong command line."
)]
struct Arguments {
    /// Port to listen on; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Valid access token; may be repeated
    #[arg(long, value_name = "TOKEN", value_parser = secret, default_value = TOKEN)]
    token: Vec<SecretString>,
    /// Region that the workspace reports
    #[arg(long, value_enum, ignore_case = true, default_value_t = Region::Us)]
    region: Region,
    /// Number of contacts to start with
    #[arg(long, value_name = "N", default_value_t = 0)]
    contacts: usize,
    /// Requests allowed in ten seconds [default: unlimited]
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// Client id of the OAuth app
    #[arg(long, value_name = "ID", default_value = CLIENT_ID)]
    client_id: String,
    /// Client secret of the OAuth app
    #[arg(long, value_name = "SECRET", value_parser = secret, default_value = CLIENT_SECRET)]
    client_secret: SecretString,
    /// Redirect URI for OAuth requests without one
    #[arg(long, value_name = "URL", default_value = REDIRECT_URI)]
    redirect_uri: String,
    /// Reject requests that violate this API description, a YAML file
    /// [default: the file in INTERCOM_OPENAPI, if set]
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
    /// Send sample webhooks to this address, print the statuses, and stop
    #[arg(long, value_name = "URL")]
    deliver: Option<http::Uri>,
    /// Stop after this time, such as 60s or 5m [default: on Ctrl-C]
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    limit: Option<Duration>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error_line(error);
            ExitCode::FAILURE
        }
    }
}

/// Why the double cannot start.
#[derive(Debug, thiserror::Error)]
enum StartError {
    /// The API description cannot be loaded.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// It cannot listen on the port.
    #[error("--port {port}: {source}; choose another port, or 0 for a free one")]
    Listen { port: u16, source: io::Error },
}

/// Sends the samples: first valid ones, then invalid ones.
async fn deliver(address: http::Uri, secret: SecretString) {
    let webhooks = Webhooks::new(address, secret, RETRY_AFTER);
    let status = webhooks.check().await.unwrap_or_default();
    output::line(format_args!("{status} HEAD"));
    let [contact, reply, ticket] = samples();
    for (notification, manner) in [
        // Intercom does not guarantee the order.
        (&reply, Manner::Plain),
        (&contact, Manner::Twice),
        (&ticket, Manner::Plain),
        (&ticket, Manner::WrongSignature),
        (&ticket, Manner::Unsigned),
        (&ticket, Manner::Changed),
        (&ticket, Manner::Captured),
    ] {
        let Notification { id, topic, .. } = notification;
        for status in webhooks.deliver(notification, manner).await {
            output::line(format_args!("{status} {topic} {id} {manner:?}"));
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
    if let Some(address) = arguments.deliver {
        deliver(address, arguments.client_secret).await;
        return Ok(());
    }
    let description = match &arguments.openapi {
        Some(path) => Some(Description::read(path)?),
        None => Description::from_env()?,
    };
    let validation = match description {
        Some(_) => "requests are validated against the API description",
        None => "requests are not validated: no API description",
    };
    let port = arguments.port;
    let tokens = arguments.token.clone();
    let double = IntercomDouble::start(Options {
        port,
        tokens: arguments.token,
        client: Client {
            id: arguments.client_id,
            secret: arguments.client_secret,
            redirect_uri: arguments.redirect_uri,
        },
        region: arguments.region,
        contacts: arguments.contacts,
        rate_limit: arguments.rate_limit,
        description,
    })
    .await
    .map_err(|source| StartError::Listen { port, source })?;
    let url = double.url();
    output::line(format_args!("INTERCOM_BASE_URL={url}"));
    for token in &tokens {
        let token = token.expose_secret();
        output::line(format_args!("INTERCOM_ACCESS_TOKEN={token}"));
    }
    output::error_line(format_args!("serving; counts at {url}{COUNTS_PATH}"));
    output::error_line(validation);
    until_interrupted(arguments.limit).await;
    double.stop().await;
    Ok(())
}

fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}

/// Parses a duration. The error replaces the parser's own, which does not always
/// say what is accepted.
fn duration(text: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(text)
        .map_err(|_| "not a duration; give numbers with units, such as 60s, 5m or 1h 30m")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn help_fits_a_terminal() {
        test_support::command_line::assert_help_fits(&super::Arguments::command());
    }
}
