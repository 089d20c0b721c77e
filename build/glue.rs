//! Generates the glue between the contract's types and the code behind them.
//! `src/actions/mod.rs` has the naming convention.

use super::contract::{Action, Field, Interface, Record, Result, Shape};
use super::names::{camel, constant, ident, snake};
use std::fmt::Write;
use wit_parser::Type;

/// The path of an action's type below `actions`.
pub fn action_path(interface: &Interface, action: &Action) -> String {
    let (module, name) = (ident(&interface.name), ident(&action.name));
    format!("{module}::{name}::{}", camel(&action.name))
}

/// The path of a record's type below `world`.
fn record_path(interface: &Interface, record: &str) -> String {
    format!("{}::{}", ident(&interface.name), camel(record))
}

/// The contract's data about each action, and the conversions of its records, for a module with
/// `actions` and `world` in scope.
pub fn conversions(interfaces: &[Interface]) -> Result<String> {
    let mut out = String::new();
    for interface in interfaces {
        for action in &interface.actions {
            contract(interface, action, &mut out)?;
        }
        let inputs = interface.actions.iter().filter_map(|a| a.input.as_deref());
        for record in interface.closure(inputs) {
            raw_input(interface, record, &mut out)?;
        }
        let outputs = interface.actions.iter().map(|a| a.output.as_str());
        for record in interface.closure(outputs) {
            to_json(interface, record, &mut out)?;
            from_response(interface, record, &mut out)?;
            write_row(interface, record, &mut out)?;
            with_body(interface, record, &mut out)?;
            noted(interface, record, &mut out)?;
        }
    }
    Ok(out)
}

fn contract(interface: &Interface, action: &Action, out: &mut String) -> Result<()> {
    writeln!(
        out,
        "impl Contract for actions::{} {{\n    const ID: &'static str = {:?};\n    \
         const EFFECT: Effect = Effect::{:?};\n    type Output = world::{};\n}}\n",
        action_path(interface, action),
        action.name,
        action.effect,
        record_path(interface, &action.output),
    )?;
    Ok(())
}

fn raw_input(interface: &Interface, record: &Record, out: &mut String) -> Result<()> {
    let ty = record_path(interface, &record.name);
    writeln!(
        out,
        "impl From<world::{ty}> for RawInput {{\n    fn from(input: world::{ty}) -> Self {{\n        \
         Self::default()"
    )?;
    for field in &record.fields {
        let (key, name) = (snake(&field.name), ident(&field.name));
        match &field.shape {
            Shape::Flags {
                name: flags,
                members,
            } => {
                let flags = record_path(interface, flags);
                out.push_str("            .with_cleared(&[\n");
                for member in members {
                    let (key, flag) = (snake(member), constant(member));
                    writeln!(
                        out,
                        "                ({key:?}, input.{name}.contains(world::{flags}::{flag})),"
                    )?;
                }
                out.push_str("            ])\n");
            }
            Shape::RecordList(_) => writeln!(out, "            .with_list({key:?}, input.{name})")?,
            _ if field.optional => {
                writeln!(out, "            .with_option({key:?}, input.{name})")?
            }
            _ => writeln!(out, "            .with({key:?}, input.{name})")?,
        }
    }
    out.push_str("    }\n}\n\n");
    Ok(())
}

/// For records with a list of notes.
fn noted(interface: &Interface, record: &Record, out: &mut String) -> Result<()> {
    if record.fields.iter().any(|field| field.name == "notes") {
        writeln!(
            out,
            "impl Noted for world::{} {{\n    fn notes(&mut self) -> &mut Vec<String> {{\n        \
             &mut self.notes\n    }}\n}}\n",
            record_path(interface, &record.name),
        )?;
    }
    Ok(())
}

