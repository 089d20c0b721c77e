//! What the WIT text says of the actions, as the component's manifest has it, and the
//! code behind each.

use super::contract::{Action, Field, Interface, Record, Result, Shape};
use super::docs::FieldDocs;
use super::glue::action_path;
use super::names::snake;
use connector_definitions::described::{self, Condition, Described, JSON_TYPES};
use connector_definitions::operation::Kind;
use connector_definitions::title;
use std::fmt::Write;

/// The table of actions: `&[entry::<contacts::create_contact::CreateContact>(), …]`.
pub fn entries(interfaces: &[Interface]) -> Result<String> {
    let mut out = String::from("&[\n");
    for interface in interfaces {
        for action in &interface.actions {
            let path = action_path(interface, action);
            writeln!(out, "entry::<actions::{path}>(),")?;
        }
    }
    out.push(']');
    Ok(out)
}

/// What the contract says of each action, in the order of the table.
pub fn described(interfaces: &[Interface]) -> Result<Vec<Described>> {
    let actions = interfaces.iter().flat_map(|interface| {
        let actions = interface.actions.iter();
        actions.map(move |action| (interface, action))
    });
    let described = actions.map(|(interface, action)| {
        one_action(interface, action)
            .map_err(|error| format!("{}.{}: {error}", interface.name, action.name).into())
    });
    described.collect()
}

fn one_action(interface: &Interface, action: &Action) -> Result<Described> {
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    if let Some(input) = &action.input {
        fields(interface, input, "", true, &mut inputs)?;
    }
    fields(interface, &action.output, "", false, &mut outputs)?;
    Ok(Described {
        id: action.name.clone(),
        description: action.docs.description.clone().unwrap_or_default(),
        group: title(&interface.name),
        effect: action.effect,
        destructive: action.docs.destructive,
        permissions: action.docs.permissions.clone(),
        inputs,
        outputs,
    })
}

/// Adds the fields of a record, each followed by those of records within.
fn fields(
    interface: &Interface,
    record: &str,
    prefix: &str,
    input: bool,
    into: &mut Vec<described::Field>,
) -> Result<()> {
    let record = interface.record(record)?;
    for field in &record.fields {
        let name = format!("{prefix}{}", snake(&field.name));
        let described = one_field(record, field, &name, input)
            .map_err(|error| format!("{}: {}: {error}", record.name, field.name))?;
        into.extend(described);
        match &field.shape {
            Shape::Record(inner) => fields(interface, inner, &format!("{name}."), input, into)?,
            Shape::RecordList(inner) => {
                fields(interface, inner, &format!("{name}[]."), input, into)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A field. `None` of a set of flags: in JSON, null does what it does.
fn one_field(
    record: &Record,
    field: &Field,
    name: &str,
    input: bool,
) -> Result<Option<described::Field>> {
    let docs = &field.docs;
    let (kind, templated, formats): (_, _, &[&str]) = match &field.shape {
        Shape::Text { templated } => (Kind::Text, *templated, &TEXT_FORMATS),
        Shape::Json => (Kind::Json, true, &["json-object"]),
        Shape::Flag { templated } => (Kind::Flag, *templated, &[]),
        Shape::Integer(_) => (Kind::Integer, false, &["date-time"]),
        Shape::TextList => (Kind::List, true, &[]),
        Shape::Record(_) => (Kind::Record, true, &[]),
        Shape::RecordList(_) => (Kind::RecordList, true, &[]),
        Shape::Flags { .. } => return Ok(None),
    };
    let unknown = docs.format.as_deref().filter(|it| !formats.contains(it));
    if let Some(unknown) = unknown {
        return Err(format!("Format: {unknown} is not one of this type: {formats:?}").into());
    }
    if docs.required && !matches!(field.shape, Shape::RecordList(_)) {
        return Err("Required: yes is for a list of records only; for others, use the type".into());
    }
    let may_be_empty = matches!(field.shape, Shape::RecordList(_)) && !docs.required;
    let FieldDocs {
        description,
        format,
        also,
        applies_when,
        required_when,
        default,
        example,
        allowed,
        choices,
        lines,
        advanced,
        required: _,
    } = docs.clone();
    Ok(Some(described::Field {
        name: name.to_owned(),
        description: description.unwrap_or_default(),
        kind,
        also: json_types(&also)?,
        format: format.unwrap_or_default(),
        required: !field.optional && !may_be_empty && required_when.is_none(),
        required_when: condition(record, required_when)?,
        applies_when: condition(record, applies_when)?,
        templated: templated && input,
        default: default.unwrap_or_default(),
        example: example.unwrap_or_default(),
        allowed,
        choices: choices.unwrap_or_default(),
        lines: lines.unwrap_or(1).into(),
        advanced,
    }))
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

/// The types that `Also:` names.
fn json_types(names: &[String]) -> Result<u32> {
    let mut types = 0;
    for name in names {
        let index = JSON_TYPES.iter().position(|known| known == name);
        let unknown = || format!("Also: {name} is not one of {JSON_TYPES:?}");
        types |= 1 << index.ok_or_else(unknown)?;
    }
    Ok(types)
}

/// A condition on another field of the same record.
fn condition(record: &Record, condition: Option<Condition>) -> Result<Condition> {
    let Some(condition) = condition else {
        return Ok(Condition::default());
    };
    let mut names = record.fields.iter().map(|field| snake(&field.name));
    match names.any(|name| name == condition.field) {
        true => Ok(condition),
        false => {
            let Condition { field, .. } = condition;
            Err(format!("a condition names {field}, which does not exist").into())
        }
    }
}
