//! Runs the connector as a workflow engine would, and prints what comes of it.
//!
//! `sandbox.rs` is the host's side of one call, `engine.rs` what an engine does
//! about results and errors; both are there to be taken over.

mod engine;
mod sandbox;

use std::env::var;

use engine::Engine;
use sandbox::Grant;
use sandbox::contract::exports::intercom::connector::contacts::SearchContactsInput;
use wasmtime::Result;

const ADA: &str = r#"{"role": "user", "email": "ada@example.com", "name": "{{trigger.name}}"}"#;
const CONTEXT: &str = r#"{"trigger": {"name": "Ada"}}"#;
const NOBODY: &str = r#"{"contact_id": "nobody"}"#;

/// An address where nobody listens.
const CLOSED: &str = "http://127.0.0.1:9";

#[tokio::main]
async fn main() -> Result<()> {
    let engine = Engine::load(&var("INTERCOM_COMPONENT")?).await?;
    let hosts = engine.manifest.hosts.join(", ");
    println!("manifest: {}, which reaches {hosts}", engine.manifest.title);

    // The form's preview needs neither network nor token.
    let context = vec![("WORKFLOW_CONTEXT", CONTEXT.to_owned())];
    let form = Grant {
        variables: context.clone(),
        ..Grant::default()
    };
    for request in engine.preview(&form, "create-contact", ADA).await? {
        let body = request.body.unwrap_or_default();
        println!("preview: {} {} {body}", request.method, request.url);
    }

    let token = var("INTERCOM_ACCESS_TOKEN")?;
    let at = |url: &str| Grant {
        variables: [
            context.clone(),
            vec![
                ("INTERCOM_BASE_URL", url.to_owned()),
                // This engine tries again by itself.
                ("INTERCOM_MAX_RETRIES", "0".to_owned()),
            ],
        ]
        .concat(),
        token: token.clone(),
        // What the operator allows, whatever the manifest wishes for.
        origins: vec![url.to_owned()],
        ..Grant::default()
    };
    let granted = at(&var("INTERCOM_BASE_URL")?);

    // A typed action: records that the compiler checks.
    let input = SearchContactsInput {
        filter_formula: "email = 'contact1@example.com'".into(),
        pagination_parameters: None,
    };
    let searched = engine.plugin.call(&granted, async |connector, store| {
        let contacts = connector.intercom_connector_contacts();
        contacts.call_search_contacts(store, &input).await
    });
    for contact in searched.await??.contacts {
        println!("typed: {}", contact.name.unwrap_or_default());
    }

    // Any action by name, and what comes of errors.
    let elsewhere = Grant {
        origins: vec!["https://api.intercom.io".into()],
        ..granted.clone()
    };
    let small = Grant {
        memory: 1 << 20,
        ..granted.clone()
    };
    for (step, grant, action, input) in [
        ("invoke", &granted, "create-contact", ADA),
        ("not there", &granted, "get-contact-by-id", NOBODY),
        ("nobody listens", &at(CLOSED), "get-contact-by-id", NOBODY),
        ("not granted", &elsewhere, "get-contact-by-id", NOBODY),
        ("too small", &small, "create-contact", ADA),
    ] {
        engine.run(step, grant, action, input).await;
    }
    Ok(())
}
