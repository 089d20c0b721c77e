//! The question for one input, and how to parse its answer.

use super::answer::{Answer, Blank, blank, bracket, read};
use super::choices::Listing;
use super::heading::Typing;
use connector_host::manifest::{Action, Field, FieldType};

/// The answer that searches the choices again.
pub const AGAIN: &str = "?";

/// The question for one input.
pub struct Question<'f> {
    pub field: &'f Field,
    place: String,
    pub typing: Typing,
    /// Whether the manifest describes fields in it.
    has_parts: bool,
    /// The values to choose from.
    pub listing: Listing,
    blank: Blank,
    /// Whether the component found a problem in an answer.
    has_failed: bool,
}

impl<'f> Question<'f> {
    /// The first question for `field` at `place` of the input.
    pub fn new(field: &'f Field, place: &str, action: &Action, is_required: bool) -> Self {
        let parts = match field.kind {
            FieldType::Record => format!("{}.", field.name),
            FieldType::RecordList => format!("{}[].", field.name),
            _ => String::new(),
        };
        let mut inputs = action.inputs.iter();
        let has_parts =
            !parts.is_empty() && inputs.any(|inner| inner.name.starts_with(parts.as_str()));
        Self {
            field,
            place: place.to_owned(),
            typing: Typing::of(field),
            has_parts,
            listing: Listing::allowed(field),
            blank: blank(field, is_required, has_parts),
            has_failed: false,
        }
    }

    /// The text of the question.
    pub fn prompt(&self) -> String {
        let bracket = bracket(self.field, &self.blank, self.has_parts);
        format!("{}{bracket}: ", self.place)
    }

    /// Parses an answer, or returns an error that says what to enter.
    pub fn read(&self, text: &str) -> Result<Answer, &'static str> {
        read(self.field, &self.listing, &self.blank, self.has_parts, text)
    }

    /// Whether the component found a problem in `answer` and the person keeps it.
    pub fn is_kept(&self, answer: &Answer) -> bool {
        self.has_failed && self.blank.as_ref() == Some(answer)
    }

    /// The question is asked again; an empty answer now means `blank`.
    pub fn fail(&mut self, blank: Answer) {
        self.has_failed = true;
        self.blank = Some(blank);
    }

    /// Whether its choices can be searched.
    pub fn can_search(&self) -> bool {
        let choices = self.field.choices.as_ref();
        choices.is_some_and(|choices| choices.search.is_some())
    }

    /// The choices, and how to enter them.
    pub fn choices(&mut self) -> Option<String> {
        let mut lines = Vec::new();
        if !self.listing.is_empty() {
            lines.push(self.listing.next_page());
        }
        if self.has_parts {
            lines.push("  y asks for its fields; or give the whole as JSON".to_owned());
        }
        if self.can_search() {
            lines.push(format!("  {AGAIN} searches again"));
        }
        if self.field.kind == FieldType::TextList {
            lines.push("  several: separated by commas, or a JSON list".to_owned());
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
