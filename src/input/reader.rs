//! Reads a raw input field by field, and notes every error.

use super::context::Context;
use super::error::{InputError, InputErrors, list_names, nearest, shown};
use super::raw::RawInput;
use super::resolve::Resolve;
use super::template::Template;
use super::values::{FromInput, Patch};
use serde_json::{Map, Value};

/// A record of a list, read field by field.
pub trait Record: Sized {
    /// What is accepted, as a noun phrase that errors use: the whole list.
    const EXPECTED: &'static str;

    /// Reads the fields. `None` if an error was noted.
    fn read(input: &mut InputReader<'_>) -> Option<Self>;
}

/// What a field must be, beyond what its type asks for.
#[derive(Debug, Clone, Copy)]
pub enum Need<'a> {
    /// It may be absent or null.
    Nothing,
    /// It may be absent, and can't be null, for a reason such as `and this field
    /// can't be empty`.
    NotNull(&'a str),
    /// It must be set, perhaps for a reason, such as `for an email`.
    Value(&'a str),
}

/// Reads a raw input. A read returns `None` if it noted an error; an action
/// reads all its fields, so the caller gets all errors at once.
#[derive(Debug)]
pub struct InputReader<'a> {
    values: Map<String, Value>,
    resolve: Resolve<'a>,
    errors: InputErrors,
    /// The fields that the action has read: those that it has.
    known: Vec<&'a str>,
}

impl<'a> InputReader<'a> {
    /// Reads `input`, and looks placeholders up in `context`.
    pub fn new(input: RawInput, context: &'a Context) -> Self {
        let RawInput {
            mut values,
            cleared,
        } = input;
        let mut errors = InputErrors::default();
        for name in cleared {
            if values.contains_key(&name) {
                let message = "is both set and cleared; do one of them";
                errors.note(name, InputError::new(message));
            } else {
                values.insert(name, Value::Null);
            }
        }
        let resolve = Resolve::new(context);
        let known = Vec::new();
        Self {
            values,
            resolve,
            errors,
            known,
        }
    }

    /// Reads a field that must be set.
    pub fn required<T: FromInput>(&mut self, name: &'a str) -> Option<T> {
        self.required_for(name, "")
    }

    /// Reads a field that must be set for a reason, such as `for an email`.
    pub fn required_for<T: FromInput>(&mut self, name: &'a str, why: &str) -> Option<T> {
        self.read(name, Need::Value(why))?.value()
    }

    /// Reads a field that may be absent or null.
    pub fn optional<T: FromInput>(&mut self, name: &'a str) -> Option<Option<T>> {
        self.read(name, Need::Nothing).map(Patch::value)
    }

    /// Reads a field.
    pub fn read<T: FromInput>(&mut self, name: &'a str, need: Need<'_>) -> Option<Patch<T>> {
        let mut patch = Patch::Absent;
        let mut parse = |resolve: Resolve<'_>, written| {
            patch = T::read(resolve, written)?;
            Ok(matches!(patch, Patch::Null))
        };
        self.check(name, need, T::EXPECTED, &mut parse)?;
        Some(patch)
    }

    /// Parses a field, if present, by a function that says whether it was null.
    /// `None` if an error was noted. Not generic, so it is compiled once.
    fn check(
        &mut self,
        name: &'a str,
        need: Need<'_>,
        expected: &str,
        parse: &mut dyn FnMut(Resolve<'a>, Value) -> Result<bool, InputError>,
    ) -> Option<()> {
        self.known.push(name);
        let Some(written) = self.values.get_mut(name).map(Value::take) else {
            return match need {
                Need::Value(why) => self.keep(name, Err(missing(why, expected))),
                Need::NotNull(_) | Need::Nothing => Some(()),
            };
        };
        let error = match (parse(self.resolve, written.clone()), need) {
            (Err(error), _) => name_source(error, &written),
            (Ok(true), Need::Value(why)) => null(
                &written,
                &format!("and required{}; give {expected}", because(why)),
            ),
            (Ok(true), Need::NotNull(why)) => null(
                &written,
                &format!("{why}; leave it out, or give {expected}"),
            ),
            (Ok(_), _) => return Some(()),
        };
        self.keep(name, Err(error))
    }

    /// Notes an error, such as one that only several fields together show.
    pub fn note(&mut self, name: impl Into<String>, error: InputError) {
        self.errors.note(name, error);
    }

    /// Reads a list of records. Absent and null are the empty list. The list, and
    /// each record, may be a placeholder.
    pub fn list<R: Record>(&mut self, name: &'a str) -> Option<Vec<R>> {
        let mut records = Vec::new();
        let mut read = |reader: &mut InputReader<'_>| {
            let record = R::read(reader);
            let is_read = record.is_some();
            records.extend(record);
            is_read
        };
        self.records(name, R::EXPECTED, &mut read)?;
        Some(records)
    }

