//! Reads a raw input field by field, and notes every error.

use super::context::Context;
use super::error::{InputError, InputErrors, NO_CONTEXT};
use super::notes::Notes;
use super::raw::RawInput;
use super::resolve::Resolve;
use super::values::{FromInput, Patch, Resolver};
use errors::{missing, name_source, not, null, unknown, without_context};
use serde_json::{Map, Value};

mod dynamic;
mod errors;

pub use dynamic::Dynamic;
pub use errors::Need;

/// A record of a list, read field by field.
pub trait Record: Sized {
    /// The accepted value, as a noun phrase for errors: the whole list.
    const EXPECTED: &'static str;

    /// Reads the fields. `None` if an error was noted.
    fn read(input: &mut InputReader<'_>) -> Option<Self>;
}

/// Reads a raw input. A read returns `None` if it noted an error; an action reads all its
/// fields, so the caller gets all errors together.
#[derive(Debug)]
pub struct InputReader<'a> {
    values: Map<String, Value>,
    resolve: Resolve<'a>,
    /// The notes of the current field.
    noted: &'a Notes,
    /// The placeholder of the whole record, if it came from one.
    source: Option<String>,
    errors: InputErrors,
    notes: Vec<String>,
    /// The fields that the action has read, which are its inputs.
    known: Vec<&'a str>,
    /// Names that people expect to be inputs, with hints.
    elsewhere: &'a [(&'a str, &'a str)],
}

/// Converts an object to the items of a list.
pub type Items = fn(Map<String, Value>) -> Vec<Value>;

/// The requirements of a field.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Whether it may be absent or null.
    pub need: Need<'a>,
    /// The accepted value, as a noun phrase for errors.
    pub expected: &'a str,
    /// Whether it accepts any text.
    pub free_text: bool,
}

/// Where a value of any type is parsed into.
trait Parse {
    fn parse(&mut self, value: Value) -> Result<(), InputError>;
}

impl<T: FromInput> Parse for Option<T> {
    fn parse(&mut self, value: Value) -> Result<(), InputError> {
        *self = Some(T::from_value(value)?);
        Ok(())
    }
}

impl<'a> InputReader<'a> {
    /// Reads `input`, and resolves placeholders in `context`. `noted` is an empty store.
    pub fn new(input: RawInput, context: &'a Context, noted: &'a Notes) -> Self {
        let RawInput {
            values,
            cleared,
            notes,
        } = input;
        let resolve = Resolve::new(context).with_notes(noted);
        let mut reader = Self {
            notes,
            ..Self::of(values, resolve, noted)
        };
        for name in cleared {
            if reader.values.contains_key(&name) {
                let error = InputError::new("is both set and cleared", "set it or clear it");
                reader.note(name, error);
            } else {
                reader.values.insert(name, Value::Null);
            }
        }
        reader
    }

    fn of(values: Map<String, Value>, resolve: Resolve<'a>, noted: &'a Notes) -> Self {
        Self {
            values,
            resolve,
            noted,
            source: None,
            errors: InputErrors::default(),
            notes: Vec::new(),
            known: Vec::new(),
            elsewhere: &[],
        }
    }

    /// Sets names that people expect to be inputs, each with a hint.
    pub fn hint_at(&mut self, elsewhere: &'a [(&'a str, &'a str)]) {
        self.elsewhere = elsewhere;
    }

    /// Reads a required field.
    pub fn required<T: FromInput>(&mut self, name: &'a str) -> Option<T> {
        self.required_for(name, "")
    }

    /// Reads a field that is required for a reason, such as `for an email`.
    pub fn required_for<T: FromInput>(&mut self, name: &'a str, why: &str) -> Option<T> {
        self.read(name, Need::Value(why))?.value()
    }

    /// Reads an optional field.
    pub fn optional<T: FromInput>(&mut self, name: &'a str) -> Option<Option<T>> {
        self.read(name, Need::Nothing).map(Patch::value)
    }

    /// Reads a field. A placeholder whose value is null leaves it unchanged.
    pub fn read<T: FromInput>(&mut self, name: &'a str, need: Need<'_>) -> Option<Patch<T>> {
        let wanted = Wanted {
            need,
            expected: T::EXPECTED,
            free_text: T::FREE_TEXT,
        };
        let mut parsed = None;
        let is_read = self.read_into(name, &wanted, T::RESOLVE, &mut parsed)?;
        Some(match parsed {
            _ if !is_read => Patch::Absent,
            Some(value) => Patch::Value(value),
            None => Patch::Null,
        })
    }

