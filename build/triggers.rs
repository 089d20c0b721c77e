//! Reads the triggers from `triggers/webhooks.json`; `triggers/README.md` describes its format.

use super::contract::Result;
use connector_definitions::operation::Kind;
use connector_definitions::trigger::{Output, Part, Trigger, find};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The triggers, in the order of forms.
///
/// # Errors
/// The file can't be read, a key is missing, a record or type is unknown, or a topic or output is
/// duplicated.
pub fn read(file: &Path) -> Result<Vec<Trigger>> {
    let text = fs::read_to_string(file)?;
    let document: Value = serde_json::from_str(&text)?;
    let records = document.get("records").and_then(Value::as_object);
    let records = records.ok_or("records is not an object")?;
    let mut topics = BTreeSet::new();
    let triggers = list(&document, "triggers")?.iter().map(|trigger| {
        one_trigger(trigger, records, &mut topics)
            .map_err(|error| format!("{}: {error}", trigger["id"]).into())
    });
    triggers.collect()
}

fn one_trigger(
    trigger: &Value,
    records: &Map<String, Value>,
    topics: &mut BTreeSet<String>,
) -> Result<Trigger> {
    let own = texts(trigger, "topics")?;
    if let Some(twice) = own.iter().find(|topic| !topics.insert((*topic).clone())) {
        return Err(format!("the topic {twice} is duplicated").into());
    }
    let parts = list(trigger, "records")?.iter();
    let parts = parts.map(|part| one_part(part, records));
    let mut read = Trigger {
        id: text(trigger, "id")?,
        topics: own,
        parts: parts.collect::<Result<_>>()?,
        description: text(trigger, "description")?,
        group: text(trigger, "group")?,
        permissions: texts(trigger, "permissions")?,
        sample: String::new(),
    };
    read.sample = sample(&read, &trigger["sample"])?;
    let mut names = BTreeSet::new();
    for output in read.outputs() {
        if !names.insert(&output.name) {
            return Err(format!("two outputs have the name {}", output.name).into());
        }
    }
    Ok(read)
}

/// The data of a sample event with an item. Its values are of their outputs' types, but for ids
/// that are numbers.
fn sample(trigger: &Trigger, item: &Value) -> Result<String> {
    let topic = trigger.topics.first().map_or("", String::as_str);
    let mut data = BTreeMap::new();
    for part in &trigger.parts {
        let object = part.find(item);
        for Output {
            name, kind, from, ..
        } in &part.outputs
        {
            let value = match object.and_then(|object| find(object, from)) {
                Some(Value::Number(id)) if *kind == Kind::Text => id.to_string().into(),
                value => value.cloned().unwrap_or_default(),
            };
            data.insert(name.as_str(), value);
        }
    }
    data.insert("topic", topic.into());
    data.insert("item", item.clone());
    Ok(serde_json::to_string(&data)?)
}

fn one_part(part: &Value, records: &Map<String, Value>) -> Result<Part> {
    let name = text(part, "record")?;
    let record = records.get(&name);
    let record = record.ok_or_else(|| format!("no record {name}"))?;
    let outputs = list(record, "outputs")?.iter().map(one_output);
    Ok(Part {
        at: texts(part, "at")?,
        outputs: outputs.collect::<Result<_>>()?,
    })
}

fn one_output(output: &Value) -> Result<Output> {
    let name = text(output, "name")?;
    let kind = match output["type"].as_str() {
        None => Kind::Text,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("flag") => Kind::Flag,
        Some("json") => Kind::Json,
        Some(other) => return Err(format!("{name}: no type {other}").into()),
    };
    let allowed = match output.get("allowed") {
        Some(_) => texts(output, "allowed")?,
        None => Vec::new(),
    };
    Ok(Output {
        name,
        kind,
        format: output["format"].as_str().unwrap_or_default().to_owned(),
        from: text(output, "from")?,
        description: text(output, "description")?,
        allowed,
    })
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value]> {
    let found = value[key].as_array().map(Vec::as_slice);
    found.ok_or_else(|| format!("{key} is not a list").into())
}

fn text(value: &Value, key: &str) -> Result<String> {
    let found = value[key].as_str().map(str::to_owned);
    found.ok_or_else(|| format!("{key} is not text").into())
}

fn texts(value: &Value, key: &str) -> Result<Vec<String>> {
    let items = list(value, key)?.iter();
    let items: Option<Vec<String>> = items.map(|item| item.as_str().map(str::to_owned)).collect();
    items.ok_or_else(|| format!("{key} has items that are not text").into())
}
