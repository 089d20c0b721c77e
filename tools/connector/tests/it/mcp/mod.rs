//! The MCP server, asked by the SDK's own client and by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod any_connector;
mod asking;
mod cases;
mod conversation;
mod http;
mod program;
mod tools;

use std::sync::{Arc, Mutex};

use connector::mcp::{Component, Exposed, Rules, Server, Toolbox};
use connector_egress::{Egress, Network, Policy, Secrets, Trust};
use connector_host::{ConnectorPre, DenyAll, Environment, Transport};
use intercom_double::IntercomDouble;
use intercom_double::intercom::TOKEN;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams,
    ElicitResult, ElicitationAction, ErrorData, Implementation, ProtocolVersion,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, RequestContext, RoleClient, RunningService, ServiceExt,
};
use rmcp::{ClientHandler, model::ElicitationCapability};
use serde_json::Value;

/// A client, and the person behind it.
#[derive(Clone)]
struct Client {
    version: ProtocolVersion,
    /// What the person answers; `None` for a client that can't ask one.
    answer: Option<ElicitResult>,
    asked: Arc<Mutex<Vec<Value>>>,
}

type Running = RunningService<RoleClient, Client>;

impl Client {
    /// A client that can't ask.
    fn new(version: ProtocolVersion) -> Self {
        Self {
            version,
            answer: None,
            asked: Arc::default(),
        }
    }

    /// A client whose person agrees, and types `content`.
    fn agreeing(version: ProtocolVersion, content: Value) -> Self {
        let answer = ElicitResult::new(ElicitationAction::Accept).with_content(content);
        Self {
            answer: Some(answer),
            ..Self::new(version)
        }
    }

    /// Connects to the server, in the way of the client's version.
    async fn connect(self, server: Server) -> Running {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(async move {
            server
                .serve(theirs)
                .await?
                .waiting()
                .await
                .map_err(Into::into)
                as Result<_, Box<dyn std::error::Error + Send + Sync>>
        });
        let lifecycle = match self.version == ProtocolVersion::V_2026_07_28 {
            true => ClientLifecycleMode::Discover {
                preferred_versions: vec![self.version.clone()],
            },
            false => ClientLifecycleMode::Initialize,
        };
        self.serve_with_lifecycle(ours, lifecycle).await.unwrap()
    }

    fn questions(&self) -> Vec<Value> {
        self.asked.lock().unwrap().clone()
    }
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let mut capabilities = ClientCapabilities::default();
        capabilities.elicitation = self.answer.as_ref().map(|_| ElicitationCapability::new());
        let mut config = ClientConfig::new(capabilities, Implementation::new("test", "1"));
        config.protocol_version = self.version.clone();
        config
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let asked = serde_json::to_value(params).unwrap();
        self.asked.lock().unwrap().push(asked);
        Ok(self.answer.clone().unwrap())
    }
}

/// A server of this component.
async fn server_of(
    connector: ConnectorPre,
    environment: Environment,
    transport: Arc<dyn Transport>,
    rules: &Rules,
) -> Server {
    let component = Component::new(connector, environment, transport);
    let manifest = component.manifest().await.unwrap();
    let actions = component.actions().await.unwrap();
    let exposed = Exposed::new(&manifest, actions, rules).unwrap();
    let tools = Toolbox::new(exposed, String::new());
    Server::new(component, &manifest, tools, &[], false)
}

/// A server that reaches nothing.
async fn offline(rules: &Rules) -> Server {
    let connector = test_support::connector();
    let environment = Environment::from([("INTERCOM_ACCESS_TOKEN".to_owned(), TOKEN.to_owned())]);
    server_of(connector, environment, Arc::new(DenyAll), rules).await
}

/// A server that reaches the double, and keeps the token to itself.
async fn with_double(double: &IntercomDouble, rules: &Rules) -> Server {
    let mut environment = Environment::from([
        ("INTERCOM_BASE_URL".to_owned(), double.url()),
        ("INTERCOM_ACCESS_TOKEN".to_owned(), TOKEN.to_owned()),
    ]);
    let manifest = test_support::manifest().await;
    let policy = Arc::new(Policy::new(&manifest, &environment, None).unwrap());
    let network = Arc::new(Network::new(Arc::clone(&policy), &Trust::system()).unwrap());
    let mut secrets = Secrets::default();
    secrets
        .hide(&mut environment, "INTERCOM_ACCESS_TOKEN")
        .unwrap();
    let egress = Egress::new(policy, Arc::new(secrets), network);
    server_of(
        test_support::connector(),
        environment,
        Arc::new(egress),
        rules,
    )
    .await
}

fn request(tool: &str, arguments: Value) -> CallToolRequestParams {
    let name = tool.to_owned();
    CallToolRequestParams::new(name).with_arguments(arguments.as_object().unwrap().clone())
}

async fn call(client: &Running, tool: &str, arguments: Value) -> CallToolResult {
    client.call_tool(request(tool, arguments)).await.unwrap()
}

fn text(result: &CallToolResult) -> &str {
    &result.content[0].as_text().unwrap().text
}

fn structured(result: &CallToolResult) -> &Value {
    result.structured_content.as_ref().unwrap()
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}
