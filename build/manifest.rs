//! Writes the actions as a Rust table, which the manifest is made of.

use super::contract::{Action, Field, Interface, Result, Shape};
use super::names::{snake, title};
use std::fmt::Write;

/// The table: `&[Action { … }]`.
pub fn table(interfaces: &[Interface]) -> Result<String> {
    let mut out = String::from("&[\n");
    for interface in interfaces {
        for action in &interface.actions {
            one_action(interface, action, &mut out)?;
        }
    }
    out.push(']');
    Ok(out)
}

fn one_action(interface: &Interface, action: &Action, out: &mut String) -> Result<()> {
    writeln!(
        out,
        "Action {{ id: {:?}, title: {:?}, description: {:?}, effect: Effect::{:?}, inputs: &[",
        action.name,
        title(&action.name),
        action.docs.description,
        action.effect,
    )?;
    if let Some(input) = &action.input {
        fields(interface, input, "", true, out)?;
    }
    out.push_str("], outputs: &[\n");
    fields(interface, &action.output, "", false, out)?;
    out.push_str("] },\n");
    Ok(())
}

/// Writes the fields of a record, each followed by those of records within.
fn fields(
    interface: &Interface,
    record: &str,
    prefix: &str,
    input: bool,
    out: &mut String,
) -> Result<()> {
    for field in &interface.record(record)?.fields {
        let name = format!("{prefix}{}", snake(&field.name));
        one_field(field, &name, input, out)?;
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

fn one_field(field: &Field, name: &str, input: bool, out: &mut String) -> Result<()> {
    let docs = &field.docs;
    let (kind, templated) = match &field.shape {
        Shape::Text { templated } if docs.also_json => ("TextOrJson", *templated),
        Shape::Text { templated } => ("Text", *templated),
        Shape::Json => ("Json", true),
        Shape::Flag { templated } => ("Flag", *templated),
        Shape::Integer(_) => ("Integer", false),
        Shape::TextList => ("TextList", false),
        Shape::Record(_) => ("Record", true),
        Shape::RecordList(_) => ("RecordList", true),
        // In JSON, null does what a set of flags does.
        Shape::Flags { .. } => return Ok(()),
    };
    let optional = field.optional || matches!(field.shape, Shape::RecordList(_));
    let required = match (&docs.required_when, optional) {
        (Some((other, value)), _) => format!("Required::When({other:?}, {value:?})"),
        (None, true) => "Required::Optional".to_owned(),
        (None, false) => "Required::Always".to_owned(),
    };
    writeln!(
        out,
        "Field {{ name: {name:?}, title: {:?}, kind: FieldType::{kind}, required: {required}, \
         templated: {}, description: {:?}, example: {:?}, allowed: &{:?}, choices_from: {:?} }},",
        title(&field.name),
        templated && input,
        docs.description,
        docs.example,
        docs.allowed,
        docs.choices,
    )?;
    Ok(())
}
