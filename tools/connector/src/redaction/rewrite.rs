//! The second pass: replaces everything that the first pass collected.

use serde_json::Value;

use super::hosts::is_intercom;
use super::kind::{Hint, Kind};
use super::public_examples::{self, REDACTED};
use super::secrets::Secrets;
use super::substitution::Substitution;
use super::walk::Visitor;

/// Minimum length, in digits, of a number that is treated as an id without a key that says so:
/// shorter ones are counts, limits and years.
const SHORTEST_UNNAMED_ID: usize = 6;

/// The data of the first pass.
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

    fn number(&mut self, hint: Hint, number: &str) -> Option<Value> {
        if hint == Hint::Is(Kind::Secret) {
            return Some(REDACTED.into());
        }
        let named = matches!(hint, Hint::Is(Kind::Id | Kind::Phone));
        let stand_in = self.substitution.of(number);
        let stand_in = stand_in.filter(|_| named || number.len() >= SHORTEST_UNNAMED_ID)?;
        let as_number = serde_json::from_str(stand_in).ok().filter(Value::is_number);
        Some(as_number.unwrap_or_else(|| stand_in.into()))
    }

    fn name(&mut self, name: &str) -> String {
        self.substitution.structure(&self.secrets.redact(name))
    }
}
