//! The way to the network, with hostile components and servers on the loopback.
#![allow(clippy::expect_used, reason = "tests")]

mod egress;
mod policies;
mod proxy;
mod tls;

use connector_egress::EgressError;
use connector_host::Sandbox;

/// The transport's errors; here they are all of this crate.
fn egress_errors(sandbox: &mut Sandbox) -> Vec<EgressError> {
    let errors = sandbox.take_transport_errors().into_iter();
    let errors = errors.map(|error| *error.downcast::<EgressError>().expect("an egress error"));
    errors.collect()
}
