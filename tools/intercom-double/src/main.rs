//! Stands in for Intercom on the loopback, for anybody who wants to try a
//! connector without a workspace.

use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use secrecy::{ExposeSecret, SecretString};

use intercom_double::intercom::{self, COUNTS_PATH, Client};
use intercom_double::openapi::{Description, DescriptionError};
use intercom_double::server::until_interrupted;
use intercom_double::{IntercomDouble, Options, Region};

/// Serve a double of Intercom on the loopback: contacts, searches, messages,
/// OAuth.
///
/// It remembers what it is sent until it ends, and prints the variables that
/// lead a connector to it. Everything in it is invented; no token, code or secret
/// of it is of use anywhere else.
#[derive(Debug, Parser)]
#[command(
    name = "intercom-double",
    version,
    after_help = "Examples:\n  \
    intercom-double\n  \
    intercom-double --port 8401 --contacts 500 --rate-limit 166\n  \
    intercom-double --token t-1 --region EU --for 60s\n\n\
    The variables are on standard output, one a line, as soon as it listens. With\n\
    INTERCOM_OPENAPI or --openapi, requests that the API description does not allow\n\
    are refused. GET /double/counts, without a token, tells as JSON what was asked,\n\
    how many messages each contact received, and which writes came twice. PUT\n\
    /double/script takes a JSON list of what to do with coming requests, such as\n\
    [{\"request\": \"POST /messages\", \"times\": 2, \"status\": 503}] or\n\
    [{\"request\": \"PUT /contacts/7\", \"containing\": \"Ada\", \"hold_ms\": 5000}].\n\n\
    Exit status: 0 it was ended, 1 it could not start, 2 the command line is wrong."
)]
struct Arguments {
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
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    bound: Option<Duration>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Why there is no double.
#[derive(Debug, thiserror::Error)]
enum StartError {
    /// The API description cannot be used.
    #[error(transparent)]
    Description(#[from] DescriptionError),
    /// The port cannot be listened on.
    #[error("port {port}: {source}; choose another, or 0 for a free one")]
    Listen { port: u16, source: io::Error },
}

async fn run(arguments: Arguments) -> Result<(), StartError> {
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
    .map_err(|source| StartError::Listen { port, source })?;
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
    until_interrupted(arguments.bound).await;
    double.stop().await;
    Ok(())
}

fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}
