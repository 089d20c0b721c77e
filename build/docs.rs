//! Parses a WIT doc comment: a description, and steering lines.
//!
//! A steering line begins with one or two words, the first capitalised, and a colon, such as
//! `Effect:` or `Only when:`. `wit/README.md` lists them. An unknown, duplicated or malformed
//! one fails the build.

use super::contract::Result;
use connector_definitions::described::Condition;
use connector_definitions::operation::Choices;
use wit_parser::Docs;

/// The comment of a function.
#[derive(Debug, Default)]
pub struct ActionDocs {
    pub description: Option<String>,
    pub effect: String,
    pub destructive: bool,
    pub permissions: Vec<String>,
}

/// What the comment of a record's field says.
#[derive(Debug, Clone, Default)]
pub struct FieldDocs {
    pub description: Option<String>,
    pub format: Option<String>,
    /// The JSON types that the field accepts in addition to its own.
    pub also: Vec<String>,
    pub applies_when: Option<Condition>,
    pub required_when: Option<Condition>,
    /// JSON.
    pub default: Option<String>,
    /// JSON.
    pub example: Option<String>,
    pub allowed: Vec<String>,
    pub choices: Option<Choices>,
    pub lines: Option<u8>,
    pub advanced: bool,
    /// Whether a list is required: its type does not say so.
    pub required: bool,
}

impl ActionDocs {
    /// Parses the comment of a function.
    pub fn read(docs: &Docs) -> Result<Self> {
        let mut comment = Comment::read(docs);
        let docs = Self {
            effect: comment.one("Effect")?.ok_or("Effect: is missing")?,
            destructive: comment.yes("Destructive")?,
            permissions: comment.several("Permissions")?,
            description: comment.description.take(),
        };
        comment.finish()?;
        Ok(docs)
    }
}

impl FieldDocs {
    /// Parses the comment of a record's field.
    pub fn read(docs: &Docs) -> Result<Self> {
        let mut comment = Comment::read(docs);
        let docs = Self {
            format: comment.one("Format")?,
            also: comment.several("Also")?,
            applies_when: comment.condition("Only when")?,
            required_when: comment.condition("Required when")?,
            default: comment.one("Default")?,
            example: comment.one("Example")?,
            allowed: comment.several("Allowed")?,
            choices: comment.choices("Choices")?,
            lines: comment.number("Lines")?,
            advanced: comment.yes("Advanced")?,
            required: comment.yes("Required")?,
            description: comment.description.take(),
        };
        comment.finish()?;
        Ok(docs)
    }
}

/// The record whose comments apply to the fields of this one without a comment.
pub fn model(docs: &Docs) -> Result<Option<String>> {
    let mut comment = Comment::read(docs);
    let like = comment.one("Like")?;
    comment.finish()?;
    Ok(like)
}

/// A comment whose steering lines are removed one by one.
struct Comment {
    description: Option<String>,
    /// Key and value.
    steering: Vec<(String, String)>,
}