    /// Reads the records of a list, by a function that says whether it succeeded.
    /// `None` if an error was noted.
    fn records(
        &mut self,
        name: &'a str,
        expected: &str,
        read: &mut dyn FnMut(&mut InputReader<'_>) -> bool,
    ) -> Option<()> {
        self.known.push(name);
        let written = self.values.get_mut(name).map(Value::take);
        let opened = self.resolve.open(written.unwrap_or_default());
        let (value, resolve) = self.keep(name, opened)?;
        let items = match value {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            other => {
                let message = format!("{} is not a list; give {expected}", shown(&other));
                return self.keep(name, Err(InputError::new(message)));
            }
        };
        // Every record is read before an error ends this.
        let mut all_read = true;
        for (index, item) in items.into_iter().enumerate() {
            let place = format!("{name}[{index}]");
            all_read &= self.record(resolve, &place, item, expected, read) == Some(true);
        }
        all_read.then_some(())
    }

    fn record(
        &mut self,
        resolve: Resolve<'a>,
        place: &str,
        item: Value,
        expected: &str,
        read: &mut dyn FnMut(&mut InputReader<'_>) -> bool,
    ) -> Option<bool> {
        let opened = resolve.open(item);
        let (value, resolve) = self.keep(place, opened)?;
        let Value::Object(values) = value else {
            let message = format!("{} is not a record; give {expected}", shown(&value));
            return self.keep(place, Err(InputError::new(message)));
        };
        let mut reader = InputReader {
            values,
            resolve,
            errors: InputErrors::default(),
            known: Vec::new(),
        };
        let is_read = read(&mut reader);
        self.errors.append(place, reader.finish());
        Some(is_read)
    }

    /// All errors, including those of inputs that the action does not have.
    pub fn finish(mut self) -> InputErrors {
        let unknown = |name: &&String| !self.known.contains(&name.as_str());
        for name in self.values.keys().filter(unknown) {
            let hint = match nearest(name, self.known.iter().copied()) {
                Some(known) => format!("did you mean {known}?"),
                None if self.known.is_empty() => "leave it out; the action takes none".to_owned(),
                None => format!("the inputs are {}", list_names(&self.known, "and")),
            };
            let error = InputError::new(format!("is not an input of this action; {hint}"));
            self.errors.note(name.as_str(), error);
        }
        self.errors
    }

    fn keep<T>(&mut self, name: &str, result: Result<T, InputError>) -> Option<T> {
        result.map_err(|error| self.errors.note(name, error)).ok()
    }
}

fn missing(why: &str, expected: &str) -> InputError {
    InputError::new(format!("is required{}; give {expected}", because(why)))
}

/// A null that is not accepted. Names the placeholder that it came from.
fn null(written: &Value, what: &str) -> InputError {
    let what = format!("is null, {what}");
    match placeholder_in(written) {
        Some(expression) => InputError::unresolved(&expression, what),
        None => InputError::new(what),
    }
}

fn because(why: &str) -> String {
    if why.is_empty() {
        String::new()
    } else {
        format!(" {why}")
    }
}

/// Adds the placeholder that a value came from, if any.
fn name_source(error: InputError, written: &Value) -> InputError {
    match placeholder_in(written) {
        Some(expression) => error.with_source(&expression),
        None => error,
    }
}

fn placeholder_in(written: &Value) -> Option<String> {
    let template = Template::parse(written.as_str()?).ok()?;
    Some(template.placeholder()?.expression.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Text;
    use crate::world::types::{ActionError, Failure};

    fn read(input: &str, read: impl FnOnce(&mut InputReader<'_>)) -> String {
        let context = Context::parse(r#"{"a": null, "b": [1]}"#).unwrap_or_default();
        let input = RawInput::from_json(input).unwrap_or_default();
        let mut fields = InputReader::new(input, &context);
        read(&mut fields);
        match fields.finish().into_error("test") {
            ActionError::Permanent(Failure { message, .. }) => message,
            _ => String::new(),
        }
    }

    #[test]
    fn every_error_names_its_field() {
        let message = read(
            r#"{"name": {"x": 1}, "phone": "{{b}}", "rol": "user", "email": null}"#,
            |fields| {
                fields.required::<Text>("role");
                fields.required::<Text>("email");
                fields.optional::<Text>("name");
                fields.optional::<Text>("phone");
            },
        );
        assert_eq!(
            message,
            "test: role: is required; give text\n\
             email: is null, and required; give text\n\
             name: {\"x\":1} is not text; give text\n\
             phone: [1] is not text; give text (it is the value of {{b}})\n\
             rol: is not an input of this action; did you mean role?"
        );
    }

    #[test]
    fn a_null_placeholder_in_a_required_place_is_named() {
        let message = read(r#"{"role": "{{a}}"}"#, |fields| {
            fields.required::<Text>("role");
        });
        assert_eq!(
            message,
            "test: role: {{a}} is null, and required; give text"
        );
    }

    #[test]
    fn absent_null_and_empty_differ() {
        let context = Context::default();
        let input = RawInput::default()
            .with("a", "")
            .with_cleared(&[("b", true), ("c", false)]);
        let mut fields = InputReader::new(input, &context);
        assert_eq!(
            fields.read::<Text>("a", Need::Nothing),
            Some(Patch::Value(Text(String::new())))
        );
        assert_eq!(fields.read::<Text>("b", Need::Nothing), Some(Patch::Null));
        assert_eq!(fields.read::<Text>("c", Need::Nothing), Some(Patch::Absent));
        assert!(fields.finish().is_empty());
    }

    struct Pair;

    impl Record for Pair {
        const EXPECTED: &'static str = "a list of pairs";

        fn read(input: &mut InputReader<'_>) -> Option<Self> {
            let left = input.required::<Text>("left");
            let right = input.optional::<Text>("right");
            left.zip(right).map(|_| Self)
        }
    }

    fn pairs(input: &str) -> String {
        read(input, |fields| _ = fields.list::<Pair>("pairs"))
    }

    #[test]
    fn errors_of_records_have_their_path() {
        for (input, message) in [
            (
                r#"{"pairs": 1}"#,
                "test: pairs: 1 is not a list; give a list of pairs",
            ),
            (
                r#"{"pairs": [1]}"#,
                "test: pairs[0]: 1 is not a record; give a list of pairs",
            ),
            (
                r#"{"pairs": [{"left": "x"}, {"right": "y"}]}"#,
                "test: pairs[1].left: is required; give text",
            ),
            (
                r#"{"pairs": [{"left": "x", "rihgt": "y"}]}"#,
                "test: pairs[0].rihgt: is not an input of this action; did you mean right?",
            ),
            (
                r#"{"pairs": "{{b}}"}"#,
                "test: pairs[0]: 1 is not a record; give a list of pairs",
            ),
        ] {
            assert_eq!(pairs(input), message);
        }
        for fine in [
            r#"{"pairs": null}"#,
            "{}",
            r#"{"pairs": [{"left": "x", "right": "y"}]}"#,
        ] {
            assert_eq!(pairs(fine), "test: ");
        }
    }

    #[test]
    fn setting_and_clearing_a_field_is_refused() {
        let context = Context::default();
        let input = RawInput::default()
            .with("a", "x")
            .with_cleared(&[("a", true)]);
        assert!(!InputReader::new(input, &context).finish().is_empty());
    }
}
