//! Polling against a model of Intercom whose search is as awkward as the real one: dates
//! by the day of the workspace, a delay until objects show up, pages of rows that move
//! while they are walked. However often and irregularly it is polled, and wherever the
//! engine stops before it keeps a cursor, each event comes exactly once by its id.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use crate::search_model::{Workspace, finds};
use intercom_connector::internals::{
    Clock, Headers, HostContext, Response, SendError, Transport, WireRequest, poll, triggers,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// When the engine begins, in Unix seconds: an hour before midnight in UTC.
const BEGIN: i64 = 1_772_492_400;

/// What happens to one object: the seconds after [`BEGIN`] at which it is created and
/// changed, each with the delay after which the search knows.
type History = Vec<(i64, i64)>;

/// The longest delay.
const LAG: i64 = 600;

/// A workspace.
#[derive(Debug, Clone)]
struct Intercom {
    objects: Vec<History>,
    at: Workspace,
    /// Rows of a page, whatever was asked for.
    largest: usize,
    /// How long a request takes, in seconds.
    step: i64,
    now: i64,
    requests: usize,
}

impl Intercom {
    /// The rows that the search knows now.
    fn rows(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for (number, history) in self.objects.iter().enumerate() {
            let known = history
                .iter()
                .filter(|(at, lag)| BEGIN + at + lag <= self.now);
            if let (Some(created), Some(latest)) = (history.first(), known.map(|it| it.0).max()) {
                rows.push(json!({
                    "type": "contact", "id": format!("c{number}"), "role": "user",
                    "source": { "author": { "type": "user" } },
                    "created_at": BEGIN + created.0, "updated_at": BEGIN + latest,
                }));
            }
        }
        rows
    }
}

impl Transport for Intercom {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        self.requests += 1;
        self.now += self.step;
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        // Without a field to sort by, the latest activity comes first.
        let order = body["sort"]["field"]
            .as_str()
            .unwrap_or("updated_at")
            .to_owned();
        let mut rows = self.rows();
        rows.retain(|row| finds(&body["query"], row, self.at));
        rows.sort_by_key(|row| (-row[&order].as_i64().unwrap(), row["id"].to_string()));
        let start = body["pagination"]["starting_after"].as_str();
        let start: usize = start.map_or(0, |cursor| cursor.parse().unwrap());
        let end = rows.len().min(start + self.largest);
        let mut pages = json!({"type": "pages"});
        if end < rows.len() {
            pages["next"] = json!({"starting_after": end.to_string()});
        }
        let list = match request.path_with_query.as_str() {
            "/contacts/search" => "data",
            "/conversations/search" => "conversations",
            other => panic!("{other} is no search"),
        };
        let response = json!({
            "type": "list", "total_count": rows.len(), "pages": pages,
            list: rows[start.min(end)..end],
        });
        let date = httpdate(self.now);
        let headers = [("content-type", "application/json"), ("date", &date)];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Response {
            status: 200,
            headers: Headers(headers.to_vec()),
            body: response.to_string().into_bytes(),
            cut: None,
        })
    }
}

fn httpdate(seconds: i64) -> String {
    let since = Duration::from_secs(seconds.try_into().unwrap());
    httpdate::fmt_http_date(std::time::SystemTime::UNIX_EPOCH + since)
}

/// A clock that stands still.
struct Still;

