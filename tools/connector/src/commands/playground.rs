//! `playground`: serves a page to try a connector's actions and triggers.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use clap::Args;

use super::CommandError;
use super::blocking;
use super::host::{Host, HostArguments};
use crate::connections::Name;
use crate::playground::{Bridge, Page, Server};
use command_output as output;
use connector_host::Environment;
use host_test::build::workspace;

/// Open a page to try every action and trigger.
///
/// The page runs the component in the browser. Recorded cases are replayed in the page; live
/// requests go through this process, which has the access token and the policy. Ctrl-C ends it.
/// Building the page needs Node.js 20.11 or later with npm.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector playground\n  \
    connector playground --port 8080 --no-open\n\n\
    Exit status: 0 stopped, 1 it cannot be built or served, 2 the command line is wrong.")]
pub struct Arguments {
    /// Listen on this port of loopback; 0 uses a free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Only print the address, and do not open a browser
    #[arg(long)]
    no_open: bool,
    /// The recorded cases to replay
    #[arg(long, value_name = "FOLDER", default_value_os_t = workspace().join("fixtures"), hide_default_value = true)]
    cases: PathBuf,
    /// Use this connection of `connector connect`; without it, and without a
    /// token in the environment, the one named default
    #[arg(long, value_name = "NAME")]
    connection: Option<Name>,
    #[command(flatten)]
    host: HostArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the page cannot be built or served.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let component = arguments.host.component()?;
    let mut host = arguments.host.open().await?;
    host.connect(arguments.connection).await?;
    let cases = arguments.cases;
    let page = blocking(move || Page::build(workspace(), &component, &cases)).await??;
    let server = Server::listen(arguments.port, page, bridge(&host)?).await?;
    let address = server.address();
    output::line(format_args!("{address}"));
    output::error_line(format_args!(
        "the playground is served there; Ctrl-C stops it"
    ));
    if !arguments.no_open && std::io::stderr().is_terminal() {
        open(&address);
    }
    tokio::select! {
        () = server.serve() => {}
        _ = tokio::signal::ctrl_c() => output::error_line(format_args!("stopped")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Sends the page's requests. The page gets a placeholder for the token and no other secret.
fn bridge(host: &Host) -> Result<Bridge, CommandError> {
    let secrets = host.manifest.variables.iter().filter(|it| it.secret);
    let kept = host.manifest.secret().unwrap_or_default();
    let mut environment: Environment = host.environment.clone();
    for secret in secrets.filter(|secret| secret.name != kept) {
        environment.remove(&secret.name);
    }
    // The variables that every action except the exchange of a code may see.
    let (variables, transport) = host.way_out(&environment, "")?;
    Ok(Bridge::new(variables, transport))
}

/// Opens the address in the browser; it is also printed.
fn open(address: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let opened = Command::new(program)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if opened.is_err() {
        output::error_line(format_args!(
            "{program} did not start; open the address yourself"
        ));
    }
}
