//! Describes triggers for the manifest.

use super::matches;
use super::poll::Source;
use super::signature::{HEADER, PREFIX};
use super::table::{self, OTHER, Output, Trigger};
use crate::api::{ACCESS_TOKEN, CLIENT_SECRET};
use crate::operations::{self, field_type};
use crate::world::plugin as wit;
use connector_definitions::title;
use serde_json::Value;

/// All triggers.
pub fn describe() -> Vec<wit::Trigger> {
    table::all().into_iter().map(trigger).collect()
}

/// How Intercom signs webhooks (`docs/intercom-api.md`, Webhooks).
pub fn signature() -> wit::Signature {
    wit::Signature {
        header: HEADER.to_owned(),
        prefix: PREFIX.to_owned(),
        algorithm: wit::SignatureAlgorithm::HmacSha1,
        encoding: wit::SignatureEncoding::Hex,
        variable: CLIENT_SECRET.name.to_owned(),
    }
}

/// The topic of a trigger's sample. Empty if the trigger is only polled.
pub fn sample_topic(trigger: &Trigger) -> &str {
    trigger.topics.first().map_or("", String::as_str)
}

/// The setup that a person does first.
const SETUP: &str = "In Intercom's Developer Hub, open your app, grant it the permissions of this \
    trigger under Authentication, then under Webhooks enter the address of your engine as the \
    endpoint and subscribe to the topics. Copy the client secret from Basic information.";

/// The same for polling.
const SETUP_OF_POLLING: &str = "To poll, give the access token of an app that has the \
    permissions of this trigger. Polling and webhooks have different event ids, so use only one \
    of them.";

fn sources(trigger: &Trigger) -> wit::TriggerSources {
    let mut sources = wit::TriggerSources::empty();
    if !trigger.topics.is_empty() {
        sources |= wit::TriggerSources::WEBHOOK;
    }
    if Source::of(&trigger.id).is_some() {
        sources |= wit::TriggerSources::POLL;
    }
    sources
}

fn setup(of: wit::TriggerSources) -> String {
    let sources = [
        (wit::TriggerSources::WEBHOOK, SETUP),
        (wit::TriggerSources::POLL, SETUP_OF_POLLING),
    ];
    let texts = sources.into_iter();
    let texts = texts.filter(|(source, _)| of.contains(*source));
    let texts: Vec<&str> = texts.map(|(_, text)| text).collect();
    texts.join(" ")
}

/// Polls send requests, webhooks need none.
fn variables(sources: wit::TriggerSources) -> Vec<String> {
    match sources.contains(wit::TriggerSources::POLL) {
        true => vec![ACCESS_TOKEN.name.to_owned()],
        false => Vec::new(),
    }
}

fn trigger(trigger: Trigger) -> wit::Trigger {
    let (sources, inputs) = (sources(&trigger), inputs(&trigger));
    let outputs = trigger.parts.into_iter().flat_map(|part| part.outputs);
    wit::Trigger {
        title: title(&trigger.id),
        sources,
        setup: Some(setup(sources)),
        variables: variables(sources),
        inputs,
        sample: trigger.sample,
        outputs: outputs.map(output).chain(shared()).collect(),
        id: trigger.id,
        description: Some(trigger.description),
        group: trigger.group,
        topics: trigger.topics,
        permissions: trigger.permissions,
    }
}

fn inputs(trigger: &Trigger) -> Vec<wit::Field> {
    let topic = (trigger.id == OTHER).then(|| wit::Field {
        templated: true,
        example: Some(Value::from(sample_topic(trigger)).to_string()),
        ..field(
            matches::TOPIC,
            "Only events of this topic. Topics that are newer than this connector are accepted \
             too.",
            wit::FieldType::Text,
        )
    });
    let workspace = wit::Field {
        templated: true,
        format: Some("id".to_owned()),
        example: Some(r#""ws_example""#.to_owned()),
        ..field(
            matches::WORKSPACE,
            "Only events of the workspace with this id. One address gets the events of all \
             workspaces that installed the app.",
            wit::FieldType::Text,
        )
    };
    let filter = wit::Field {
        templated: true,
        format: Some("formula".to_owned()),
        example: Some(Value::from(filter_example(trigger)).to_string()),
        lines: 3,
        ..field(
            matches::FILTER,
            "Only events for which this formula holds. Its fields are the trigger's outputs, and \
             `item` with a path, such as `item.source.type`.",
            wit::FieldType::Text,
        )
    };
    topic.into_iter().chain([workspace, filter]).collect()
}

fn filter_example(trigger: &Trigger) -> String {
    match sample_topic(trigger) {
        "" => "created_at > '2023-01-01'".to_owned(),
        topic => format!("topic = '{topic}'"),
    }
}

fn output(output: Output) -> wit::Field {
    wit::Field {
        description: Some(output.description),
        format: (!output.format.is_empty()).then_some(output.format),
        allowed: output.allowed,
        ..operations::field(&output.name, field_type(output.kind))
    }
}

/// The outputs of every trigger.
fn shared() -> [wit::Field; 2] {
    let item = "The whole item as Intercom sends it.";
    [
        field(
            "topic",
            "Intercom's name of the event.",
            wit::FieldType::Text,
        ),
        wit::Field {
            format: Some("json-object".to_owned()),
            ..field("item", item, wit::FieldType::Json)
        },
    ]
}

fn field(name: &str, description: &str, kind: wit::FieldType) -> wit::Field {
    wit::Field {
        description: Some(description.to_owned()),
        ..operations::field(name, kind)
    }
}
