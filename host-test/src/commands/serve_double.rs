//! `serve-double`: stands in for Intercom on the loopback.

use std::convert::Infallible;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use super::{CommandError, duration};
use crate::doubles::intercom::{self, COUNTS_PATH, Client};
use crate::doubles::{IntercomDouble, Options, Region};
use crate::openapi::Description;

/// Serve a double of Intercom on the loopback: contacts, searches, messages,
/// OAuth.
///
/// It remembers what it is sent until it ends, and prints the variables that
/// lead a connector to it. Everything in it is invented; no token, code or secret
/// of it is of use anywhere else.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test serve-double\n  \
    host-test serve-double --port 8401 --contacts 500 --rate-limit 166\n  \
    host-test serve-double --token t-1 --region EU --for 60s\n\n\
    The variables are on standard output, one a line, as soon as it listens. With\n\
    INTERCOM_OPENAPI or --openapi, requests that the API description does not allow\n\
    are refused. GET /double/counts, without a token, tells as JSON what was asked,\n\
    how many messages each contact received, and which writes came twice. PUT\n\
    /double/script takes a JSON list of what to do with coming requests, such as\n\
    [{\"request\": \"POST /messages\", \"times\": 2, \"status\": 503}] or\n\
    [{\"request\": \"PUT /contacts/7\", \"containing\": \"Ada\", \"hold_ms\": 5000}].\n\n\
    Exit status: 0 it was ended, 1 it could not start, 2 the command line is wrong.")]
pub struct Arguments {
    /// The port to listen on; 0 for a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// A token that works; may be given several times
    #[arg(long, value_name = "TOKEN", value_parser = secret, default_value = intercom::TOKEN)]
    token: Vec<SecretString>,
    /// Where the workspace says it is hosted
    #[arg(long, value_enum, ignore_case = true, default_value_t = Region::Us)]
    region: Region,
    /// How many contacts there are from the start
    #[arg(long, value_name = "N", default_value_t = 0)]
    contacts: usize,
    /// How many requests ten seconds allow; any number without it
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// The client id of the app that the OAuth flow is for
    #[arg(long, value_name = "ID", default_value = intercom::CLIENT_ID)]
    client_id: String,
    /// Its client secret
    #[arg(long, value_name = "SECRET", value_parser = secret, default_value = intercom::CLIENT_SECRET)]
    client_secret: SecretString,
    /// Where the OAuth flow leads back to, if the request names no place
    #[arg(long, value_name = "URL", default_value = intercom::REDIRECT_URI)]
    redirect_uri: String,
    /// The API description to hold requests against, a YAML file
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
    /// End after this time, such as 60s; without it, on Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse)]
    bound: Option<Duration>,
}

/// Runs the command.
///
/// # Errors
///
/// When the port is taken or the API description cannot be used.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let description = match &arguments.openapi {
        Some(path) => Some(Description::read(path)?),
        None => Description::at_hand()?,
    };
    let judged = description.is_some();
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
    .map_err(|source| CommandError::Listen { port, source })?;
    println!("INTERCOM_BASE_URL={}", double.url());
    for token in &tokens {
        println!("INTERCOM_ACCESS_TOKEN={}", token.expose_secret());
    }
    eprintln!(
        "serving; requests are {}; counts at {}{COUNTS_PATH}",
        if judged {
            "held against the API description"
        } else {
            "not held against an API description"
        },
        double.url()
    );
    wait(arguments.bound).await;
    double.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C, for so long at the most.
pub(super) async fn wait(bound: Option<Duration>) {
    let interrupted = async {
        // Where Ctrl-C can't be listened to, it ends the process by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    match bound {
        None => interrupted.await,
        // Either way it is time to end.
        Some(bound) => drop(tokio::time::timeout(bound, interrupted).await),
    }
}

fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}
