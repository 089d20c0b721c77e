//! The second pass: puts stand-ins in the place of everything that the first
//! one noted.

use serde_json::Value;

use super::hosts::is_intercom;
use super::kind::{Hint, Kind};
use super::public_examples::{self, REDACTED};
use super::secrets::Secrets;
use super::substitution::Substitution;
use super::walk::Visitor;

/// The shortest number, in digits, that is taken for an id where its key does
/// not say so: shorter ones are counts, limits and years.
const SHORTEST_UNNAMED_ID: usize = 6;

/// All that is known when the second pass begins.
pub(super) struct Rewrite {
    pub secrets: Secrets,
    pub substitution: Substitution,
}

impl Visitor for Rewrite {
    fn text(&mut self, hint: Hint, text: &str) -> String {
        let stays = text.is_empty() || public_examples::is_text(text.trim());
        if hint == Hint::Is(Kind::Secret) && !stays {
            return REDACTED.to_owned();
        }
        if hint == Hint::Is(Kind::Host) && is_intercom(text) {
            return text.to_owned();
        }
        self.substitution.text(&self.secrets.redact(text))
    }

    /// What stands outside of the placeholders and the paths within them are
    /// texts of their own: no value reaches over a delimiter.
    fn template(&mut self, text: &str) -> String {
        let text = self.secrets.redact(text);
        let mut rewritten = String::new();
        let mut rest = text.as_str();
        while let Some((before, delimiter, after)) = next_delimiter(rest) {
            rewritten += &self.substitution.structure(before);
            rewritten += delimiter;
            rest = after;
        }
        rewritten + &self.substitution.structure(rest)
    }

    fn number(&mut self, hint: Hint, number: &str) -> Value {
        let named = matches!(hint, Hint::Is(Kind::Id | Kind::Phone));
        let same = || serde_json::from_str(number).unwrap_or_default();
        if hint == Hint::Is(Kind::Secret) {
            return REDACTED.into();
        }
        match self.substitution.of(number) {
            Some(stand_in) if named || number.len() >= SHORTEST_UNNAMED_ID => {
                serde_json::from_str(stand_in)
                    .ok()
                    .filter(Value::is_number)
                    .unwrap_or_else(|| stand_in.into())
            }
            _ => same(),
        }
    }

    fn name(&mut self, name: &str) -> String {
        self.substitution.structure(&self.secrets.redact(name))
    }
}

/// What comes before the first delimiter of a placeholder, the delimiter, and
/// what comes after it.
fn next_delimiter(text: &str) -> Option<(&str, &str, &str)> {
    let found = ["{{", "}}", "<<", ">>"]
        .into_iter()
        .filter_map(|delimiter| {
            let (before, after) = text.split_once(delimiter)?;
            Some((before, delimiter, after))
        });
    found.min_by_key(|(before, ..)| before.len())
}
