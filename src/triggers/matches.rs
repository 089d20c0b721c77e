//! Matches events with a workflow's inputs.

use super::describe::sample_topic;
use super::table::{self, OTHER, Trigger};
use crate::api::CONTEXT;
use crate::input::{
    Context, InputError, InputErrors, InputReader, Need, Notes, Patch, RawInput, Text, Wanted,
    list_names, nearest,
};
use crate::search::{EVENTS, EventFilter, Filter, Holds};
use crate::world::triggers::Event;
use crate::world::types::ActionError;
use connector_definitions::operation::Kind;
use serde_json::Value;

/// The input with the id of a workspace.
pub const WORKSPACE: &str = "workspace";

/// The input with a topic, only of [`OTHER`].
pub const TOPIC: &str = "topic";

/// The input with a formula.
pub const FILTER: &str = "filter";

/// A trigger's inputs.
#[derive(Debug)]
pub struct Inputs {
    workspace: Option<String>,
    topic: Option<String>,
    filter: Option<EventFilter>,
}

/// Whether an event matches a workflow's inputs.
///
/// # Errors
/// An unknown trigger, and all problems of the inputs.
pub fn matches(
    trigger: &str,
    input: &str,
    event: &Event,
    variables: &[(String, String)],
) -> Result<bool, ActionError> {
    let trigger = known(trigger)?;
    let inputs = Inputs::read(&trigger, input, variables);
    let inputs = inputs.map_err(|errors| errors.into_error(&trigger.id))?;
    Ok(event.trigger == trigger.id
        && inputs.of_workspace(event.scope.as_deref())
        && inputs.hold(event))
}

impl Inputs {
    /// Reads the inputs of a trigger.
    ///
    /// # Errors
    /// All problems.
    pub fn read(
        trigger: &Trigger,
        input: &str,
        variables: &[(String, String)],
    ) -> Result<Self, InputErrors> {
        let raw = RawInput::from_json(input)?;
        let context = match CONTEXT.value(variables).map(Context::parse).transpose() {
            Ok(context) => context.unwrap_or_default(),
            Err(error) => {
                let mut errors = InputErrors::default();
                errors.note(CONTEXT.name, error);
                return Err(errors);
            }
        };
        let notes = Notes::default();
        let mut reader = InputReader::new(raw, &context, &notes);
        let mut text = |name| reader.optional::<Text>(name).flatten().map(|text| text.0);
        let workspace = text(WORKSPACE);
        let topic = if trigger.id == OTHER {
            text(TOPIC)
        } else {
            None
        };
        let wanted = Wanted {
            need: Need::Nothing,
            expected: EVENTS.expected,
            free_text: true,
        };
        let filter = reader.read_with(FILTER, &wanted, |resolve, written| {
            Filter::read(&EVENTS, resolve, written)
        });
        let filter = filter
            .and_then(Patch::value)
            .map(|filter| filter.for_events(&Fields(trigger)))
            .transpose();
        let filter = filter.unwrap_or_else(|errors| {
            errors
                .into_iter()
                .for_each(|error| reader.note(FILTER, error));
            None
        });
        let (errors, _) = reader.finish();
        match errors.is_empty() {
            true => Ok(Self {
                workspace,
                topic,
                filter,
            }),
            false => Err(errors),
        }
    }

    /// Whether a workspace is the requested one.
    fn of_workspace(&self, scope: Option<&str>) -> bool {
        let wanted = self.workspace.as_deref();
        wanted.is_none_or(|wanted| scope == Some(wanted))
    }

    /// Whether a polled event matches. If Intercom does not send the workspace, it is the
    /// token's, the only one that is polled.
    pub fn want_polled(&self, event: &Event) -> bool {
        let scope = event.scope.as_deref();
        (scope.is_none() || self.of_workspace(scope)) && self.hold(event)
    }

    /// Whether the topic and the data of an event match.
    fn hold(&self, event: &Event) -> bool {
        let topic = self.topic.as_deref();
        let filter = self.filter.as_ref();
        topic.is_none_or(|topic| event.topic == topic)
            && filter.is_none_or(|filter| {
                let data = serde_json::from_str(&event.data);
                data.is_ok_and(|data: Value| filter.holds(&data))
            })
    }
}

/// A sample event.
///
/// # Errors
/// An unknown trigger.
pub fn sample(trigger: &str) -> Result<Event, ActionError> {
    let trigger = table::find(trigger).ok_or_else(|| unknown(trigger))?;
    Ok(Event {
        id: format!("notif_sample-{}", trigger.id),
        topic: sample_topic(&trigger).to_owned(),
        trigger: trigger.id,
        scope: Some("ws_example".to_owned()),
        occurred_at_ms: Some(1_772_441_000_000),
        first_sent_at_ms: Some(1_772_441_001_000),
        attempt: 1,
        data: trigger.sample,
    })
}

/// The trigger with an id, as far as events need it.
///
/// # Errors
/// The trigger does not exist.
pub fn known(id: &str) -> Result<Trigger, ActionError> {
    table::for_events(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> ActionError {
    let ids = table::ids();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let hint = match nearest(id, ids.iter().copied()) {
        Some(id) => format!("write {id} if you meant that"),
        None => format!("give {}", list_names(&ids, "or")),
    };
    about_trigger(InputError::of_value(&id.into(), "is not a trigger", hint))
}

/// An error about the trigger itself.
pub fn about_trigger(error: InputError) -> ActionError {
    let mut errors = InputErrors::default();
    errors.note("trigger", error);
    errors.into_error("triggers")
}

/// The fields that a trigger's filter can use.
struct Fields<'a>(&'a Trigger);

impl crate::search::EventFields for Fields<'_> {
    fn holds(&self, name: &str) -> Option<Holds> {
        match name {
            "topic" => return Some(Holds::Text),
            "item" => return Some(Holds::Anything),
            _ => {}
        }
        let output = self.0.outputs().find(|output| output.name == name)?;
        Some(match output.kind {
            Kind::Integer if output.format == "date-time" => Holds::Date,
            Kind::Integer | Kind::Number => Holds::Number,
            Kind::Flag => Holds::Flag,
            Kind::Json => Holds::Anything,
            _ => Holds::Text,
        })
    }

    fn names(&self) -> Vec<&str> {
        let outputs = self.0.outputs().map(|output| output.name.as_str());
        outputs.chain(["topic", "item"]).collect()
    }
}