impl Comment {
    fn read(docs: &Docs) -> Self {
        let mut steering = Vec::new();
        let mut paragraphs: Vec<Vec<&str>> = vec![Vec::new()];
        let text = docs.contents.as_deref().unwrap_or_default();
        for line in text.lines().map(str::trim) {
            match (steering_line(line), paragraphs.last_mut()) {
                (Some((key, value)), _) => steering.push((key.to_owned(), value.to_owned())),
                (None, Some(paragraph)) if !line.is_empty() => paragraph.push(line),
                _ => paragraphs.push(Vec::new()),
            }
        }
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let paragraphs: Vec<String> = paragraphs.iter().map(|lines| lines.join(" ")).collect();
        Self {
            description: (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n")),
            steering,
        }
    }

    fn take(&mut self, key: &str) -> Option<String> {
        let index = self.steering.iter().position(|(known, _)| known == key)?;
        Some(self.steering.remove(index).1)
    }

    /// Every value in back-quotes.
    fn several(&mut self, key: &str) -> Result<Vec<String>> {
        let Some(text) = self.take(key) else {
            return Ok(Vec::new());
        };
        let values = quoted(&text).ok_or_else(|| needs(key, &text, "values in back-quotes"))?;
        match values.iter().all(|(before, _)| matches!(*before, "" | ",")) {
            true => Ok(values.into_iter().map(|(_, value)| value).collect()),
            false => Err(needs(key, &text, "values in back-quotes, separated by commas").into()),
        }
    }

    /// The one value in back-quotes.
    fn one(&mut self, key: &str) -> Result<Option<String>> {
        let mut values = self.several(key)?;
        match values.len() {
            0 | 1 => Ok(values.pop()),
            _ => Err(format!("{key}: needs one value, not {}", values.len()).into()),
        }
    }

    fn yes(&mut self, key: &str) -> Result<bool> {
        match self.take(key) {
            None => Ok(false),
            Some(text) if text == "yes" => Ok(true),
            Some(text) => Err(needs(key, &text, "yes").into()),
        }
    }

    fn number(&mut self, key: &str) -> Result<Option<u8>> {
        let number = self.take(key).map(|text| {
            let number = text.parse::<u8>().ok().filter(|number| *number > 0);
            number.ok_or_else(|| needs(key, &text, "a number from 1 to 255"))
        });
        Ok(number.transpose()?)
    }

    /// ``other_field is `value`, `value` ``
    fn condition(&mut self, key: &str) -> Result<Option<Condition>> {
        let Some(text) = self.take(key) else {
            return Ok(None);
        };
        let bad = || needs(key, &text, "a field, `is`, and its values in back-quotes");
        let (field, values) = text.split_once(" is ").ok_or_else(bad)?;
        let values = quoted(values).ok_or_else(bad)?;
        Ok(Some(Condition {
            field: field.to_owned(),
            values: values.into_iter().map(|(_, value)| value).collect(),
        }))
    }

    /// ``  `action` rows `output` value `key` label `key` [search `input`] [input `JSON`] ``
    fn choices(&mut self, key: &str) -> Result<Option<Choices>> {
        let Some(text) = self.take(key) else {
            return Ok(None);
        };
        let bad = || {
            let form = "`action` rows `output` value `key` label `key`, optionally search `input` \
                     and input `{}`";
            needs(key, &text, form)
        };
        let mut parts = quoted(&text).ok_or_else(bad)?;
        let mut part = |word: &str| {
            let index = parts.iter().position(|(before, _)| *before == word)?;
            Some(parts.remove(index).1)
        };
        let choices = Choices {
            action: part("").ok_or_else(bad)?,
            rows: part("rows").ok_or_else(bad)?,
            value: part("value").ok_or_else(bad)?,
            label: part("label").ok_or_else(bad)?,
            search: part("search").unwrap_or_default(),
            input: part("input").unwrap_or_else(|| "{}".to_owned()),
        };
        match parts.is_empty() {
            true => Ok(Some(choices)),
            false => Err(bad().into()),
        }
    }

    /// Refuses the remaining lines.
    fn finish(self) -> Result<()> {
        match self.steering.first() {
            None => Ok(()),
            Some((key, _)) => Err(format!(
                "{key}: is not a steering line for this item, or is duplicated; wit/README.md \
                 lists them"
            )
            .into()),
        }
    }
}

/// The key and the value of a steering line.
fn steering_line(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let mut words = key.split(' ');
    let first = words.next()?;
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    let is_key = first.chars().next()?.is_ascii_uppercase()
        && is_word(first.get(1..)?)
        && words.clone().all(is_word)
        && words.count() <= 1;
    is_key.then(|| (key, value.trim()))
}

/// The values in back-quotes, each with the text before it. `None` if there is none,
/// or text after the last.
fn quoted(text: &str) -> Option<Vec<(&str, String)>> {
    let parts: Vec<&str> = text.split('`').collect();
    let (last, pairs) = parts.split_last()?;
    let whole = last.is_empty() && !pairs.is_empty() && pairs.len().is_multiple_of(2);
    let pairs = pairs.chunks(2).filter_map(|pair| match pair {
        [before, value] => Some((before.trim(), (*value).to_owned())),
        _ => None,
    });
    whole.then(|| pairs.collect())
}

fn needs(key: &str, text: &str, form: &str) -> String {
    format!("{key}: {text}: give {form}")
}
