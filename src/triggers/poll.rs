//! Polls a trigger: what was created or changed since the cursor.
//!
//! A search compares dates by the day, shows objects with a delay, and its rows move
//! while it is walked. So a poll asks from the day before its cursor on, drops the rows
//! before the cursor's second and those that it has given out, and moves the cursor only
//! to a time that the delay is over for.

use super::cursor::{Cursor, Walk};
use super::item;
use super::matches::{Inputs, about_trigger, known};
use super::table::{Poll, Trigger};
use crate::actions::HostContext;
use crate::api::spent_ms;
use crate::api::{Client, Credentials, Effect, Hints, Method, Object, Request, Settings, Token};
use crate::input::{FromInput, InputError, InputErrors, Timestamp};
use crate::world::triggers::{Event, EventPage};
use crate::world::types::ActionError;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Rows of a page. With pages of 150 the data of ten would take half of the sandbox.
const PER_PAGE: u64 = 50;

/// The most requests of one poll; the next one goes on where it ended.
const MAX_REQUESTS: usize = 10;

/// A day, and the hour by which one can be longer, in seconds: where "after this day"
/// surely begins before the second that it is meant for, in any time zone.
const DAY: i64 = 25 * 60 * 60;

/// The events since the cursor.
///
/// # Errors
/// A trigger that is not polled, inputs or a cursor that can't be used, and everything
/// that can go wrong with a search.
pub fn poll(
    trigger: &str,
    input: &str,
    cursor: Option<&str>,
    now_ms: u64,
    host: HostContext<'_>,
) -> Result<EventPage, ActionError> {
    let trigger = known(trigger)?;
    let Some(source) = &trigger.poll else {
        let hint = "receive its webhook";
        return Err(about_trigger(InputError::new(
            format!("{} is not polled", trigger.id),
            hint,
        )));
    };
    let refused = |errors: InputErrors| errors.into_error(trigger.id);
    let inputs = Inputs::read(trigger, input, &host.variables).map_err(refused)?;
    let now = i64::try_from(now_ms / 1000).unwrap_or(i64::MAX);
    let Some(cursor) = cursor else {
        return Ok(page(Vec::new(), &Cursor::beginning(now), None));
    };
    let mut errors = InputErrors::default();
    let cursor = Cursor::parse(cursor)
        .map_err(|error| errors.note("cursor", error))
        .ok();
    let settings = Settings::read(&host.variables, &mut errors);
    let token = Token::read(&host.variables, &mut errors);
    let (Some(mut cursor), Some(settings), Some(token)) = (cursor, settings, token) else {
        return Err(refused(errors));
    };
    let mut client = Client::new(
        trigger.id,
        Effect::Read,
        Hints::OF_READS,
        &settings,
        &token,
        host.transport,
        host.clock,
    );
    let mut walked = walk(&mut client, source, &cursor, now);
    if cursor.walk.is_some() && walked.as_ref().is_err_and(is_rejected) {
        // Intercom's cursors have no promised life: the walk begins anew.
        cursor.walk = None;
        walked = walk(&mut client, source, &cursor, now);
    }
    let walked = walked.map_err(|mut error| {
        client.redact(&mut error);
        error
    })?;
    let events = new_events(trigger, source, &inputs, &mut cursor, walked.rows);
    match walked.after {
        Some(after) => {
            cursor.walk = Some(Walk {
                began: walked.began,
                after,
            })
        }
        None => cursor.advance(walked.began, walked.is_whole),
    }
    Ok(page(events, &cursor, walked.wait_ms))
}

/// The events among rows that were not given out yet, oldest first. Notes them in the
/// cursor.
fn new_events(
    trigger: &Trigger,
    source: &Poll,
    inputs: &Inputs,
    cursor: &mut Cursor,
    rows: Vec<Value>,
) -> Vec<Event> {
    let mut events = Vec::new();
    for row in rows {
        let Some((key, second)) = key(trigger, source, &row) else {
            continue;
        };
        if second < cursor.from || cursor.seen.contains_key(&key) {
            continue;
        }
        let event = event(trigger, key, second, &row);
        if inputs.hold(&event) {
            cursor.seen.insert(event.id.clone(), second);
            events.push((second, event));
        }
    }
    events.sort_by_key(|(second, _)| *second);
    events.into_iter().map(|(_, event)| event).collect()
}

/// Whether Intercom refused the request as it is.
fn is_rejected(error: &ActionError) -> bool {
    matches!(error, ActionError::Permanent(failure) if failure.status == Some(400))
}

fn page(events: Vec<Event>, cursor: &Cursor, wait_ms: Option<u64>) -> EventPage {
    EventPage {
        events,
        cursor: cursor.to_text(),
        more: cursor.walk.is_some(),
        wait_ms,
    }
}

/// What a walk found.
struct Walked {
    /// The rows of its pages, those before the cursor's second among them.
    rows: Vec<Value>,
    /// When it began, by Intercom's clock.
    began: i64,
    /// Where to go on, if it was interrupted.
    after: Option<String>,
    /// Whether it surely lost no row.
    is_whole: bool,
    wait_ms: Option<u64>,
}

