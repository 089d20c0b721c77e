//! The paths of placeholders: `settings.admin`, `steps.lookup.contacts[0].id`,
//! `settings["default admin"]`.

/// A path into the workflow context: names and array indexes, outermost first.
///
/// An index is text: whether `0` is an index or a name depends on the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<String>);

impl Path {
    /// Parses `name(.name | .0 | [0] | ["name"])*`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, mut rest) = name(text)?;
        let mut steps = vec![first.to_owned()];
        while !rest.is_empty() {
            let (step, after) = if let Some(after) = rest.strip_prefix('.') {
                let (step, after) = name(after)?;
                (step.to_owned(), after)
            } else {
                bracketed(rest.strip_prefix('[')?)?
            };
            steps.push(step);
            rest = after;
        }
        Some(Self(steps))
    }

    /// The steps, outermost first. At least one.
    pub fn steps(&self) -> &[String] {
        &self.0
    }
}

/// The plain name or index at the beginning of `text`.
fn name(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-' || c == '$'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    (!name.is_empty()).then_some((name, rest))
}

/// The rest of `[0]` or `["name"]`, after the bracket.
fn bracketed(text: &str) -> Option<(String, &str)> {
    if !text.starts_with('"') {
        let (index, after) = text.split_once(']')?;
        let index: usize = index.trim().parse().ok()?;
        return Some((index.to_string(), after));
    }
    // The quoted name is a JSON string, with JSON's escapes.
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let name = values.next()?.ok()?;
    let after = text.get(values.byte_offset()..)?.strip_prefix(']')?;
    Some((name, after))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_are_dotted_names_indexes_and_quoted_names() {
        let cases: &[(&str, &[&str])] = &[
            ("settings.admin", &["settings", "admin"]),
            (
                "steps.lookup.contacts.0.id",
                &["steps", "lookup", "contacts", "0", "id"],
            ),
            ("steps.contacts[0].id", &["steps", "contacts", "0", "id"]),
            (
                r#"settings["default admin"]"#,
                &["settings", "default admin"],
            ),
            (r#"settings["a }} b"].c"#, &["settings", "a }} b", "c"]),
            (r#"settings["say \"hi\""]"#, &["settings", r#"say "hi""#]),
            ("trigger.größe", &["trigger", "größe"]),
        ];
        for (text, expected) in cases {
            assert_eq!(Path::parse(text).unwrap().steps(), *expected, "{text}");
        }
        for text in ["", ".a", "a.", "a..b", "a[b]", "a[0", "a b", r#"a["b"#] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
