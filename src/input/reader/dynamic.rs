//! Fields whose types are data, for actions that are data.

use super::{InputReader, Need, Wanted};
use crate::input::{InputError, Patch, Placeholder, Resolve};
use crate::world::Allowed;
use serde_json::{Map, Value};

/// Resolves the placeholders of a value and parses it.
pub type Parse<'b> = dyn Fn(Resolve<'_>, Value) -> Result<Patch<Value>, InputError> + 'b;

/// How to read a field whose type is data.
pub struct Dynamic<'b> {
    /// Its requirements.
    pub need: Need<'b>,
    /// The accepted value, as a noun phrase for errors.
    pub expected: &'b str,
    /// Whether it accepts any text.
    pub free_text: bool,
    /// Resolves its placeholders and parses it.
    pub parse: &'b Parse<'b>,
}

impl Dynamic<'_> {
    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            need: self.need,
            expected: self.expected,
            free_text: self.free_text,
        }
    }

    /// Stores the parsed value. Returns whether it was null.
    fn into<'c>(
        &'c self,
        patch: &'c mut Patch<Value>,
    ) -> impl FnMut(Resolve<'_>, Value) -> Result<bool, InputError> + 'c {
        |resolve, written| {
            *patch = (self.parse)(resolve, written)?;
            Ok(matches!(patch, Patch::Null))
        }
    }
}

impl<'a> InputReader<'a> {
    /// Reads a field whose type is given by the data of an action.
    pub fn value(&mut self, name: &'a str, dynamic: &Dynamic<'_>) -> Option<Patch<Value>> {
        let mut patch = Patch::Absent;
        let is_read = self.check(name, &dynamic.wanted(), &mut dynamic.into(&mut patch))?;
        Some(if is_read { patch } else { Patch::Absent })
    }

    /// Reads a field with a few allowed texts, in any case. `what` describes other texts, such
    /// as `is not a role`.
    pub fn choice(
        &mut self,
        name: &'a str,
        need: Need<'_>,
        allowed: &Allowed,
        what: &str,
    ) -> Option<Option<&'static str>> {
        let wanted = Wanted {
            need,
            expected: allowed.listed,
            free_text: false,
        };
        let read = |resolve: Resolve<'_>, written| {
            let value = resolve.json(written)?;
            match allowed.find(value.as_str()) {
                Some(known) => Ok(Patch::Value(known)),
                None if value.is_null() => Ok(Patch::Null),
                None => {
                    let hint = format!("give {}", allowed.listed);
                    Err(InputError::of_value(&value, what, hint))
                }
            }
        };
        Some(self.read_with(name, &wanted, read)?.value())
    }

    /// Reads a fixed value of the action's data like an input of this field. Its placeholders
    /// refer to the context or to these inputs. An error of an input's value is an error of that
    /// input.
    pub fn fixed(
        &mut self,
        name: &str,
        written: Value,
        inputs: &Map<String, Value>,
        dynamic: &Dynamic<'_>,
    ) -> Option<Patch<Value>> {
        let mut patch = Patch::Absent;
        let resolve = self.resolve.in_definition(inputs);
        let placeholder = resolve.whole(&written);
        let input = placeholder.as_ref().and_then(Placeholder::input);
        let is_read = self.check_written(
            resolve,
            input.unwrap_or(name),
            written,
            &dynamic.wanted(),
            &mut dynamic.into(&mut patch),
        )?;
        Some(if is_read { patch } else { Patch::Absent })
    }

    /// Reads an object field by field, with a function that returns whether it succeeded. The
    /// object may be a placeholder, or a JSON text. Returns whether it is present; `None` if an
    /// error was noted.
    pub fn object(
        &mut self,
        name: &'a str,
        need: Need<'_>,
        expected: &str,
        read: &mut dyn FnMut(&mut Self) -> bool,
    ) -> Option<Patch<()>> {
        let wanted = Wanted {
            need,
            expected,
            free_text: false,
        };
        let mut opened = None;
        let is_there = self.check(name, &wanted, &mut |resolve, written| {
            let (value, inside) = resolve.open_json(written)?;
            let is_null = value.is_null();
            opened = Some((value, inside));
            Ok(is_null)
        })?;
        let Some((value, inside)) = opened.filter(|_| is_there) else {
            return Some(Patch::Absent);
        };
        if value.is_null() {
            return Some(Patch::Null);
        }
        let reader = Self::of(Map::new(), inside, self.noted);
        let is_read = self.record(reader, name, value, expected, read)?;
        is_read.then_some(Patch::Value(()))
    }
}
