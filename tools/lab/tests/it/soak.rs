//! Some seconds of what `host-test soak` does for a minute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use lab::resilience::{Plan, soak};

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_under_random_faults_leave_nothing_behind() {
    let plan = Plan {
        time: Duration::from_secs(5),
        in_flight: 256,
        seed: 6,
    };
    let (plugin, manifest) = (test_support::connector(), test_support::manifest().await);
    let figures = soak(plugin, manifest, plan).await.unwrap();
    println!("{figures}");
    assert_eq!(figures.broken(), Vec::<String>::new());
    // Each caller has made one at least.
    assert!(figures.tally.calls >= 256, "{figures}");
    let ended: u64 = figures.tally.verdicts.values().sum();
    assert_eq!(ended, figures.tally.calls);
}
