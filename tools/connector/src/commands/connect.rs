//! `connect`: gets a token from a person, checks it, and stores it for `call`.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::host::{ActionEnded, Host, HostArguments};
use super::{CommandError, blocking, print_causes};
use crate::connections::{
    Connection, ConnectionId, DEFAULT_NAME, Name, Redirect, State, Store, code_of,
};
use crate::hidden_prompt;
use command_output as output;
use connector_cases::without_mark;
use connector_egress::Policy;
use connector_host::printable;
use connector_host::{Environment, explain};
use intercom_connector::region_named;

/// The variable of the region, which the service reports once a token works.
const REGION: &str = "INTERCOM_REGION";

/// The variable of another API address, for which regions do not apply.
const BASE_URL: &str = "INTERCOM_BASE_URL";

/// The variables that locate a workspace, and are stored with its connection. Others, such as
/// timeouts, belong to the caller: if stored, they would silently affect later calls.
const PLACE: [&str; 3] = [REGION, BASE_URL, "INTERCOM_VERSION"];

/// How long a person may take to log in and authorize the app; after that, the command gives up.
const PATIENCE: Duration = Duration::from_secs(600);

/// Connect to a workspace: check a token, or get one by OAuth, and store it for `call`.
///
/// The token is stored in the system's keyring or, without a keyring, in a file that only you
/// can read. CONNECTOR_CONNECTIONS names a folder for such files. Without --oauth, the token is
/// that of INTERCOM_ACCESS_TOKEN; if that is not set, it is prompted for, or read from standard
/// input.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector connect                              asks for the token\n  \
    connector connect acme-eu --env INTERCOM_REGION=eu < token.txt\n  \
    connector connect --oauth                      asks in a browser\n  \
    connector connect --oauth --paste --redirect-uri https://example.com/callback\n  \
    connector call list-admins --connection acme-eu\n  \
    connector connect --forget acme-eu\n\n\
    --oauth needs INTERCOM_CLIENT_ID and INTERCOM_CLIENT_SECRET; docs/connect.md says where to \
                  get them and tokens.\n\n\
    Exit status: 0 connected, 1 not connected, 2 the command line is wrong.")]
pub struct Arguments {
    /// The name of the connection
    #[arg(default_value = DEFAULT_NAME)]
    name: Name,
    #[command(flatten)]
    app: AppArguments,
    /// Remove the connection
    #[arg(long, conflicts_with = "oauth")]
    forget: bool,
    #[command(flatten)]
    host: HostArguments,
}

/// How to authorize an app.
#[derive(Debug, Args)]
struct AppArguments {
    /// Authorize the app in a browser (OAuth)
    #[arg(long)]
    oauth: bool,
    /// The local port for the browser's redirect [default: a free port]
    #[arg(
        long,
        requires = "oauth",
        default_value_t = 0,
        hide_default_value = true
    )]
    port: u16,
    /// One of the app's redirect URLs, which is forwarded to --port by a tunnel, or read by
    /// --paste [default: the listener itself]
    #[arg(long, requires = "oauth", value_name = "URL")]
    redirect_uri: Option<String>,
    /// Do not listen: read the address that the browser was redirected to from standard input
    #[arg(long, requires = "redirect_uri")]
    paste: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run, or the connection cannot be stored.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let host = arguments.host.open().await?;
    let secret = host.manifest.secret().ok_or(CommandError::NoToken)?;
    let id = host.connection(&arguments.name)?;
    let store = blocking(Store::open).await??;
    if arguments.forget {
        return forget(store, id).await;
    }
    let token = match arguments.app.oauth {
        true => authorise(&host, arguments.app).await?,
        false => Some(given_token(&host.environment, secret).await?),
    };
    let connected = match token {
        Some(token) => identify(&host, secret, token).await?,
        None => None,
    };
    let Some((connection, identity)) = connected else {
        return Ok(ExitCode::FAILURE);
    };
    let kept = format!("{store}, as {id}");
    blocking(move || store.save(&id, &connection)).await??;
    print_identity(&identity);
    output::line(format_args!("  kept       {kept}"));
    Ok(ExitCode::SUCCESS)
}