fn to_json(interface: &Interface, record: &Record, out: &mut String) -> Result<()> {
    writeln!(
        out,
        "impl ToJson for world::{} {{\n    fn write(&self, object: &mut JsonObject) {{\n        \
         object",
        record_path(interface, &record.name),
    )?;
    for field in &record.fields {
        let (key, name) = (snake(&field.name), ident(&field.name));
        match (&field.shape, field.optional) {
            (Shape::Json, false) => writeln!(out, "            .json({key:?}, &self.{name})")?,
            (Shape::Json, true) => writeln!(
                out,
                "            .json({key:?}, self.{name}.as_deref().unwrap_or(\"null\"))"
            )?,
            (Shape::Record(_), false) => {
                writeln!(out, "            .record({key:?}, &self.{name})")?;
            }
            (Shape::RecordList(_), false) => {
                writeln!(out, "            .list({key:?}, &self.{name})")?;
            }
            (Shape::Record(_) | Shape::RecordList(_) | Shape::Flags { .. }, _) => {
                return Err(format!(
                    "{}: {} cannot be converted to \
                JSON",
                    record.name, field.name
                )
                .into());
            }
            (Shape::Text { .. }, false) => {
                writeln!(out, "            .text({key:?}, Some(&self.{name}))")?;
            }
            (Shape::Text { .. }, true) => {
                writeln!(out, "            .text({key:?}, self.{name}.as_deref())")?;
            }
            (Shape::Integer(_) | Shape::Flag { .. }, false) => {
                writeln!(out, "            .plain({key:?}, Some(self.{name}))")?;
            }
            (Shape::Integer(_) | Shape::Flag { .. }, true) => {
                writeln!(out, "            .plain({key:?}, self.{name})")?;
            }
            _ => writeln!(out, "            .value({key:?}, &self.{name})")?,
        }
    }
    out.push_str("            ;\n    }\n}\n\n");
    Ok(())
}

/// Where fields can be read by their own names from a response's object, and the others stay
/// empty for another reader: in one pass over the object's fields.
fn from_response(interface: &Interface, record: &Record, out: &mut String) -> Result<()> {
    let empty: Option<Vec<_>> = record.fields.iter().map(empty).collect();
    let Some(empty) = empty.filter(|_| read(record).next().is_some()) else {
        return Ok(());
    };
    writeln!(
        out,
        "impl FromResponse for world::{} {{\n    fn read(object: &Object<'_>) -> Self {{",
        record_path(interface, &record.name),
    )?;
    tags(read(record).map(|(field, _)| field), out)?;
    out.push_str("        let mut found = Self {\n");
    for (field, empty) in record.fields.iter().zip(empty) {
        writeln!(out, "            {}: {empty},", ident(&field.name))?;
    }
    out.push_str("        };\n        for field in object.fields() {\n");
    out.push_str("            match field.tag() {\n");
    for (field, value) in read(record) {
        let (named, name) = (named(field), ident(&field.name));
        writeln!(
            out,
            "                {named} => field.{value}(&mut found.{name}),"
        )?;
    }
    out.push_str("                _ => {}\n            }\n        }\n        found\n    }\n}\n\n");
    Ok(())
}

/// The tags of fields' keys, as constants.
fn tags<'f>(fields: impl Iterator<Item = &'f Field>, out: &mut String) -> Result<()> {
    for field in fields {
        let (constant, key) = (constant(&field.name), snake(&field.name));
        writeln!(out, "        const {constant}: Tag = Tag::of(b{key:?});")?;
    }
    Ok(())
}

/// The pattern of a response's field with the name of a record's.
fn named(field: &Field) -> String {
    let (constant, key) = (constant(&field.name), snake(&field.name));
    format!("{constant} | Tag::ESCAPED if field.has_key({constant}, {key:?})")
}

/// The record whose rows are written straight. Others have fields that are not read by their
/// own names, or short pages.
const ROW: &str = "contact";

