//! Generates the table of webhook triggers from `triggers/webhooks.json`; `triggers/README.md`
//! describes its format.

use super::contract::Result;
use super::names::constant;
use connector_definitions::title;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The constants `OTHER_TOPICS`, `TRIGGERS` and one for each record.
///
/// # Errors
/// A file can't be read, a key is missing, a record or type is unknown, or a topic or output is
/// duplicated.
pub fn table(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file)?;
    let document: Value = serde_json::from_str(&text)?;
    let records = object(&document, "records")?;
    let mut out = String::new();
    for (name, record) in records {
        writeln!(out, "const {}: &[Output] = &[", constant(name))?;
        for output in list(record, "outputs")? {
            write_output(output, &mut out)?;
        }
        out.push_str("];\n");
    }
    let others = texts(&document, "other")?;
    writeln!(out, "pub const OTHER_TOPICS: &[&str] = &{others:?};")?;
    out.push_str("pub const TRIGGERS: &[Trigger] = &[\n");
    let mut topics: BTreeSet<&str> = others.into_iter().collect();
    for trigger in list(&document, "triggers")? {
        write_trigger(trigger, records, &mut topics, &mut out)
            .map_err(|error| format!("{}: {error}", trigger["id"]))?;
    }
    out.push_str("];\n");
    Ok(out)
}

fn write_trigger<'a>(
    trigger: &'a Value,
    records: &Map<String, Value>,
    topics: &mut BTreeSet<&'a str>,
    out: &mut String,
) -> Result<()> {
    let id = text(trigger, "id")?;
    let own = texts(trigger, "topics")?;
    if let Some(twice) = own.iter().find(|topic| !topics.insert(topic)) {
        return Err(format!("the topic {twice} is duplicated").into());
    }
    writeln!(
        out,
        "Trigger {{ id: {id:?}, title: {:?}, description: {:?}, group: {:?}, topics: &{own:?}, \
         permissions: &{:?}, sample: {:?}, parts: &[",
        title(id),
        text(trigger, "description")?,
        text(trigger, "group")?,
        texts(trigger, "permissions")?,
        trigger["sample"].to_string(),
    )?;
    let mut names = BTreeSet::new();
    for part in list(trigger, "records")? {
        let name = text(part, "record")?;
        let record = records
            .get(name)
            .ok_or_else(|| format!("no record {name}"))?;
        for output in list(record, "outputs")? {
            let output = text(output, "name")?;
            if !names.insert(output) {
                return Err(format!("two outputs have the name {output}").into());
            }
        }
        let at = texts(part, "at")?;
        writeln!(out, "Part {{ at: &{at:?}, outputs: {} }},", constant(name))?;
    }
    out.push_str("] },\n");
    Ok(())
}

fn write_output(output: &Value, out: &mut String) -> Result<()> {
    let name = text(output, "name")?;
    let kind = match output["type"].as_str() {
        None => "Text",
        Some("integer") => "Integer",
        Some("number") => "Number",
        Some("flag") => "Flag",
        Some("json") => "Json",
        Some(other) => return Err(format!("{name}: no type {other}").into()),
    };
    let allowed = match output.get("allowed") {
        Some(_) => texts(output, "allowed")?,
        None => Vec::new(),
    };
    writeln!(
        out,
        "Output {{ name: {name:?}, title: {:?}, description: {:?}, kind: FieldType::{kind}, \
         format: {:?}, allowed: &{allowed:?}, from: {:?} }},",
        title(&name.replace('_', "-")),
        text(output, "description")?,
        output["format"].as_str(),
        text(output, "from")?,
    )?;
    Ok(())
}

fn object<'a>(value: &'a Value, key: &str) -> Result<&'a Map<String, Value>> {
    let found = value[key].as_object();
    found.ok_or_else(|| format!("{key} is not an object").into())
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value]> {
    let found = value[key].as_array().map(Vec::as_slice);
    found.ok_or_else(|| format!("{key} is not a list").into())
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    let found = value[key].as_str();
    found.ok_or_else(|| format!("{key} is not text").into())
}

fn texts<'a>(value: &'a Value, key: &str) -> Result<Vec<&'a str>> {
    let items = list(value, key)?.iter().map(Value::as_str);
    let items: Option<Vec<&str>> = items.collect();
    items.ok_or_else(|| format!("{key} has items that are not text").into())
}
