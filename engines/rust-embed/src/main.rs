//! A workflow engine: loads the connector, runs steps, acts on each kind of error.
use std::{env::var, path::Path, sync::Arc, time::Duration};

use connector_egress::{Egress, Network, Policy, Secrets, Trust};
use connector_host::bindings::types::{ActionError::*, FailureReason::OutcomeUnknown};
use connector_host::{ConnectorPre, Engine, Environment, Limits, explain, load};
use typed::exports::intercom::connector::contacts::GetContactByIdInput;

mod typed {
    wasmtime::component::bindgen!({ path: "../../wit", exports: { default: async } });
}

const ADA: &str = r#"{"role": "user", "email": "ada@example.com"}"#;

#[tokio::main]
async fn main() -> wasmtime::Result<()> {
    let engine = Engine::new()?;
    let component = load(&engine, Path::new(&var("INTERCOM_COMPONENT")?))?;
    let mut limits = Limits::default();
    let connector = ConnectorPre::new(&engine, &component, limits)?;
    limits.memory_bytes = 4 << 20;
    let small = ConnectorPre::new(&engine, &component, limits)?;
    let manifest = connector.manifest().await?;
    println!(
        "manifest: {}, {} actions",
        manifest.title,
        manifest.actions.len()
    );

    // The sandbox sees only these variables, with a placeholder instead of the token.
    let mut environment = Environment::from([("INTERCOM_MAX_RETRIES".into(), "0".into())]);
    for name in ["INTERCOM_ACCESS_TOKEN", "INTERCOM_BASE_URL"] {
        environment.insert(name.into(), var(name)?);
    }
    let mut secrets = Secrets::default();
    secrets.hide(&mut environment, "INTERCOM_ACCESS_TOKEN")?;
    let host = var("INTERCOM_BASE_URL")?;
    let grants = format!("[[grant]]\nhost = '{host}'\npaths = ['/contacts']").parse()?;
    let policy = Arc::new(Policy::new(&manifest, &environment, Some(grants))?);
    let network = Arc::new(Network::new(policy.clone(), &Trust::system())?);
    let egress = Arc::new(Egress::new(policy, Arc::new(secrets), network));

    let mut sandbox = connector.sandbox(&environment, egress.clone()).await?;
    for request in sandbox.preview("create-contact", ADA).await?? {
        println!("preview: {} {}", request.method, request.url);
    }
    let (instance, store) = sandbox.parts();
    let typed = typed::Connector::new(&mut *store, &instance)?;
    let contacts = typed.intercom_connector_contacts();
    let contact_id = "6762f0dd0000000000000001".into();
    let input = GetContactByIdInput { contact_id };
    let contact = contacts.call_get_contact_by_id(store, &input).await??;
    println!("typed: {:?}", contact.name);

    for (connector, action, input) in [
        (&connector, "create-contact", ADA),
        (&connector, "create-contact", ADA),
        (&connector, "get-contact-by-id", "{}"),
        (&connector, "list-admins", "{}"),
        (&small, "create-contact", &*ADA.repeat(1 << 17)),
    ] {
        let mut tries = 1..3;
        let outcome = loop {
            let mut sandbox = connector.sandbox(&environment, egress.clone()).await?;
            let wait = match sandbox.invoke(action, input).await {
                Ok(Ok(json)) => break format!("done\n  {json:.90}…"),
                Ok(Err(Retryable(f))) if tries.next().is_some() => f.retry_after_ms.unwrap_or(500),
                Ok(Err(Permanent(f))) if f.reason == OutcomeUnknown => {
                    break format!(
                        "to be checked\n  {}; {}",
                        f.message,
                        f.hint.unwrap_or_default()
                    );
                }
                Ok(Err(error)) => break format!("failed\n  {}", explain(&error)),
                Err(error) => break format!("to be checked\n  {error}"),
            };
            println!("{action}: retry in {wait} ms");
            tokio::time::sleep(Duration::from_millis(wait)).await;
        };
        println!("{action}: {outcome}");
    }
    Ok(())
}
