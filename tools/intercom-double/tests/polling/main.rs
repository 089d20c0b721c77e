//! Random changes on the double against random polls of the component's code: whatever
//! happens when, each event comes exactly once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod engine;
mod world;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use engine::Engine;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use world::{Change, Setting, Version, World};

/// The triggers that are polled here: those that the double's changes tell of.
const TRIGGERS: [&str; 14] = [
    "user-created",
    "lead-created",
    "contact-updated",
    "conversation-created",
    "contact-replied",
    "admin-replied",
    "note-added",
    "conversation-closed",
    "conversation-opened",
    "ticket-created",
    "ticket-updated",
    "ticket-state-updated",
    "ticket-contact-replied",
    "ticket-admin-replied",
];

#[derive(Debug, Clone)]
enum Step {
    Change(Change),
    /// The same object changes several times, maybe within a second.
    Pass(i64),
    /// Polls each trigger. Things happen between the requests.
    Poll {
        during: Vec<Change>,
        keeps_cursor: bool,
    },
}

fn change() -> impl Strategy<Value = Change> {
    let kind = || prop::sample::select(vec!["user", "admin", "note"]);
    let number = || 0..40_usize;
    prop_oneof![
        any::<bool>().prop_map(|is_lead| Change::CreateContact { is_lead }),
        number().prop_map(Change::UpdateContact),
        number().prop_map(Change::BeginConversation),
        (number(), kind()).prop_map(|(to, kind)| Change::Reply { to, kind }),
        number().prop_map(Change::CloseConversation),
        Just(Change::CreateTicket),
        number().prop_map(Change::UpdateTicket),
        number().prop_map(Change::MoveTicket),
        (number(), kind()).prop_map(|(to, kind)| Change::ReplyToTicket { to, kind }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let seconds = vec![1, 1, 2, 5, 59, 300, 599, 601, 3600, 43_200, 86_400, 200_000];
    let during = prop::collection::vec(change(), 0..6);
    prop_oneof![
        12 => change().prop_map(Step::Change),
        4 => prop::sample::select(seconds).prop_map(Step::Pass),
        4 => (during, prop::bool::weighted(0.7))
            .prop_map(|(during, keeps_cursor)| Step::Poll { during, keeps_cursor }),
    ]
}

fn setting() -> impl Strategy<Value = Setting> {
    let lag = || prop::sample::select(vec![0, 0, 1, 10, 60, 300, 580]);
    (
        prop::sample::select(vec!["2.16", "2.16", "2.17"]),
        // From UTC-11 to UTC+14, quarters of hours too.
        -44..=56_i64,
        // Any time of two days.
        0..172_800_i64,
        prop_oneof![Just(0), -7200..7200_i64],
        prop::collection::vec(lag(), 1..5),
        prop::sample::select(vec![1, 2, 3, 7, 150]),
        prop::collection::vec(0..=2_i64, 1..4),
        prop::sample::select(vec![0, 0, 2, 3, 7]),
    )
        .prop_map(
            |(version, quarters, second, skew, lags, page, slowness, limited)| Setting {
                version,
                utc_offset: quarters * 900,
                start: 1_700_000_000 + second,
                skew,
                lags,
                page,
                slowness,
                limited,
            },
        )
}

/// What every engine must have got.
fn check(world: &World, engines: &BTreeMap<&'static str, Engine>) -> Result<(), TestCaseError> {
    for (trigger, engine) in engines {
        let ids: Vec<&String> = engine.kept.iter().map(|event| &event.id).collect();
        let once: BTreeSet<&String> = ids.iter().copied().collect();
        prop_assert_eq!(
            ids.len(),
            once.len(),
            "{}: an event came twice: {:?}",
            trigger,
            ids
        );
        let versions = match *trigger {
            "contact-updated" => &world.versions[0],
            "ticket-updated" => &world.versions[1],
            _ => {
                let expected = world.expected.get(trigger);
                let expected: BTreeSet<&String> = expected.into_iter().flatten().collect();
                prop_assert_eq!(once, expected, "{}", trigger);
                prop_assert!(
                    engine.lost.iter().all(|id| ids.contains(&id)),
                    "{}",
                    trigger
                );
                continue;
            }
        };
        check_versions(trigger, versions, engine)?;
    }
    Ok(())
}

/// A version comes if it is the last one of its second and a walk saw it, or it is the
/// last one of all; and nothing else comes.
fn check_versions(
    trigger: &str,
    versions: &[Version],
    engine: &Engine,
) -> Result<(), TestCaseError> {
    let mut marks: BTreeMap<String, &str> = BTreeMap::new();
    for (number, version) in versions.iter().enumerate() {
        let id = format!("{trigger}:{}:{}", version.id, version.at);
        let mut later = versions[number + 1..].iter();
        let next = later.find(|later| later.id == version.id);
        marks.insert(id.clone(), &version.mark);
        let until = match next {
            Some(next) if next.at == version.at => continue,
            Some(next) => next.at,
            None => i64::MAX,
        };
        let seen = engine.walks.iter().any(|(begun, ended)| {
            let first = version.found_from.max(version.at + 3);
            *begun >= first && *ended < until
        });
        let came = engine.kept.iter().any(|event| event.id == id);
        prop_assert!(came || !(seen || next.is_none()), "{} is lost", id);
    }
    for event in &engine.kept {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        let field = if trigger == "contact-updated" {
            "name"
        } else {
            "title"
        };
        let mark = marks.get(&event.id).copied();
        prop_assert_eq!(data[field].as_str(), mark, "{}", event.id);
    }
    Ok(())
}

/// How much a case did.
struct Ran {
    polls: usize,
    events: usize,
}

fn run(setting: &Setting, steps: &[Step]) -> Result<Ran, TestCaseError> {
    let mut world = World::new(setting);
    let mut engines: BTreeMap<&'static str, Engine> = BTreeMap::new();
    for trigger in TRIGGERS {
        engines
            .entry(trigger)
            .or_default()
            .poll(&mut world, trigger, true);
    }
    for step in steps {
        match step {
            Step::Change(change) => world.apply(change),
            Step::Pass(seconds) => world.now += seconds,
            Step::Poll {
                during,
                keeps_cursor,
            } => {
                for (trigger, engine) in &mut engines {
                    world.during.extend(during.iter().cloned());
                    engine.poll(&mut world, trigger, *keeps_cursor);
                    world.during.clear();
                }
            }
        }
    }
    // Once everything can be found, polls until nothing is left.
    world.now += 900;
    for (trigger, engine) in &mut engines {
        let mut walks = 0;
        for _ in 0..2000 {
            walks += usize::from(!engine.poll(&mut world, trigger, true));
            if walks == 2 {
                break;
            }
        }
        prop_assert_eq!(walks, 2, "{} does not end", trigger);
    }
    check(&world, &engines)?;
    let sum = |of: fn(&Engine) -> usize| engines.values().map(of).sum();
    Ok(Ran {
        polls: sum(|engine| engine.polls),
        events: sum(|engine| engine.kept.len()),
    })
}

/// `POLLING_CASES` runs more of them.
fn cases() -> u32 {
    let cases = std::env::var("POLLING_CASES").ok();
    cases.and_then(|cases| cases.parse().ok()).unwrap_or(20)
}

#[test]
fn every_event_comes_exactly_once() {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases())
    });
    let (polls, events) = (Cell::new(0), Cell::new(0));
    let steps = prop::collection::vec(step(), 1..60);
    let outcome = runner.run(&(setting(), steps), |(setting, steps)| {
        let ran = run(&setting, &steps)?;
        polls.set(polls.get() + ran.polls);
        events.set(events.get() + ran.events);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    println!("{} events in {} polls", events.get(), polls.get());
    assert!(events.get() > 100);
}
