//! Fixed values of a definition. Their placeholders may use the inputs of `x-workflow-inputs`:
//! `{{inputs.reason}}`.

use super::node::{Named, Node, Notes, Reference};
use crate::operation::Input;

/// Parses the fixed value of a schema, if it has one.
pub fn constant<'a>(notes: &mut Notes<'a>, schema: &Node<'a>, input: &mut Input) {
    if let Some(at) = schema.get("const") {
        input.fixed = at.value.to_string();
        texts(notes, &at, input, true);
    }
}

/// Checks all texts in a fixed value.
fn texts(notes: &mut Notes<'_>, at: &Node<'_>, input: &mut Input, is_field: bool) {
    if let Some(text) = at.value.as_str() {
        match (notes.references)(text) {
            Ok(references) => {
                for reference in references {
                    name(notes, at, &reference, input, is_field);
                }
            }
            Err((message, hint)) => notes.note(at, message, hint),
        }
    }
    let entries = at.entries().into_iter().map(|(_, inner)| inner);
    for inner in entries.chain(at.items()) {
        texts(notes, &inner, input, false);
    }
}

/// Checks one placeholder of a fixed value: the whole text or a part of it.
fn name(
    notes: &mut Notes<'_>,
    at: &Node<'_>,
    reference: &Reference,
    input: &mut Input,
    is_field: bool,
) {
    let Reference {
        expression,
        input: name,
        is_whole,
    } = reference;
    let Some(named) = notes.named.iter_mut().find(|named| named.name == *name) else {
        let names = notes.named.iter().map(|named| named.name.as_str());
        let hint = match names.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "describe it there".to_owned(),
            names => format!("describe it there, beside {names}"),
        };
        let message = format!("{expression} is not an input of x-workflow-inputs");
        return notes.note(at, message, hint);
    };
    named.is_used = true;
    if named.secret {
        input.secret = true;
    }
    if named.secret && !is_whole {
        let message =
            format!("{expression} is a secret in a longer text, where it can't be redacted");
        notes.note(at, message, "send the secret as a field of its own");
    } else if input.required && is_field && *is_whole && !named.required {
        let message = format!("{expression} may be left out, and the field is required");
        notes.note(
            at,
            message,
            format!("add {name} to required of x-workflow-inputs"),
        );
    }
}

/// Reports the inputs that no constant uses: a form would ask for them, but they would never be
/// sent.
pub fn check_named(notes: &mut Notes<'_>) {
    for named in std::mem::take(&mut notes.named) {
        if !named.is_used {
            let Named { name, at, .. } = named;
            let hint = format!("write {{{{inputs.{name}}}}} in a const, or leave it out");
            notes.note(&at, "is an input that no const uses", hint);
        }
    }
}
