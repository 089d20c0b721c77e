//! Every recorded case through `tools/call`: what `invoke` returns, as an agent gets it.

use std::sync::Arc;

use connector::mcp::{ALL_DESTRUCTIVE, Rules};
use connector_cases::{ActionFailure, Case, Expect, FailureFacts, Replay};
use connector_host::manifest::Action;
use connector_host::schema::agent_result;
use connector_host::{DenyAll, Environment};
use rmcp::model::{CallToolResult, ProtocolVersion};
use serde_json::{Value, json};

use super::{Client, call, ids, server_of, structured};

/// How many cases are run of each action that has many.
const OF_EACH: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_a_tool_is_invoke() {
    let mut run = 0;
    let mut of_action = (String::new(), 0);
    for case in test_support::all_cases() {
        if of_action.0 != case.name.action {
            of_action = (case.name.action.clone(), 0);
        }
        let Ok(input @ Value::Object(_)) = serde_json::from_str(&case.input) else {
            continue;
        };
        // Never offered.
        if ["authorize-url", "exchange-code"].contains(&case.name.action.as_str()) {
            continue;
        }
        if of_action.1 == OF_EACH {
            continue;
        }
        of_action.1 += 1;
        same(&case, input).await;
        run += 1;
    }
    assert!(run > 60, "{run}");
}

async fn same(case: &Case, input: Value) {
    let connector = test_support::connector();
    let Some(action) = action_of(case).await else {
        // A case about a definition that cannot be read.
        return;
    };
    let invoked = connector_cases::run(&connector, case).await.result.unwrap();

    let replay = Arc::new(Replay::new(&case.exchanges));
    let rules = Rules {
        only: ids(&[&action.id]),
        allow: ids(&[ALL_DESTRUCTIVE]),
        ..Rules::default()
    };
    let environment: Environment = case.environment.clone();
    let server = server_of(connector, environment, replay, &rules).await;
    let client = Client::new(ProtocolVersion::V_2025_11_25)
        .connect(server)
        .await;
    let called = call(&client, &action.id, input).await;
    match invoked {
        Expect::Ok(result) => {
            let whole = structured(&all(&client, called).await).clone();
            assert_eq!(whole, agent_result(&action, result, false), "{}", case.name);
        }
        Expect::Error(ActionFailure::Permanent(facts)) => {
            assert_eq!(*structured(&called), error(facts, false), "{}", case.name);
        }
        Expect::Error(ActionFailure::Retryable(facts)) => {
            assert_eq!(*structured(&called), error(facts, true), "{}", case.name);
        }
        Expect::Error(ActionFailure::ExecutionFailed) => panic!("{}", case.name),
    }
}

/// The result with all that was cut off it.
async fn all(client: &super::Running, mut result: CallToolResult) -> CallToolResult {
    while let Some(cursor) = structured(&result).get("more").cloned() {
        let rest = call(client, "more", json!({ "cursor": cursor })).await;
        let whole = result.structured_content.as_mut().unwrap();
        whole.as_object_mut().unwrap().remove("more");
        for (key, value) in structured(&rest).as_object().unwrap() {
            match (whole.get_mut(key), value) {
                (Some(Value::Array(rows)), Value::Array(more)) => rows.extend(more.clone()),
                _ => whole[key] = value.clone(),
            }
        }
    }
    result
}

fn error(facts: FailureFacts, retryable: bool) -> Value {
    let mut facts = serde_json::to_value(facts).unwrap();
    facts["retryable"] = json!(retryable);
    json!({ "error": facts })
}

async fn action_of(case: &Case) -> Option<Action> {
    let connector = test_support::connector();
    let sandbox = connector.sandbox(&case.environment, Arc::new(DenyAll));
    let ids = [case.name.action.clone()];
    let described = sandbox.await.unwrap().describe(&ids).await.unwrap();
    described.into_iter().next()
}
