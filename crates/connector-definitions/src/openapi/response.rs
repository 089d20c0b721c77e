//! Parses the success of an operation. Lenient: an undescribed response must not become a
//! problem.

use super::node::{Node, Notes};
use super::schema;
use crate::operation::{Operation, Success};

/// Parses the success with the lowest status. Returns it, with its schema if it is JSON and has
/// one.
pub fn success<'a>(
    notes: &mut Notes<'a>,
    node: &Node<'a>,
    operation: &mut Operation,
) -> Option<(Node<'a>, Node<'a>)> {
    let responses = node.get("responses");
    let successes: Vec<_> = responses
        .iter()
        .flat_map(Node::entries)
        .filter(|(status, _)| status.starts_with('2') || matches!(*status, "302" | "303" | "307"))
        .collect();
    let statuses = successes.iter().map(|(status, _)| status.parse().ok());
    operation.statuses = statuses.collect::<Option<_>>().unwrap_or_default();
    let (status, first) = successes.into_iter().min_by_key(|(status, _)| *status)?;
    if status.starts_with('3') {
        operation.success = Success::Redirect;
        return None;
    }
    let response = notes.object(&first)?;
    let content = response.get("content")?;
    let (kind, media) = content.entries().into_iter().next()?;
    let is_json = kind.split(';').next().is_some_and(|kind| {
        let kind = kind.trim();
        kind == "application/json" || kind.ends_with("+json")
    });
    if !is_json {
        operation.success = match kind.starts_with("text/") {
            true => Success::Text,
            false => Success::Bytes,
        };
        operation.media_type = media_type(notes, &media, kind);
        return None;
    }
    operation.success = Success::Json;
    let schema = media.get("schema")?;
    let schema = notes.object(&schema)?;
    operation.outputs = schema::outputs(notes, &schema);
    Some((response, schema))
}

/// A media type that is valid in a header.
fn media_type(notes: &mut Notes<'_>, at: &Node<'_>, kind: &str) -> String {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/+-._*".contains(c);
    if kind.is_empty() || !kind.contains('/') || !kind.chars().all(is_plain) {
        notes.note(at, "is not a media type", "give one, such as text/plain");
    }
    kind.to_owned()
}
