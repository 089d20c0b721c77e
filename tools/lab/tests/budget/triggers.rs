//! What deliveries and the manifest cost.

use std::collections::BTreeMap;

use connector_host::{Environment, Manifest, Sandbox};
use intercom_connector::internals::{self, plugin, triggers};
use lab::load::Canned;
use lab::load::cases::case;

use super::Costs;
use super::counting::{Counter, Counts};

/// A topic with a trigger, and one without: both signed.
const DELIVERIES: [&str; 2] = ["contact-replied/retried", "other-event/unknown-topic"];

/// The costs of each call.
pub async fn costs(counter: &Counter, manifest: &Manifest) -> BTreeMap<String, Costs> {
    let mut costs = BTreeMap::new();
    for name in DELIVERIES {
        costs.insert(name.to_owned(), of_delivery(counter, manifest, name).await);
    }
    let nothing = Environment::new();
    let call = async |sandbox: &mut Sandbox| _ = sandbox.manifest().await.unwrap();
    let counts = counter.count_call(&nothing, no_response(), call).await;
    let run = || _ = internals::manifest(&[]);
    costs.insert("manifest".to_owned(), with_allocations(counts, run));
    costs
}

async fn of_delivery(counter: &Counter, manifest: &Manifest, name: &str) -> Costs {
    let case = case(name).unwrap();
    let recorded = case.delivery.as_ref().unwrap();
    let delivery = recorded.delivery(manifest, &case.environment);
    let call = async |sandbox: &mut Sandbox| {
        sandbox.receive(&delivery).await.unwrap().unwrap();
    };
    let counts = counter.count_call(&case.environment, no_response(), call);
    let counts = counts.await;
    let headers = delivery.headers.iter().map(|header| plugin::HttpHeader {
        name: header.name.clone(),
        value: header.value.clone(),
    });
    let native = triggers::Delivery {
        method: delivery.method.clone(),
        query: delivery.query.clone(),
        headers: headers.collect(),
        body: delivery.body.clone(),
        verified: delivery.verified,
        received_at_ms: delivery.received_at_ms,
    };
    let environment = case.environment.iter();
    let environment = environment.map(|(name, value)| (name.clone(), value.clone()));
    let variables: Vec<(String, String)> = environment.collect();
    with_allocations(counts, || {
        _ = internals::receive(&native, &variables).unwrap()
    })
}

/// These calls send nothing.
fn no_response() -> Canned {
    Canned::new(String::new())
}

fn with_allocations(counts: Counts, run: impl Fn()) -> Costs {
    // The first run also sets up what later ones share.
    run();
    Costs {
        instructions: counts.instructions,
        host_calls: counts.host_calls,
        allocations: allocation_counter::measure(run).count_total,
    }
}
