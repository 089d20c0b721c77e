//! Actions share the connections of their connector's network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;

use connector_egress::{Egress, Network, Policy, Secrets, Trust};
use connector_host::{Environment, Transport};
use intercom_double::intercom::TOKEN;
use intercom_double::{IntercomDouble, Options};

/// How many actions run one after the other.
const ACTIONS: usize = 1000;

#[tokio::test]
async fn a_thousand_actions_open_one_connection() {
    let double = IntercomDouble::start(Options::default()).await.unwrap();
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", TOKEN),
        ("INTERCOM_BASE_URL", &double.url()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::from(variables);
    let policy = Policy::new(&test_support::manifest().await, &environment, None);
    let policy = Arc::new(policy.unwrap());
    let network = Network::new(Arc::clone(&policy), &Trust::system()).unwrap();
    let egress = Egress::new(policy, Arc::new(Secrets::default()), Arc::new(network));
    let transport: Arc<dyn Transport> = Arc::new(egress);
    let plugin = test_support::connector();
    for number in 0..ACTIONS {
        let sandbox = plugin.sandbox(&environment, Arc::clone(&transport)).await;
        let ended = sandbox.unwrap().invoke("test-connection", "{}").await;
        let ended = ended.unwrap();
        assert!(ended.is_ok(), "action {number}: {ended:?}");
    }
    let counts = double.counts();
    assert_eq!(counts.tally.requests_to("GET /me"), ACTIONS as u64);
    assert_eq!(counts.connections, 1);
}