/// Writes what `ToJson` would write of a record that was read as by [`from_response`], straight
/// from the response's text.
fn write_row(interface: &Interface, record: &Record, out: &mut String) -> Result<()> {
    if record.name != ROW {
        return Ok(());
    }
    writeln!(
        out,
        "impl WriteRow for world::{} {{\n    fn write_row(row: Item<'_>, object: &mut JsonObject) -> bool {{",
        record_path(interface, &record.name),
    )?;
    tags(read(record).map(|(field, _)| field), out)?;
    for (field, _) in read(record) {
        writeln!(
            out,
            "        let mut {} = Item::default();",
            ident(&field.name)
        )?;
    }
    out.push_str("        for field in row.object().fields() {\n");
    out.push_str("            match field.tag() {\n");
    for (field, _) in read(record) {
        let (named, name) = (named(field), ident(&field.name));
        writeln!(out, "                {named} => {name} = field,")?;
    }
    out.push_str("                _ => {}\n            }\n        }\n");
    let texts = read(record).filter(|(_, value)| *value == "text_into");
    let texts: Vec<_> = texts.map(|(field, _)| ident(&field.name)).collect();
    writeln!(
        out,
        "        if [{}].iter().any(|text| text.is_object()) {{\n            return false;\n        }}\n        object",
        texts.join(", ")
    )?;
    for field in &record.fields {
        let (key, name) = (snake(&field.name), ident(&field.name));
        match (reading(field), &field.shape) {
            (Some(value), _) => {
                let write = value.replace("_into", "_of");
                writeln!(out, "            .{write}({key:?}, {name})")?;
            }
            (None, Shape::TextList) => writeln!(out, "            .json({key:?}, \"[]\")")?,
            (None, _) => writeln!(out, "            .json({key:?}, row.json())")?,
        }
    }
    out.push_str("            ;\n        true\n    }\n}\n\n");
    Ok(())
}

/// The method that reads a field leniently by its own name, if it can be read so.
fn reading(field: &Field) -> Option<&'static str> {
    match (&field.shape, field.optional) {
        (Shape::Text { .. }, true) => Some("text_into"),
        (Shape::Flag { .. }, true) => Some("boolean_into"),
        (Shape::Integer(Type::S64), true) => Some("integer_into"),
        (Shape::Json, true) => Some("object_json_into"),
        _ => None,
    }
}

/// The fields that are read by their own names, with the methods that read them.
fn read(record: &Record) -> impl Iterator<Item = (&Field, &'static str)> {
    let fields = record.fields.iter();
    fields.filter_map(|field| Some((field, reading(field)?)))
}

/// The value of a field that was not read, if it has one.
fn empty(field: &Field) -> Option<&'static str> {
    match (&field.shape, field.optional, field.name.as_str()) {
        _ if reading(field).is_some() => Some("None"),
        (Shape::TextList | Shape::RecordList(_), false, _) => Some("Vec::new()"),
        (Shape::Json, false, "response") => Some("String::new()"),
        _ => None,
    }
}

/// For records with a response and notes.
fn with_body(interface: &Interface, record: &Record, out: &mut String) -> Result<()> {
    if has_body(record) {
        writeln!(
            out,
            "impl WithBody for world::{} {{\n    fn with_body(self, body: ResponseBody) -> Self {{\n        \
             Self {{ notes: body.notes, response: body.json, ..self }}\n    }}\n}}\n",
            record_path(interface, &record.name),
        )?;
    }
    Ok(())
}

/// Whether a record has notes and a response.
fn has_body(record: &Record) -> bool {
    let has = |name| record.fields.iter().any(|field| field.name == name);
    has("notes") && has("response")
}

/// The typed exports.
pub fn exports(interfaces: &[Interface]) -> Result<String> {
    let mut out = String::new();
    for interface in interfaces {
        writeln!(
            out,
            "impl world::{}::Guest for Connector {{",
            ident(&interface.name)
        )?;
        for action in &interface.actions {
            let (parameter, argument) = match &action.input {
                Some(input) => (
                    format!("input: world::{}", record_path(interface, input)),
                    "input",
                ),
                None => (String::new(), "RawInput::default()"),
            };
            writeln!(
                out,
                "    fn {}({parameter}) -> Result<world::{}, ActionError> {{\n        \
                 call::<actions::{}>({argument})\n    }}",
                ident(&action.name),
                record_path(interface, &action.output),
                action_path(interface, action),
            )?;
        }
        out.push_str("}\n\n");
    }
    Ok(out)
}
