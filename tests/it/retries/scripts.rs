//! Any script of faults.

use crate::wire_model::{Event, World, cut, failed, failure, response};
use intercom_connector::internals::{BodyCut, Phase, SendErrorKind};
use proptest::prelude::*;
use std::time::Duration;

use super::{CUSTOM_POST, CUSTOM_PUT, IDEMPOTENT, IN_7_S, ONCE, READ, SEARCH, slow};

fn event() -> impl Strategy<Value = Event> {
    let phase = prop::sample::select(&[Phase::Connect, Phase::FirstByte, Phase::Action][..]);
    let status = prop::sample::select(&[200, 400, 404, 408, 409, 429, 500, 502, 503, 504, 302][..]);
    let headers = prop::sample::select(vec![
        vec![],
        vec![("retry-after", "0")],
        vec![("retry-after", "4")],
        IN_7_S.to_vec(),
    ]);
    let event = prop_oneof![
        2 => any::<bool>().prop_map(|received| failed(SendErrorKind::Network, received)),
        1 => Just(failed(SendErrorKind::Denied, false)),
        1 => phase.prop_map(slow),
        1 => Just(cut(200, BodyCut::Broken("reset".into()))),
        1 => Just(cut(200, BodyCut::TimedOut(Phase::BetweenBytes))),
        6 => (status, headers).prop_map(|(status, headers)| response(status, &headers, "{}")),
    ];
    (event, 0..20_000_u64).prop_map(|(event, takes)| Event {
        takes: Duration::from_millis(takes),
        ..event
    })
}

/// Whether Intercom may have carried out the request.
fn maybe_processed(event: &Event) -> bool {
    match &event.outcome {
        Ok(response) => response.status != 429,
        Err(error) => error.maybe_received,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Retries, waits and time stay within limits whatever happens, and a call
    /// without retries never waits.
    #[test]
    fn every_script_stays_within_bounds(
        action in prop::sample::select(&[READ, SEARCH, IDEMPOTENT, CUSTOM_PUT, ONCE, CUSTOM_POST][..]),
        script in prop::collection::vec(event(), 0..14),
        max_retries in 0..=10_usize,
        budget in 0..30_000_u64,
        limit in 1..60_000_u64,
        seed: u64,
    ) {
        let world = World::new(script);
        let result = world.invoke(action.0, action.1, &[
            ("MAX_RETRIES", &max_retries.to_string()),
            ("RETRY_BUDGET_MS", &budget.to_string()),
            ("ACTION_TIMEOUT_MS", &limit.to_string()),
            ("JITTER_SEED", &seed.to_string()),
        ]);
        prop_assert!(world.sent().len() <= 1 + max_retries);
        prop_assert!(world.waits().len() <= max_retries);
        prop_assert!(world.waits().into_iter().sum::<Duration>() <= Duration::from_millis(budget));
        prop_assert!(world.time() <= Duration::from_millis(limit));
        if let Err(error) = &result {
            let (failure, _) = failure(error);
            let several = ["attempts were made", "sent on attempt", " times, and whether"];
            let told = several.iter().any(|several| failure.message.contains(several));
            prop_assert_eq!(told, world.sent().len() > 1, "{}", failure.message);
        }
    }

    /// A write that may have been carried out is the last request.
    #[test]
    fn a_write_once_is_sent_once(
        action in prop::sample::select(&[ONCE, CUSTOM_POST][..]),
        script in prop::collection::vec(event(), 0..8),
        seed: u64,
    ) {
        let variables = [("MAX_RETRIES", "10"), ("RETRY_BUDGET_MS", "3600000"), ("ACTION_TIMEOUT_MS", "3600000")];
        let world = World::new(script.clone());
        let result = world.invoke(action.0, action.1, &[&variables[..], &[("JITTER_SEED", &seed.to_string())]].concat());
        let sent = world.sent().len();
        for (index, event) in script.iter().enumerate().take(sent.saturating_sub(1)) {
            prop_assert!(!maybe_processed(event), "sent again after {index}: {event:?}");
        }
        // And its error is not retryable.
        if let (Some(last), Err(error)) = (script.get(sent - 1), &result) {
            prop_assert!(!(maybe_processed(last) && failure(error).1), "{last:?} gave {error:?}");
        }
    }
}
