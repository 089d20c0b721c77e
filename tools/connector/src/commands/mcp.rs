//! `mcp`: serves a connector's actions to agents.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use super::host::HostArguments;
use crate::connections::Name;
use crate::mcp::http::HttpServer;
use crate::mcp::{Component, Exposed, Guide, Rules, Server, Toolbox};
use command_output as output;

/// Serve the actions to an agent, as an MCP server.
///
/// The client starts this command and uses its standard input and output; with --http, clients
/// on this machine connect to it. Each call runs in its own sandbox, with the token and policy
/// of `call`. Actions that may delete are offered only with --allow, and actions that need or
/// return an app's secret never.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector mcp --read-only\n  \
    connector mcp --connection work --except send-message\n  \
    connector mcp --only search-contacts,list-tags --http 127.0.0.1:8090\n  \
    connector mcp --guide docs/searching.md\n\n\
    Exit status: 0 the client left, 1 it cannot be served, 2 the command line is wrong.")]
pub struct Arguments {
    /// Serve Streamable HTTP on this loopback address instead of standard input and output; port
    /// 0 uses a free port
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    http: Option<SocketAddr>,
    /// Offer only actions that change nothing
    #[arg(long)]
    read_only: bool,
    /// Offer only these actions, each as a tool
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// Do not offer these actions
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    except: Vec<String>,
    /// Offer these actions although they may delete; `destructive` for all of them
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    allow: Vec<String>,
    /// Keep the service's whole response in results
    #[arg(long)]
    raw: bool,
    /// A prefix for each tool's name
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true,
        value_parser = prefix
    )]
    prefix: String,
    /// Offer this Markdown file as a resource; may be repeated
    #[arg(long, value_name = "FILE")]
    guide: Vec<PathBuf>,
    /// Use this connection of `connector connect`; without it, and without a
    /// token in the environment, the one named default
    #[arg(long, value_name = "NAME")]
    connection: Option<Name>,
    #[command(flatten)]
    host: HostArguments,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let parsed = text.parse();
    parsed.map_err(|_| "give an address and a port, such as 127.0.0.1:8090")
}

/// Clients refuse other names of tools.
fn prefix(text: &str) -> Result<String, &'static str> {
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match text.chars().all(of_a_name) {
        true => Ok(text.to_owned()),
        false => Err("give letters, digits, -, _ and dots, such as intercom-"),
    }
}

/// Runs the command.
///
/// # Errors
///
/// When there is nothing to serve, or it cannot be served.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let http = arguments.http;
    let server = server(arguments).await?;
    let Some(address) = http else {
        server.serve_stdio().await;
        return Ok(ExitCode::SUCCESS);
    };
    let http = HttpServer::listen(address, server).await?;
    output::line(http.url());
    tokio::select! {
        () = http.serve() => {}
        _ = tokio::signal::ctrl_c() => output::error_line(format_args!("stopped")),
    }
    Ok(ExitCode::SUCCESS)
}

async fn server(arguments: Arguments) -> Result<Server, CommandError> {
    let guides: Result<Vec<Guide>, _> = arguments.guide.iter().map(|it| Guide::read(it)).collect();
    let mut host = arguments.host.open().await?;
    host.connect(arguments.connection).await?;
    // The variables that every action may see.
    let (environment, transport) = host.way_out(&host.environment, "")?;
    let component = Component::new(host.connector, environment, transport);
    let manifest = component.manifest().await?;
    let rules = Rules {
        read_only: arguments.read_only,
        only: arguments.only,
        except: arguments.except,
        allow: arguments.allow,
    };
    let exposed = Exposed::new(&manifest, component.actions().await?, &rules)?;
    let tools = Toolbox::new(exposed, arguments.prefix);
    Ok(Server::new(
        component,
        &manifest,
        tools,
        &guides?,
        arguments.raw,
    ))
}
