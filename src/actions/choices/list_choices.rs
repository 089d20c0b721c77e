//! List Choices: what an input is picked from, all lists in one form.

use super::kind::Kind;
use super::page::Pages;
use crate::actions::Action;
use crate::api::{Client, Hints, Settings, Token};
use crate::input::{InputReader, Text};
use crate::world::choices::{Choice, ChoiceList};
use crate::world::types::ActionError;

/// A GET of the kind's list, page by page.
#[derive(Debug)]
pub struct ListChoices {
    kind: &'static Kind,
    /// In lower case.
    words: Vec<String>,
}

impl Action for ListChoices {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let kind = input.required("kind");
        let search = input.optional::<Text>("search");
        let search = search?.map(|Text(text)| text.to_lowercase());
        let words = search.unwrap_or_default();
        Some(Self {
            kind: kind?,
            words: words.split_whitespace().map(str::to_owned).collect(),
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ChoiceList, ActionError> {
        let mut pages = Pages::new(self.kind);
        let (mut choices, mut notes) = (Vec::new(), Vec::new());
        while let Some(request) = pages.next_request() {
            let (found, body) = client.send(&request)?.into_list(self.kind.rows, |page| {
                let rows = page.list(self.kind.rows);
                pages.record(page, rows.len());
                let rows = rows
                    .iter()
                    .filter_map(|row| self.kind.choice(&row.object()));
                rows.filter(|choice| self.finds(choice)).collect::<Vec<_>>()
            })?;
            choices.extend(found);
            notes.extend(body.notes);
        }
        notes.extend(pages.note());
        notes.dedup();
        Ok(ChoiceList {
            choices: sorted(choices),
            notes,
        })
    }
}

impl ListChoices {
    fn finds(&self, choice: &Choice) -> bool {
        let Choice {
            value,
            label,
            detail,
            ..
        } = choice;
        let detail = detail.as_deref().unwrap_or_default();
        let text = format!("{label}\n{value}\n{detail}").to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// By label, archived ones last; Intercom's own order changes with every use. A row
/// that moved to another page between two requests is listed once.
fn sorted(mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.sort_by_cached_key(|choice| {
        let archived = choice.archived == Some(true);
        (archived, choice.label.to_lowercase(), choice.value.clone())
    });
    choices.dedup_by(|one, other| one.value == other.value && one.label == other.label);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(value: &str, label: &str, archived: Option<bool>) -> Choice {
        Choice {
            value: value.to_owned(),
            label: label.to_owned(),
            detail: None,
            archived,
        }
    }

    #[test]
    fn choices_are_sorted_by_label_and_listed_once() {
        let choices = sorted(vec![
            choice("4", "zeta", None),
            choice("3", "alpha", Some(true)),
            choice("2", "Beta", Some(false)),
            choice("4", "zeta", None),
            choice("5", "beta", None),
        ]);
        let values: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(values, ["2", "5", "4", "3"]);
    }
}
