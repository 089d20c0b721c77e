//! An engine that polls a workspace, through a network on which time passes.

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use intercom_connector::internals::triggers::{Event, EventPage};
use intercom_connector::internals::types::ActionError;
use intercom_connector::internals::{
    Clock, Headers, HostContext, Response, SendError, Transport, WireRequest, poll,
};
use intercom_double::intercom::{TOKEN, respond};
use serde_json::{Value, json};

use super::world::World;

/// An engine that polls one trigger.
#[derive(Debug, Default)]
pub struct Engine {
    pub cursor: Option<String>,
    /// The events of the polls whose cursor was kept.
    pub kept: Vec<Event>,
    /// The ids of the polls whose cursor was lost.
    pub lost: BTreeSet<String>,
    pub polls: usize,
    /// When the walk in progress began.
    begun: Option<i64>,
    /// When each finished walk began and ended.
    pub walks: Vec<(i64, i64)>,
}

impl Engine {
    /// Polls once. Returns whether more is to come.
    pub fn poll(&mut self, world: &mut World, trigger: &str, keeps_cursor: bool) -> bool {
        self.polls += 1;
        let begun = world.now;
        let page = match page(world, trigger, self.cursor.as_deref()) {
            Ok(page) => page,
            Err(ActionError::Retryable(failure)) if failure.status == Some(429) => return true,
            Err(error) => panic!("{trigger}: {error:?}"),
        };
        let times: Vec<_> = page
            .events
            .iter()
            .map(|event| event.occurred_at_ms)
            .collect();
        assert!(times.is_sorted(), "{trigger}: oldest first");
        assert!(page.cursor.len() < 100_000);
        if !keeps_cursor {
            self.lost
                .extend(page.events.into_iter().map(|event| event.id));
            return true;
        }
        let begun = *self.begun.get_or_insert(begun);
        if !page.more {
            self.walks.push((begun, world.now));
            self.begun = None;
        }
        self.kept.extend(page.events);
        self.cursor = Some(page.cursor);
        page.more
    }
}

/// One poll of the component's code.
fn page(world: &mut World, trigger: &str, cursor: Option<&str>) -> Result<EventPage, ActionError> {
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", TOKEN),
        ("INTERCOM_MAX_RETRIES", "0"),
        ("INTERCOM_VERSION", world.setting.version),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let engine_ms = world.engine_ms();
    let begun = world.now;
    let mut clock = Stopwatch::default();
    let mut network = Network {
        world,
        begun,
        clock: clock.clone(),
    };
    let host = HostContext {
        variables: variables.to_vec(),
        transport: &mut network,
        clock: &mut clock,
    };
    poll(trigger, "{}", cursor, engine_ms, host)
}

/// The monotonic clock of a poll; the network moves it on.
#[derive(Debug, Clone, Default)]
struct Stopwatch(std::rc::Rc<std::cell::Cell<Duration>>);

impl Clock for Stopwatch {
    fn now(&mut self) -> Duration {
        self.0.get()
    }

    fn sleep(&mut self, wait: Duration) {
        self.0.set(self.0.get() + wait);
    }
}

/// Between the component and the double: time passes, and things happen.
struct Network<'a> {
    world: &'a mut World,
    begun: i64,
    clock: Stopwatch,
}

impl Transport for Network<'_> {
    fn send(&mut self, wire: &WireRequest) -> Result<Response, SendError> {
        let world = &mut *self.world;
        world.requests += 1;
        if let Some(change) = world.during.pop_front() {
            world.apply(&change);
        }
        let mut body: Value = serde_json::from_slice(&wire.body).unwrap_or_default();
        if let Some(asked) = body.pointer_mut("/pagination/per_page") {
            *asked = json!(asked.as_u64().unwrap().min(world.setting.page));
        }
        let mut request = Request::builder()
            .method(wire.method.name())
            .uri(&wire.path_with_query);
        for (name, value) in &wire.headers {
            request = request.header(name, value);
        }
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = request.body(Bytes::from(body)).unwrap();
        let mut response = respond(&mut world.state, &request, world.now);
        let limited = world.setting.limited;
        if limited > 0 && world.requests.is_multiple_of(limited) {
            *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
        }
        let slowness = &world.setting.slowness;
        world.now += slowness[world.requests % slowness.len()];
        self.clock
            .0
            .set(Duration::from_secs((world.now - self.begun) as u64));
        let sent = UNIX_EPOCH + Duration::from_secs(world.now as u64);
        let date = ("date".to_owned(), httpdate::fmt_http_date(sent));
        let headers = response.headers().iter();
        let headers = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()));
        Ok(Response {
            status: response.status().as_u16(),
            headers: Headers(headers.chain([date]).collect()),
            body: response.body().to_vec(),
            cut: None,
        })
    }
}
