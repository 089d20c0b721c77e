//! The attributes of a ticket. Title and description are attributes with names that are hard to
//! guess, so they have inputs of their own.

use crate::input::{InputError, InputReader, Need, Object, Patch, Text};
use serde_json::{Map, Value};

/// The attribute that is the title.
pub const TITLE: &str = "_default_title_";
/// The attribute that is the description.
pub const DESCRIPTION: &str = "_default_description_";

/// Reads `title`, `description` and `attributes` into one object. `None` if an error
/// was noted.
pub fn read(input: &mut InputReader<'_>) -> Option<Map<String, Value>> {
    let title = input.read::<Text>("title", Need::Nothing);
    let description = input.read::<Text>("description", Need::Nothing);
    let attributes = input.optional::<Object>("attributes");
    let mut attributes = attributes?.map_or_else(Map::new, |Object(map)| map);
    for (name, attribute, given) in [
        ("title", TITLE, title?),
        ("description", DESCRIPTION, description?),
    ] {
        let value = match given {
            Patch::Absent => continue,
            Patch::Null => Value::Null,
            Patch::Value(Text(text)) => text.into(),
        };
        if attributes.contains_key(attribute) {
            let problem = format!("is given, but attributes also contains {attribute}");
            input.note(name, InputError::new(problem, "give one of them"));
            return None;
        }
        attributes.insert(attribute.to_owned(), value);
    }
    Some(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Context, Notes, RawInput};
    use serde_json::json;

    fn read_from(input: &str) -> Option<Value> {
        let (raw, notes) = (RawInput::from_json(input).ok()?, Notes::default());
        let mut reader = InputReader::new(raw, Context::NONE, &notes);
        let attributes = read(&mut reader).map(Value::from);
        let (errors, _) = reader.finish();
        attributes.filter(|_| errors.is_empty())
    }

    #[test]
    fn title_and_description_are_attributes() {
        for (input, attributes) in [
            ("{}", Some(json!({}))),
            (
                r#"{"title": "a", "attributes": {"Urgent": false, "Note": ""}}"#,
                Some(json!({"_default_title_": "a", "Urgent": false, "Note": ""})),
            ),
            (
                r#"{"title": null, "description": "", "attributes": {"Old": null}}"#,
                Some(json!({"_default_title_": null, "_default_description_": "", "Old": null})),
            ),
            (
                r#"{"attributes": {"_default_title_": "a"}}"#,
                Some(json!({"_default_title_": "a"})),
            ),
            (
                r#"{"title": "a", "attributes": {"_default_title_": "b"}}"#,
                None,
            ),
            (r#"{"attributes": "red"}"#, None),
        ] {
            assert_eq!(read_from(input), attributes, "{input}");
        }
    }
}