async fn forget(store: Store, id: ConnectionId) -> Result<ExitCode, CommandError> {
    let (named, place) = (id.to_string(), store.to_string());
    let forgotten = blocking(move || store.forget(&id)).await?;
    match forgotten? {
        true => output::line(format_args!(
            "forgot {named}; the token itself still works until you revoke it"
        )),
        false => output::line(format_args!("there is no {named} {place}")),
    }
    Ok(ExitCode::SUCCESS)
}

/// The token of the environment, or else of the prompt or standard input.
async fn given_token(
    environment: &Environment,
    secret: &str,
) -> Result<SecretString, CommandError> {
    let unread = |source| CommandError::Token {
        variable: secret.to_owned(),
        source,
    };
    let token = match environment.get(secret).filter(|token| !token.is_empty()) {
        Some(token) => token.clone(),
        None if io::stdin().is_terminal() => hidden_prompt::ask(format!("{secret}: "))
            .await
            .map_err(unread)?,
        None => line().map_err(unread)?,
    };
    Ok(SecretString::from(token.trim().to_owned()))
}

fn line() -> io::Result<String> {
    let mut line = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut line)?;
    let line = without_mark(&line).to_vec();
    String::from_utf8(line).map_err(io::Error::other)
}

/// Has a person authorize the app, and exchanges the code for a token. `None` if an action
/// failed; the error has been printed.
async fn authorise(
    host: &Host,
    arguments: AppArguments,
) -> Result<Option<SecretString>, CommandError> {
    let state = State::random()?;
    let listener = match arguments.paste {
        true => None,
        false => Some(Redirect::listen(arguments.port).await?),
    };
    let listening = listener.as_ref().map(Redirect::uri);
    let redirect_uri = arguments.redirect_uri.or(listening);
    let input = json!({ "state": state.to_string(), "redirect_uri": redirect_uri });
    let page = said(
        host.invoke(&host.environment, "authorize-url", &input)
            .await?,
    );
    let Some(page) = page else { return Ok(None) };
    notes(&page);
    let address = page.get("url").and_then(Value::as_str).unwrap_or_default();
    let address = printable::line(address);
    output::error_line(format_args!(
        "open this address in a browser, and authorize the app:\n\n{address}\n"
    ));
    let code = match listener {
        Some(listener) => listener.code(&state, PATIENCE).await?,
        None => {
            output::error_text(format_args!(
                "the address that the browser was redirected to:  "
            ));
            io::stderr().flush().map_err(CommandError::RedirectInput)?;
            code_of(&line().map_err(CommandError::RedirectInput)?, &state)?
        }
    };
    let input = json!({ "code": code });
    let granted = said(
        host.invoke(&host.environment, "exchange-code", &input)
            .await?,
    );
    let token = granted.and_then(|granted| {
        notes(&granted);
        granted.get("access_token")?.as_str().map(str::to_owned)
    });
    Ok(token.map(SecretString::from))
}

/// Asks the service who owns the token, in the workspace's region. `None` if that fails; the
/// error has been printed.
async fn identify(
    host: &Host,
    secret: &str,
    token: SecretString,
) -> Result<Option<(Connection, Value)>, CommandError> {
    let mut environment = host.environment.clone();
    environment.insert(secret.to_owned(), token.expose_secret().to_owned());
    let Some(mut identity) = test(host, &environment).await? else {
        return Ok(None);
    };
    match whereabouts(&environment, host.manifest.default_of(REGION), &identity) {
        Whereabouts::AsSet => {}
        Whereabouts::Elsewhere(region) => {
            output::error_line(format_args!(
                "the workspace is in another region: {REGION} is set to {region}"
            ));
            environment.insert(REGION.to_owned(), region.to_owned());
            let Some(there) = test(host, &environment).await? else {
                return Ok(None);
            };
            identity = there;
        }
        Whereabouts::Unknown(region) => output::error_line(format_args!(
            "note: the workspace is in the region {}, which this connector does not know; {REGION} \
             is not changed",
            printable::line(region)
        )),
    }
    notes(&identity);
    let variables = PLACE.iter().filter_map(|name| {
        let value = environment.get(*name)?;
        Some(((*name).to_owned(), value.clone()))
    });
    let connection = Connection {
        token,
        variables: variables.collect(),
        origins: Policy::new(&host.manifest, &environment, None)?
            .declared()
            .to_vec(),
    };
    Ok(Some((connection, identity)))
}

