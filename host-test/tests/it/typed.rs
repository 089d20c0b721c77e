//! The typed interfaces run the same code as `invoke`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;

use connector_cases::{Case, Replay};
use connector_host::Sandbox;
use serde_json::{Value, json};
use test_support::{connector, exchange, write_case};
use typed::Connector;
use typed::exports::intercom::connector::connection::{AuthorizeUrlInput, ExchangeCodeInput};
use typed::exports::intercom::connector::contacts::{ClearableFields, UpdateContactInput};
use typed::exports::workflow::plugin::types::{ActionError, FailureReason, Flag};

/// Bindings of the connector's own world.
mod typed {
    #![allow(missing_docs, unsafe_code, clippy::all, reason = "generated code")]
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "connector",
        exports: { default: async },
    });
}

/// A sandbox that the given exchanges are recorded for.
async fn sandbox(entries: &[Value]) -> Sandbox {
    sandbox_in(&json!({}), entries).await
}

async fn sandbox_in(environment: &Value, entries: &[Value]) -> Sandbox {
    let root = tempfile::tempdir().unwrap();
    let case = json!({ "about": "x", "environment": environment, "input": {} });
    write_case(root.path(), "a/b", &case, entries);
    let case = Case::read(&root.path().join("a/b")).unwrap();
    let replay = Arc::new(Replay::new(&case.exchanges));
    connector()
        .sandbox(&case.environment, replay)
        .await
        .unwrap()
}

fn update() -> UpdateContactInput {
    UpdateContactInput {
        contact_id: "1".into(),
        role: None,
        email: None,
        name: None,
        external_id: None,
        phone: None,
        avatar: None,
        signed_up_date: None,
        last_seen_date: None,
        owner_id: None,
        unsubscribe_from_email: None,
        custom_attribute: None,
        clear: ClearableFields::empty(),
    }
}

#[tokio::test]
async fn an_absent_field_a_false_one_and_a_cleared_one_differ() {
    let mut entry = exchange(
        "PUT",
        "/contacts/1",
        &json!({ "type": "contact", "id": "1" }),
    );
    let body = json!({ "unsubscribed_from_emails": false, "phone": null, "name": "" });
    entry["request"]["postData"] =
        json!({ "mimeType": "application/json", "text": body.to_string() });
    let mut sandbox = sandbox(&[entry]).await;
    let (instance, store) = sandbox.parts();
    let connector = Connector::new(&mut *store, &instance).unwrap();
    let input = UpdateContactInput {
        name: Some(String::new()),
        unsubscribe_from_email: Some(Flag::Literal(false)),
        clear: ClearableFields::PHONE,
        ..update()
    };
    let contacts = connector.intercom_connector_contacts();
    let contact = contacts
        .call_update_contact(store, &input)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(contact.id.as_deref(), Some("1"));
}

#[tokio::test]
async fn an_app_gets_its_token() {
    let environment = json!({
        "INTERCOM_ACCESS_TOKEN": null,
        "INTERCOM_CLIENT_ID": "app-1",
        "INTERCOM_CLIENT_SECRET": "fixture-client-secret",
    });
    let answer = json!({ "token_type": "Bearer", "access_token": "fixture-access-token" });
    let mut entry = exchange("POST", "/auth/eagle/token", &answer);
    let body = json!({
        "code": "fixture-code=", "client_id": "app-1", "client_secret": "fixture-client-secret",
    });
    entry["request"]["postData"] =
        json!({ "mimeType": "application/json", "text": body.to_string() });
    let mut sandbox = sandbox_in(&environment, &[entry]).await;
    let (instance, store) = sandbox.parts();
    let connector = Connector::new(&mut *store, &instance).unwrap();
    let connection = connector.intercom_connector_connection();
    let input = AuthorizeUrlInput {
        client_id: None,
        state: "hRz8Xw3vTq1LmN0pYc5KdA".into(),
        redirect_uri: None,
    };
    let page = connection.call_authorize_url(&mut *store, &input).await;
    assert_eq!(
        page.unwrap().unwrap().url,
        "https://app.intercom.com/oauth?client_id=app-1&state=hRz8Xw3vTq1LmN0pYc5KdA"
    );
    let input = ExchangeCodeInput {
        code: "fixture-code=".into(),
    };
    let grant = connection.call_exchange_code(&mut *store, &input).await;
    assert_eq!(grant.unwrap().unwrap().access_token, "fixture-access-token");
}

#[tokio::test]
async fn an_error_is_typed() {
    let mut sandbox = sandbox(&[]).await;
    let (instance, store) = sandbox.parts();
    let connector = Connector::new(&mut *store, &instance).unwrap();
    let input = UpdateContactInput {
        email: Some("{{settings.email}}".into()),
        ..update()
    };
    let contacts = connector.intercom_connector_contacts();
    let error = contacts
        .call_update_contact(store, &input)
        .await
        .unwrap()
        .unwrap_err();
    let ActionError::Permanent(failure) = error else {
        panic!("{error:?}");
    };
    assert_eq!(failure.reason, FailureReason::UnresolvedPlaceholder);
    let fields: Vec<&str> = failure
        .problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(fields, ["email"]);
}
