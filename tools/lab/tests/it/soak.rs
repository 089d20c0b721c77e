//! A few seconds of `lab soak`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use lab::resilience::{Plan, soak};

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_under_random_faults_leak_nothing() {
    let plan = Plan {
        time: Duration::from_secs(5),
        in_flight: 256,
        seed: 6,
    };
    let (plugin, manifest) = (test_support::connector(), test_support::manifest().await);
    let figures = soak(plugin, manifest, plan).await.unwrap();
    println!("{figures}");
    assert_eq!(figures.violations(), Vec::<String>::new());
    // Each caller makes at least one.
    assert!(figures.tally.calls >= 256, "{figures}");
    let verdicts: u64 = figures.tally.verdicts.values().sum();
    assert_eq!(verdicts, figures.tally.calls);
}