fn walk(
    client: &mut Client<'_>,
    source: &Poll,
    cursor: &Cursor,
    now: i64,
) -> Result<Walked, ActionError> {
    let resumed = cursor.walk.as_ref();
    let mut walked = Walked {
        rows: Vec::new(),
        began: resumed.map_or(now, |walk| walk.began),
        after: resumed.map(|walk| walk.after.clone()),
        is_whole: true,
        wait_ms: None,
    };
    let mut ids = BTreeSet::new();
    let mut total = None;
    for number in 0..MAX_REQUESTS {
        let response = client.send(&request(source, cursor.from, walked.after.as_deref()))?;
        if number == 0 && resumed.is_none() {
            let date = response.headers().get("date").and_then(http_date);
            // The earlier of the two clocks: what comes after is found by the next poll.
            walked.began = date.map_or(now, |date| date.min(now));
        }
        walked.wait_ms = spent_ms(response.headers(), MAX_REQUESTS);
        let (read, _) = response.into_list(source.list, Page::read(source.list))?;
        // A row that leaves the search moves the others forward.
        walked.is_whole &= total.is_none_or(|before| read.total >= Some(before));
        total = read.total;
        let is_new = |row: &Value| second(source, row).is_some_and(|it| it >= cursor.from);
        let is_past = source.sorted && !read.rows.iter().any(is_new);
        ids.extend(read.rows.iter().filter_map(id));
        walked.rows.extend(read.rows.into_iter().filter(is_new));
        walked.after = read.after.filter(|_| !is_past);
        if walked.after.is_none() {
            let found = i64::try_from(ids.len()).unwrap_or(i64::MAX);
            let is_counted = resumed.is_none() && !is_past;
            walked.is_whole &= !is_counted || total.is_none_or(|total| found >= total);
            break;
        }
    }
    Ok(walked)
}

/// A page of a search.
struct Page {
    rows: Vec<Value>,
    after: Option<String>,
    total: Option<i64>,
}

impl Page {
    fn read(list: &str) -> impl FnMut(&Object<'_>) -> Self {
        let list = list.to_owned();
        move |object| {
            let next = object
                .object("pages")
                .and_then(|pages| pages.object("next"));
            let rows = object.list(&list).into_iter();
            Self {
                rows: rows
                    .filter_map(|row| serde_json::from_str(row.json()).ok())
                    .collect(),
                after: next.and_then(|next| next.text("starting_after")),
                total: object.integer("total_count"),
            }
        }
    }
}

fn request(source: &Poll, from: i64, after: Option<&str>) -> Request {
    let date = json!({"field": source.date, "operator": ">", "value": from.saturating_sub(DAY)});
    let query = match source.role {
        None => date,
        Some(role) => {
            let role = json!({"field": "role", "operator": "=", "value": role});
            json!({"operator": "AND", "value": [date, role]})
        }
    };
    let mut pagination = json!({"per_page": PER_PAGE});
    if let (Some(after), Value::Object(pagination)) = (after, &mut pagination) {
        pagination.insert("starting_after".to_owned(), after.into());
    }
    let mut body = json!({"query": query, "pagination": pagination});
    if let (true, Value::Object(body)) = (source.sorted, &mut body) {
        let sort = json!({"field": source.date, "order": "descending"});
        body.insert("sort".to_owned(), sort);
    }
    Request::new(Method::Post, source.path).with_body(body)
}

/// The key of a row's event and its second; `None` if the row is about something else.
fn key(trigger: &Trigger, source: &Poll, row: &Value) -> Option<(String, i64)> {
    let second = second(source, row)?;
    let id = id(row)?;
    if !source.changes {
        let author = item::find(row, "/source/author/type").and_then(Value::as_str);
        let is_other = source.path == CONVERSATIONS && !matches!(author, Some("user" | "lead"));
        return (!is_other).then(|| (format!("{}:{id}", trigger.id), second));
    }
    // What was just created has not changed.
    let is_created = item::find(row, "/created_at") == item::find(row, "/updated_at");
    (!is_created).then(|| (format!("{}:{id}:{second}", trigger.id), second))
}

/// The search of conversations, which finds those that admins began, too.
const CONVERSATIONS: &str = "/conversations/search";

fn id(row: &Value) -> Option<String> {
    let id = item::find(row, "/id")?;
    id.as_str()
        .map(str::to_owned)
        .or_else(|| id.as_i64().map(|id| id.to_string()))
}

fn second(source: &Poll, row: &Value) -> Option<i64> {
    let date = row.get(source.date)?;
    Timestamp::from_value(date.clone())
        .ok()
        .map(Timestamp::seconds)
}

fn event(trigger: &Trigger, key: String, second: i64, row: &Value) -> Event {
    let is_lead = item::find(row, "/role").and_then(Value::as_str) == Some("lead");
    let topic = trigger
        .topics
        .get(1)
        .filter(|_| is_lead)
        .or(trigger.topics.first());
    let topic = topic.copied().unwrap_or_default();
    let workspace = item::find(row, "/workspace_id").and_then(Value::as_str);
    Event {
        id: key,
        trigger: trigger.id.to_owned(),
        topic: topic.to_owned(),
        scope: workspace.map(str::to_owned),
        occurred_at_ms: u64::try_from(second)
            .ok()
            .and_then(|it| it.checked_mul(1000)),
        first_sent_at_ms: None,
        attempt: 1,
        data: Value::Object(item::data(trigger, topic, row)).to_string(),
    }
}

fn http_date(text: &str) -> Option<i64> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    let since = date
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .ok()?;
    since.as_secs().try_into().ok()
}