    /// Reads a field of any type. The result is that of [`Self::check`].
    fn read_into(
        &mut self,
        name: &'a str,
        wanted: &Wanted<'_>,
        resolver: Resolver,
        into: &mut dyn Parse,
    ) -> Option<bool> {
        self.check(
            name,
            wanted,
            &mut |resolve, written| match resolver(resolve, written)? {
                Value::Null => Ok(true),
                value => into.parse(value).map(|()| false),
            },
        )
    }

    /// Reads a field with a function that resolves its placeholders and parses it.
    pub fn read_with<T>(
        &mut self,
        name: &'a str,
        wanted: &Wanted<'_>,
        read: impl Fn(Resolve<'_>, Value) -> Result<Patch<T>, InputError>,
    ) -> Option<Patch<T>> {
        let mut patch = Patch::Absent;
        let mut parse = |resolve: Resolve<'_>, written| {
            patch = read(resolve, written)?;
            Ok(matches!(patch, Patch::Null))
        };
        let is_read = self.check(name, wanted, &mut parse)?;
        Some(if is_read { patch } else { Patch::Absent })
    }

    /// Parses a field, if present, with a function that returns whether it was null.
    /// `Some(false)` if it is unchanged, `None` if an error was noted. Not generic, so it is
    /// compiled once.
    fn check(
        &mut self,
        name: &'a str,
        wanted: &Wanted<'_>,
        parse: &mut dyn FnMut(Resolve<'a>, Value) -> Result<bool, InputError>,
    ) -> Option<bool> {
        self.known.push(name);
        let Some(written) = self.values.get_mut(name).map(Value::take) else {
            return match wanted.need {
                Need::Value(why) => self.keep(name, Err(missing(why, wanted.expected))),
                Need::NotNull(_) | Need::Nothing => Some(false),
            };
        };
        self.check_written(self.resolve, name, written, wanted, parse)
    }

    fn check_written<'r>(
        &mut self,
        resolve: Resolve<'r>,
        name: &str,
        written: Value,
        wanted: &Wanted<'_>,
        parse: &mut dyn FnMut(Resolve<'r>, Value) -> Result<bool, InputError>,
    ) -> Option<bool> {
        let is_null = match unresolvable(resolve, &written, wanted) {
            Some(error) => Err(error),
            None => parse(resolve, written.clone()),
        };
        let placeholder = resolve.whole(&written);
        let is_read = match (is_null, placeholder, wanted.need) {
            (Ok(false), ..) => Ok(true),
            (Ok(true), Some(placeholder), Need::NotNull(_) | Need::Nothing) => {
                resolve.note_null(&placeholder, "it is left unchanged");
                Ok(false)
            }
            (Ok(true), None, Need::Nothing) => Ok(true),
            (Ok(true), placeholder, need) => Err(null(placeholder.as_ref(), need, wanted.expected)),
            (Err(error), ..) => Err(self.explained(resolve, error, &written, wanted)),
        };
        if is_read.is_ok()
            && let Some(expression) = resolve.unresolvable(&written)
        {
            resolve.note(format!("{expression} is sent literally; {NO_CONTEXT}"));
        }
        let notes = self.noted.take(name);
        self.notes.extend(notes);
        self.keep(name, is_read)
    }

    /// An error, with what it needs to say about the value's origin.
    fn explained(
        &self,
        resolve: Resolve<'_>,
        error: InputError,
        written: &Value,
        wanted: &Wanted<'_>,
    ) -> InputError {
        let required = matches!(wanted.need, Need::Value(_));
        let is_blank = |text: &str| text.trim().is_empty();
        let is_empty = error.is_of_empty_text() || written.as_str().is_some_and(is_blank);
        let error = match is_empty && !required {
            true => InputError::of_value(
                &"".into(),
                "is empty text",
                format!("leave the key out, or give {}", wanted.expected),
            ),
            false => error,
        };
        if let Some(expression) = resolve.unresolvable(written) {
            return error.in_literal_text(&expression);
        }
        match (&self.source, resolve.expands()) {
            (Some(source), _) => error.with_source(source),
            (None, true) => name_source(error, written),
            (None, false) => error,
        }
    }

    /// Notes an error, for example one that depends on several fields.
    pub fn note(&mut self, name: impl Into<String>, error: InputError) {
        self.errors.note(name, error);
    }

    /// Reads a list of records. Absent and null are the empty list. The list, and
    /// each record, may be a placeholder.
    pub fn list<R: Record>(&mut self, name: &'a str) -> Option<Vec<R>> {
        self.list_or(name, None)
    }

    /// Reads a list of records, which may also be an object.
    pub fn list_from<R: Record>(&mut self, name: &'a str, items: Items) -> Option<Vec<R>> {
        self.list_or(name, Some(items))
    }

    fn list_or<R: Record>(&mut self, name: &'a str, items: Option<Items>) -> Option<Vec<R>> {
        let mut records = Vec::new();
        let mut read = |reader: &mut Self| {
            let record = R::read(reader);
            let is_read = record.is_some();
            records.extend(record);
            is_read
        };
        self.records(name, R::EXPECTED, items, &mut read)?;
        Some(records)
    }

    /// Reads the records of a list with a function that returns whether it succeeded. `None` if
    /// an error was noted.
    pub fn records(
        &mut self,
        name: &'a str,
        expected: &str,
        items: Option<Items>,
        read: &mut dyn FnMut(&mut Self) -> bool,
    ) -> Option<()> {
        self.known.push(name);
        let written = self.values.get_mut(name).map(Value::take);
        let written = written.unwrap_or_default();
        let wanted = Wanted {
            need: Need::Nothing,
            expected,
            free_text: false,
        };
        if let Some(error) = unresolvable(self.resolve, &written, &wanted) {
            return self.keep(name, Err(error));
        }
        let placeholder = self.resolve.whole(&written);
        let opened = self.resolve.open(written);
        let (value, resolve) = self.keep(name, opened)?;
        let items = match (value, items) {
            (Value::Null, _) => {
                if let Some(placeholder) = &placeholder {
                    self.resolve.note_null(placeholder, "it is left unchanged");
                    self.notes.extend(self.noted.take(name));
                }
                Vec::new()
            }
            (Value::Array(items), _) => items,
            (Value::Object(map), Some(items)) => items(map),
            (other, _) => {
                let error = not(&other, "a list", expected, placeholder.as_ref());
                return self.keep(name, Err(error));
            }
        };
        let source = placeholder.map(|placeholder| placeholder.expression);
        // Every record is read before an error ends this.
        let mut all_read = true;
        for (index, item) in items.into_iter().enumerate() {
            let place = format!("{name}[{index}]");
            let reader = Self {
                source: source.clone(),
                ..Self::of(Map::new(), resolve, self.noted)
            };
            all_read &= self.record(reader, &place, item, expected, read) == Some(true);
        }
        all_read.then_some(())
    }

    /// Reads a record with `reader`, which has no values yet.
    fn record(
        &mut self,
        mut reader: Self,
        place: &str,
        item: Value,
        expected: &str,
        read: &mut dyn FnMut(&mut Self) -> bool,
    ) -> Option<bool> {
        let placeholder = reader.resolve.whole(&item);
        let opened = reader.resolve.open(item);
        let (value, resolve) = self.keep(place, opened)?;
        let Value::Object(values) = value else {
            let mut error = not(&value, "a record", expected, placeholder.as_ref());
            if let Some(source) = &reader.source {
                error = error.with_source(source);
            }
            return self.keep(place, Err(error));
        };
        reader.source = placeholder
            .map(|placeholder| placeholder.expression)
            .or(reader.source);
        reader.values = values;
        reader.resolve = resolve;
        let is_read = read(&mut reader);
        let notes = std::mem::take(&mut reader.notes);
        let notes = notes.into_iter().map(|note| format!("{place}.{note}"));
        self.notes.extend(notes);
        self.errors.append(place, reader.finish().0);
        Some(is_read)
    }

    /// The notes, and all errors, including those of unknown inputs.
    pub fn finish(mut self) -> (InputErrors, Vec<String>) {
        let is_unknown = |name: &&String| !self.known.contains(&name.as_str());
        for name in self.values.keys().filter(is_unknown) {
            let meant = self.elsewhere.iter().find(|(other, _)| other == name);
            let hint = meant.map(|(_, hint)| *hint);
            self.errors.note(name, unknown(name, &self.known, hint));
        }
        (self.errors, self.notes)
    }

    fn keep<T>(&mut self, name: &str, result: Result<T, InputError>) -> Option<T> {
        result.map_err(|error| self.errors.note(name, error)).ok()
    }
}

/// The error of text that looks like a placeholder, without a context and in a field that does
/// not accept such text.
fn unresolvable(resolve: Resolve<'_>, written: &Value, wanted: &Wanted<'_>) -> Option<InputError> {
    if wanted.free_text || !written.is_string() {
        return None;
    }
    let expression = resolve.unresolvable(written)?;
    Some(without_context(&expression, wanted.expected))
}

#[cfg(test)]
mod tests;
