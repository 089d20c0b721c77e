//! The pages of another connector, without specific code for it: an echo.
#![allow(clippy::unwrap_used)]

use connector::reference_page;
use connector_host::{ConnectorPre, Engine, Limits};
use host_test::build;

#[tokio::test]
async fn its_manifest_makes_a_page() {
    let folder = build::workspace().join("host-test/guests/echo");
    let component = build::connector(&folder, "echo.wasm").unwrap().component;
    let engine = Engine::new().unwrap();
    let echo = ConnectorPre::from_file(&engine, &component, Limits::default()).unwrap();
    let page = reference_page(&echo.manifest().await.unwrap());
    assert!(page.starts_with("# Echo Integration\n"), "{page}");
    assert!(page.contains("#### Text `string`"), "{page}");
    assert!(page.contains("No description available."), "{page}");
    assert!(!page.contains("ntercom"), "{page}");
}
