//! Runs one action of a connector in a sandbox, and prints its result or error. The component
//! must be built: `cargo run -p host-test -- build`.

use std::path::Path;
use std::sync::Arc;

use connector_host::{ConnectorPre, DenyAll, Engine, Environment, Limits, explain};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new()?;
    let path = Path::new("target/intercom.wasm");
    let connector = ConnectorPre::from_file(&engine, path, Limits::default())?;
    let environment = Environment::from([("INTERCOM_REGION".into(), "eu".into())]);
    let mut sandbox = connector.sandbox(&environment, Arc::new(DenyAll)).await?;
    let input = r#"{"contact_id": "con_abc123456"}"#;
    match sandbox.invoke("get-contact-by-id", input).await? {
        Ok(result) => println!("{result}"),
        Err(error) => println!("{}", explain(&error)),
    }
    Ok(())
}
