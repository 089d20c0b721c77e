//! Generates the table of actions: the manifest data and the code of each.

use super::contract::{Action, Field, Interface, Record, Result, Shape};
use super::docs::Condition;
use super::glue::action_path;
use super::names::{constant, snake, title};
use std::fmt::Write;

/// The table: `&[entry::<contacts::create_contact::CreateContact>(Action { … }), …]`.
pub fn entries(interfaces: &[Interface]) -> Result<String> {
    let mut out = String::from("&[\n");
    for interface in interfaces {
        for action in &interface.actions {
            let path = action_path(interface, action);
            writeln!(out, "entry::<actions::{path}>(")?;
            one_action(interface, action, &mut out)
                .map_err(|error| format!("{}.{}: {error}", interface.name, action.name))?;
            out.push_str("),\n");
        }
    }
    out.push(']');
    Ok(out)
}

fn one_action(interface: &Interface, action: &Action, out: &mut String) -> Result<()> {
    writeln!(
        out,
        "Action {{ id: {:?}, title: {:?}, description: {:?}, group: {:?}, effect: Effect::{:?}, \
         destructive: {:?}, permissions: &{:?}, inputs: &[",
        action.name,
        title(&action.name),
        action.docs.description,
        title(&interface.name),
        action.effect,
        action.docs.destructive,
        action.docs.permissions,
    )?;
    if let Some(input) = &action.input {
        fields(interface, input, "", true, out)?;
    }
    out.push_str("], outputs: &[\n");
    fields(interface, &action.output, "", false, out)?;
    out.push_str("] }\n");
    Ok(())
}

/// Writes the fields of a record, each followed by the fields of nested records.
fn fields(
    interface: &Interface,
    record: &str,
    prefix: &str,
    input: bool,
    out: &mut String,
) -> Result<()> {
    let record = interface.record(record)?;
    for field in &record.fields {
        let name = format!("{prefix}{}", snake(&field.name));
        one_field(record, field, &name, input, out)
            .map_err(|error| format!("{}: {}: {error}", record.name, field.name))?;
        match &field.shape {
            Shape::Record(inner) => fields(interface, inner, &format!("{name}."), input, out)?,
            Shape::RecordList(inner) => {
                fields(interface, inner, &format!("{name}[]."), input, out)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn one_field(
    record: &Record,
    field: &Field,
    name: &str,
    input: bool,
    out: &mut String,
) -> Result<()> {
    let docs = &field.docs;
    let (kind, templated, formats): (_, _, &[&str]) = match &field.shape {
        Shape::Text { templated } => ("Text", *templated, &TEXT_FORMATS),
        Shape::Json => ("Json", true, &["json-object"]),
        Shape::Flag { templated } => ("Flag", *templated, &[]),
        Shape::Integer(_) => ("Integer", false, &["date-time"]),
        Shape::TextList => ("TextList", true, &[]),
        Shape::Record(_) => ("Record", true, &[]),
        Shape::RecordList(_) => ("RecordList", true, &[]),
        // In JSON, null replaces a set of flags.
        Shape::Flags { .. } => return Ok(()),
    };
    let unknown = docs.format.as_deref().filter(|it| !formats.contains(it));
    if let Some(unknown) = unknown {
        return Err(format!("Format: {unknown} is not one of this type: {formats:?}").into());
    }
    if docs.required && !matches!(field.shape, Shape::RecordList(_)) {
        return Err("Required: yes is for a list of records only; for others, use the type".into());
    }
    let may_be_empty = matches!(field.shape, Shape::RecordList(_)) && !docs.required;
    let optional = field.optional || may_be_empty;
    let required = match (condition(record, docs.required_when.as_ref())?, optional) {
        (Some(condition), _) => format!("Required::When({condition})"),
        (None, true) => "Required::Optional".to_owned(),
        (None, false) => "Required::Always".to_owned(),
    };
    writeln!(
        out,
        "Field {{ name: {name:?}, title: {:?}, description: {:?}, kind: FieldType::{kind}, \
         also: {}, format: {:?}, required: {required}, applies_when: {}, templated: {}, \
         default: {:?}, example: {:?}, allowed: &{:?}, choices: {}, lines: {}, advanced: {} }},",
        title(&field.name),
        docs.description,
        json_types(&docs.also)?,
        docs.format,
        option(condition(record, docs.applies_when.as_ref())?),
        templated && input,
        docs.default,
        docs.example,
        docs.allowed,
        option(docs.choices.as_ref().map(|choices| format!("&{choices:?}"))),
        docs.lines.unwrap_or(1),
        docs.advanced,
    )?;
    Ok(())
}

/// The formats of text; `field.format` in the contract describes them.
const TEXT_FORMATS: [&str; 10] = [
    "date-time",
    "email",
    "url",
    "phone",
    "html",
    "id",
    "path",
    "formula",
    "pagination",
    "secret",
];

/// The types for `Also:`.
const JSON_TYPES: [&str; 7] = [
    "text", "integer", "number", "boolean", "object", "list", "null",
];

fn json_types(names: &[String]) -> Result<String> {
    let mut types = "JsonTypes::empty()".to_owned();
    for name in names {
        if !JSON_TYPES.contains(&name.as_str()) {
            return Err(format!("Also: {name} is not one of {JSON_TYPES:?}").into());
        }
        write!(types, ".union(JsonTypes::{})", constant(name))?;
    }
    Ok(types)
}

/// A condition on another field of the same record.
fn condition(record: &Record, condition: Option<&Condition>) -> Result<Option<String>> {
    let Some(Condition { field, values }) = condition else {
        return Ok(None);
    };
    let mut names = record.fields.iter().map(|field| snake(&field.name));
    match names.any(|name| name == *field) {
        true => Ok(Some(format!(
            "&Condition {{ field: {field:?}, values: &{values:?} }}"
        ))),
        false => Err(format!("a condition names {field}, which does not exist").into()),
    }
}

fn option(value: Option<String>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}