impl Clock for Still {
    fn now(&mut self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {}
}

fn polled(
    trigger: &str,
    input: &str,
    cursor: Option<&str>,
    skew: i64,
    intercom: &mut Intercom,
) -> triggers::EventPage {
    let now = u64::try_from(intercom.now + skew).unwrap() * 1000;
    let token = ("INTERCOM_ACCESS_TOKEN".to_owned(), "token".to_owned());
    let host = HostContext {
        variables: vec![token],
        transport: intercom,
        clock: &mut Still,
    };
    poll(trigger, input, cursor, now, host).unwrap()
}

/// How an engine polls: the seconds before each poll, and whether it stops before it
/// keeps what came.
type Schedule = Vec<(i64, bool)>;

/// All events that an engine keeps which polls like this, and then until nothing new can
/// come.
fn kept(trigger: &str, skew: i64, schedule: &Schedule, mut intercom: Intercom) -> Vec<String> {
    intercom.now = BEGIN;
    let mut cursor = polled(trigger, "{}", None, skew, &mut intercom).cursor;
    assert_eq!(intercom.requests, 0, "the first poll only begins");
    let last = intercom.objects.iter().flatten().map(|it| it.0).max();
    let mut events = Vec::new();
    let mut schedule = schedule.iter().copied();
    let mut quiet = 0;
    while quiet < 3 {
        let (wait, stops) = schedule.next().unwrap_or((LAG + 60, false));
        intercom.now += wait;
        let is_over = intercom.now > BEGIN + last.unwrap_or_default() + LAG;
        let before = intercom.requests;
        let page = polled(trigger, "{}", Some(&cursor), skew, &mut intercom);
        assert!(intercom.requests - before <= 10, "a poll is bounded");
        let times = page.events.iter().map(|event| event.occurred_at_ms);
        assert!(times.is_sorted(), "the oldest event comes first");
        if stops {
            continue;
        }
        quiet = if is_over && !page.more { quiet + 1 } else { 0 };
        events.extend(page.events.into_iter().map(|event| event.id));
        cursor = page.cursor;
    }
    events
}

/// What must come: by the model alone.
fn expected(trigger: &str, begin: i64, objects: &[History]) -> BTreeMap<String, bool> {
    let mut ids = BTreeMap::new();
    for (number, history) in objects.iter().enumerate() {
        let created = history[0].0;
        if trigger != "contact-updated" {
            if BEGIN + created >= begin {
                ids.insert(format!("{trigger}:c{number}"), true);
            }
            continue;
        }
        let times: BTreeSet<i64> = history.iter().map(|it| it.0).collect();
        let latest = *times.last().unwrap();
        for time in times
            .into_iter()
            .filter(|time| *time != created && BEGIN + time >= begin)
        {
            // A change that another one follows may be over before a poll.
            ids.insert(
                format!("{trigger}:c{number}:{}", BEGIN + time),
                time == latest,
            );
        }
    }
    ids
}

fn histories() -> impl Strategy<Value = Vec<History>> {
    let moment = (0..20_000_i64, 0..LAG);
    let history = prop::collection::vec(moment, 1..5).prop_map(|mut history| {
        history.sort_unstable();
        history
    });
    // Some things happen in the same second.
    let same = (0..20_000_i64).prop_map(|at| vec![(at, 0)]);
    let burst =
        same.prop_flat_map(|history| (1..8_usize).prop_map(move |n| vec![history.clone(); n]));
    (prop::collection::vec(history, 0..30), burst).prop_map(|(mut some, burst)| {
        some.extend(burst);
        some
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("POLL_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(150)
    ))]

    #[test]
    fn every_event_comes_exactly_once(
        objects in histories(),
        schedule in prop::collection::vec((0..4000_i64, prop::bool::weighted(0.2)), 0..25),
        offset in prop::sample::select(vec![-39_600_i64, -18_000, 0, 19_800, 50_400]),
        skew in -90..90_i64,
        largest in prop::sample::select(vec![2_usize, 5, 50]),
        step in 0..40_i64,
        trigger in prop::sample::select(vec!["user-created", "contact-updated", "conversation-created"]),
    ) {
        let at = Workspace { offset, exact_dates: false };
        let intercom = Intercom { objects: objects.clone(), at, largest, step, now: BEGIN, requests: 0 };
        let found = kept(trigger, skew, &schedule, intercom);
        let distinct: BTreeSet<&String> = found.iter().collect();
        prop_assert_eq!(distinct.len(), found.len(), "an event came twice: {:?}", found);
        let expected = expected(trigger, BEGIN + skew, &objects);
        for id in &found {
            prop_assert!(expected.contains_key(id), "{} did not happen", id);
        }
        for (id, _) in expected.iter().filter(|(_, must)| **must) {
            prop_assert!(distinct.contains(id), "{} is lost; {:?}", id, found);
        }
    }
}

fn quiet_workspace(objects: Vec<History>) -> Intercom {
    let at = Workspace {
        offset: 0,
        exact_dates: false,
    };
    Intercom {
        objects,
        at,
        largest: 50,
        step: 0,
        now: BEGIN,
        requests: 0,
    }
}

#[test]
fn a_filter_selects_the_events_of_a_poll() {
    let mut intercom = quiet_workspace(vec![vec![(10, 0)], vec![(20, 0)]]);
    let begun = polled("user-created", "{}", None, 0, &mut intercom).cursor;
    intercom.now += 60;
    let filter = r#"{"filter": "contact_id = 'c1'"}"#;
    let page = polled("user-created", filter, Some(&begun), 0, &mut intercom);
    let ids: Vec<&str> = page.events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["user-created:c1"]);
    let data: Value = serde_json::from_str(&page.events[0].data).unwrap();
    assert_eq!(data["contact_id"], "c1");
    assert!(!page.more);
}

/// Refuses every cursor of its own.
struct Forgetful(Intercom);

impl Transport for Forgetful {
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        if body["pagination"]["starting_after"] != "gone" {
            return self.0.send(request);
        }
        let error = json!({"type": "error.list", "errors": [{"code": "parameter_invalid"}]});
        Ok(Response {
            status: 400,
            headers: Headers(vec![(
                "content-type".to_owned(),
                "application/json".to_owned(),
            )]),
            body: error.to_string().into_bytes(),
            cut: None,
        })
    }
}

#[test]
fn a_walk_whose_cursor_is_gone_begins_anew() {
    let mut intercom = Forgetful(quiet_workspace(vec![vec![(10, 0)]]));
    intercom.0.now += 60;
    let cursor = json!({
        "from": BEGIN, "seen": {}, "walk": {"began": BEGIN + 5, "after": "gone"}, "repeats": 0,
    });
    let host = HostContext {
        variables: vec![("INTERCOM_ACCESS_TOKEN".to_owned(), "t".to_owned())],
        transport: &mut intercom,
        clock: &mut Still,
    };
    let page = poll("user-created", "{}", Some(&cursor.to_string()), 1, host).unwrap();
    assert_eq!(page.events.len(), 1);
}

#[test]
fn a_trigger_without_a_search_and_a_foreign_cursor_are_refused() {
    for (trigger, cursor, expected) in [
        ("contact-replied", None, "contact-replied is not polled"),
        ("user-created", Some("7"), "is not a cursor"),
        ("user-made", None, "is not a trigger"),
    ] {
        let mut intercom = quiet_workspace(Vec::new());
        let host = HostContext {
            variables: vec![("INTERCOM_ACCESS_TOKEN".to_owned(), "t".to_owned())],
            transport: &mut intercom,
            clock: &mut Still,
        };
        let error = poll(trigger, "{}", cursor, 1000, host).unwrap_err();
        assert!(format!("{error:?}").contains(expected), "{error:?}");
        assert_eq!(intercom.requests, 0);
    }
}
