//! Another connector, without specific code for it: an echo.

use std::sync::Arc;

use connector::mcp::Rules;
use connector_host::{ConnectorPre, DenyAll, Engine, Environment, Limits};
use host_test::build;
use rmcp::model::ProtocolVersion;
use serde_json::json;

use super::{Client, call, server_of, structured};

#[tokio::test]
async fn its_actions_are_tools() {
    let folder = build::workspace().join("host-test/guests/echo");
    let component = build::connector(&folder, "echo.wasm").unwrap().component;
    let engine = Engine::new().unwrap();
    let echo = ConnectorPre::from_file(&engine, &component, Limits::default()).unwrap();
    let rules = Rules::default();
    let server = server_of(echo, Environment::new(), Arc::new(DenyAll), &rules).await;
    let client = Client::new(ProtocolVersion::V_2026_07_28)
        .connect(server)
        .await;
    let tools = client.list_all_tools().await.unwrap();
    let whole = serde_json::to_string(&tools).unwrap();
    assert!(!whole.contains("ntercom"), "{whole}");
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["echo", "preview", "more"]);
    let about = client.peer_info().unwrap();
    assert_eq!(about.server_info.as_ref().unwrap().name, "echo");
    let input = json!({ "action": names[0], "input": { "text": "hello" } });
    let previewed = call(&client, "preview", input).await;
    let requests = structured(&previewed)["requests"].to_string();
    assert!(requests.contains("hello"), "{previewed:?}");
}
