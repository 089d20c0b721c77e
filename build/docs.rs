//! Reads a WIT doc comment: a description, and lines for machines.
//!
//! ```text
//! What it is for, in any number of lines.
//!
//! Effect: `write-once`                      (functions)
//! Required when: message_type is `email`    (fields)
//! Allowed: `user`, `lead`
//! Also: `json`                              (a text that JSON may stand for)
//! Choices: `list-admins`
//! Example: `"user"`
//! Like: `create-contact-input`              (records)
//! ```
//!
//! A field without a comment has the one of the same field of the record that
//! `Like:` names.

use wit_parser::Docs;

/// What a doc comment says.
#[derive(Debug, Default)]
pub struct Documented {
    pub description: Option<String>,
    pub effect: Option<String>,
    /// The other field, and its value.
    pub required_when: Option<(String, String)>,
    pub allowed: Vec<String>,
    /// Whether a text may also be given as JSON.
    pub also_json: bool,
    pub choices: Option<String>,
    pub example: Option<String>,
    /// The record whose fields document the fields that have no comment here.
    pub like: Option<String>,
}

impl Documented {
    /// Reads a comment.
    ///
    /// # Errors
    /// A line for machines that does not have its form.
    pub fn read(docs: &Docs) -> Result<Self, String> {
        let mut documented = Self::default();
        let mut paragraphs: Vec<String> = vec![String::new()];
        for line in docs
            .contents
            .as_deref()
            .unwrap_or_default()
            .lines()
            .map(str::trim)
        {
            if documented.machine_line(line)? {
                continue;
            }
            match paragraphs.last_mut() {
                Some(last) if !line.is_empty() => {
                    if !last.is_empty() {
                        last.push(' ');
                    }
                    last.push_str(line);
                }
                _ => paragraphs.push(String::new()),
            }
        }
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let description = paragraphs.join("\n\n");
        documented.description = (!description.is_empty()).then_some(description);
        Ok(documented)
    }

    /// Whether the line was for machines.
    fn machine_line(&mut self, line: &str) -> Result<bool, String> {
        let Some((key, value)) = line.split_once(": ") else {
            return Ok(false);
        };
        let bad = || format!("{line:?} should hold its values in back-quotes");
        let one = || quoted(value).into_iter().next().ok_or_else(bad);
        match key {
            "Effect" => self.effect = Some(one()?),
            "Choices" => self.choices = Some(one()?),
            "Example" => self.example = Some(one()?),
            "Like" => self.like = Some(one()?),
            "Allowed" => self.allowed = quoted(value),
            "Also" if one()? == "json" => self.also_json = true,
            "Also" => return Err(format!("{line:?}: only `json` can stand there")),
            "Required when" => {
                let (field, _) = value.split_once(" is ").ok_or_else(bad)?;
                self.required_when = Some((field.to_owned(), one()?));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