async fn test(host: &Host, environment: &Environment) -> Result<Option<Value>, CommandError> {
    let tested = host
        .invoke(environment, "test-connection", &json!({}))
        .await?;
    Ok(said(tested))
}

/// The region that a workspace reports, compared with the variables.
#[derive(Debug, PartialEq, Eq)]
enum Whereabouts<'a> {
    /// As the variables say, or not reported.
    AsSet,
    /// In this other region.
    Elsewhere(&'static str),
    /// In a region that this program does not know.
    Unknown(&'a str),
}

fn whereabouts<'a>(
    environment: &Environment,
    default: Option<&str>,
    identity: &'a Value,
) -> Whereabouts<'a> {
    let said = identity.get("region").and_then(Value::as_str);
    let Some(said) = said.filter(|said| !said.is_empty()) else {
        return Whereabouts::AsSet;
    };
    if environment.contains_key(BASE_URL) {
        return Whereabouts::AsSet;
    }
    let asked = environment.get(REGION).map(String::as_str).or(default);
    match region_named(said) {
        None => Whereabouts::Unknown(said),
        Some(name) if asked.is_some_and(|asked| asked.eq_ignore_ascii_case(name)) => {
            Whereabouts::AsSet
        }
        Some(name) => Whereabouts::Elsewhere(name),
    }
}

/// The result; `None` after printing the error.
fn said(ended: Result<Value, ActionEnded>) -> Option<Value> {
    match ended {
        Ok(result) => Some(result),
        Err(ended) => {
            output::error_line(explain(&ended.error));
            print_causes(&ended.causes);
            None
        }
    }
}

/// Prints the notes of a result.
fn notes(result: &Value) {
    let notes = result.get("notes").and_then(Value::as_array);
    for note in notes.into_iter().flatten().filter_map(Value::as_str) {
        output::error_line(format_args!("note: {}", printable::line(note)));
    }
}

fn print_identity(identity: &Value) {
    let text = |pointer: &str| identity.pointer(pointer).and_then(Value::as_str);
    let or_unknown = |pointer: &str| printable::line(text(pointer).unwrap_or("unknown"));
    output::line(format_args!(
        "connected as {} <{}>, admin {}",
        or_unknown("/admin/name"),
        or_unknown("/admin/email"),
        or_unknown("/admin/id"),
    ));
    output::line(format_args!(
        "  workspace  {} ({}), region {}",
        or_unknown("/workspace_name"),
        or_unknown("/workspace_id"),
        or_unknown("/region"),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_changed_to_a_known_one_only() {
        use Whereabouts::{AsSet, Elsewhere, Unknown};
        let base_url = (BASE_URL, "http://127.0.0.1:1");
        for (variables, said, expected) in [
            (&[][..], json!("US"), AsSet),
            (&[], json!("EU"), Elsewhere("eu")),
            (&[], json!("Europe"), Elsewhere("eu")),
            (&[(REGION, "US")], json!("australia"), Elsewhere("au")),
            (&[(REGION, "eu")], json!("United States"), Elsewhere("us")),
            (&[(REGION, "eu")], json!("Europe"), AsSet),
            (&[(REGION, "AU")], json!("au"), AsSet),
            (&[], json!("Atlantis"), Unknown("Atlantis")),
            (&[(REGION, "eu")], json!("eu-west-1"), Unknown("eu-west-1")),
            (&[], json!(""), AsSet),
            (&[], json!(null), AsSet),
            (&[base_url], json!("EU"), AsSet),
            (&[base_url], json!("Atlantis"), AsSet),
        ] {
            let variables = variables.iter();
            let environment = variables
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let identity = json!({ "region": said });
            let found = whereabouts(&environment, Some("us"), &identity);
            assert_eq!(found, expected, "{said}");
        }
    }
}
