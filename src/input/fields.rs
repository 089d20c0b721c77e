//! The reader of a form: one field at a time, every problem noted.

use super::context::Context;
use super::form::Form;
use super::problem::{Problem, Problems, list_names, nearest, shown};
use super::resolve::Resolve;
use super::template::Template;
use super::values::{FromInput, Given};
use serde_json::{Map, Value};

/// A record of a list, read field by field.
pub trait Record: Sized {
    /// What is accepted, as a noun phrase that errors use: the whole list.
    const EXPECTED: &'static str;

    /// Reads the fields; none where a problem was noted.
    fn read(fields: &mut Fields<'_>) -> Option<Self>;
}

/// What a field must be, beyond what its type asks for.
#[derive(Debug, Clone, Copy)]
pub enum Need<'a> {
    /// It may be absent or null.
    Nothing,
    /// It may be absent, and can't be emptied.
    NotNull,
    /// It must be set, perhaps for a reason, such as `for an email`.
    Value(&'a str),
}

/// Reads a form. Each read returns none where a problem was noted, so that an
/// action reads all its fields and the caller hears of all problems at once.
#[derive(Debug)]
pub struct Fields<'a> {
    inputs: Map<String, Value>,
    resolve: Resolve<'a>,
    problems: Problems,
    /// The fields that the action asked for: the ones that exist.
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Reads `form`, looking placeholders up in `context`.
    pub fn new(form: Form, context: &'a Context) -> Self {
        let Form {
            mut inputs,
            cleared,
        } = form;
        let mut problems = Problems::default();
        for name in cleared {
            if inputs.contains_key(name) {
                let message = "is both set and cleared; do one of them";
                problems.note(name, Problem::new(message));
            } else {
                inputs.insert(name.to_owned(), Value::Null);
            }
        }
        let resolve = Resolve::new(context);
        let known = Vec::new();
        Self {
            inputs,
            resolve,
            problems,
            known,
        }
    }

    /// Reads a field that can be absent, null or set.
    pub fn given<T: FromInput>(&mut self, name: &'static str) -> Option<Given<T>> {
        self.read(name, Need::Nothing)
    }

    /// Reads a field that must be set.
    pub fn required<T: FromInput>(&mut self, name: &'static str) -> Option<T> {
        self.required_for(name, "")
    }

    /// Reads a field that must be set for a reason, such as `for an email`.
    pub fn required_for<T: FromInput>(&mut self, name: &'static str, why: &str) -> Option<T> {
        self.read(name, Need::Value(why))?.value()
    }

    /// Reads a field that may be absent, and for which null means the same.
    pub fn optional<T: FromInput>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.read(name, Need::Nothing).map(Given::value)
    }

    /// Reads a field.
    pub fn read<T: FromInput>(&mut self, name: &'static str, need: Need<'_>) -> Option<Given<T>> {
        let mut given = Given::Absent;
        let mut parse = |resolve: Resolve<'_>, written| {
            given = T::read(resolve, written)?;
            Ok(matches!(given, Given::Null))
        };
        self.check(name, need, T::EXPECTED, &mut parse)?;
        Some(given)
    }

    /// Has a field parsed where it is there, by a function that says whether it
    /// was null; none where a problem was noted. All that is the same for every
    /// type, so that it is compiled once.
    fn check(
        &mut self,
        name: &'static str,
        need: Need<'_>,
        expected: &str,
        parse: &mut dyn FnMut(Resolve<'a>, Value) -> Result<bool, Problem>,
    ) -> Option<()> {
        self.known.push(name);
        let Some(written) = self.inputs.get_mut(name).map(Value::take) else {
            return match need {
                Need::Value(why) => self.keep(name, Err(missing(why, expected))),
                Need::NotNull | Need::Nothing => Some(()),
            };
        };
        let problem = match (parse(self.resolve, written.clone()), need) {
            (Err(problem), _) => name_source(problem, &written),
            (Ok(true), Need::Value(why)) => null(
                &written,
                &format!("and required{}; give {expected}", because(why)),
            ),
            (Ok(true), Need::NotNull) => {
                let what = "and Intercom can't empty this field; leave it out";
                null(&written, &format!("{what}, or give {expected}"))
            }
            (Ok(_), _) => return Some(()),
        };
        self.keep(name, Err(problem))
    }

    /// Notes a problem that shows only when fields are seen together.
    pub fn note(&mut self, name: impl Into<String>, problem: Problem) {
        self.problems.note(name, problem);
    }

    /// Reads a list of records; absent and null are the empty list. The list,
    /// and each record, may also be a placeholder.
    pub fn list<R: Record>(&mut self, name: &'static str) -> Option<Vec<R>> {
        let mut records = Vec::new();
        let mut read = |fields: &mut Fields<'_>| {
            let record = R::read(fields);
            let is_read = record.is_some();
            records.extend(record);
            is_read
        };
        self.records(name, R::EXPECTED, &mut read)?;
        Some(records)
    }

    /// Has the records of a list read, by a function that says whether it could;
    /// none where a problem was noted.
    fn records(
        &mut self,
        name: &'static str,
        expected: &str,
        read: &mut dyn FnMut(&mut Fields<'_>) -> bool,
    ) -> Option<()> {
        self.known.push(name);
        let written = self.inputs.get_mut(name).map(Value::take);
        let opened = self.resolve.open(written.unwrap_or_default());
        let (value, resolve) = self.keep(name, opened)?;
        let items = match value {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            other => {
                let message = format!("{} is not a list; give {expected}", shown(&other));
                return self.keep(name, Err(Problem::new(message)));
            }
        };
        // Every record is read before any problem ends it.
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
        read: &mut dyn FnMut(&mut Fields<'_>) -> bool,
    ) -> Option<bool> {
        let opened = resolve.open(item);
        let (value, resolve) = self.keep(place, opened)?;
        let Value::Object(inputs) = value else {
            let message = format!("{} is not a record; give {expected}", shown(&value));
            return self.keep(place, Err(Problem::new(message)));
        };
        let mut fields = Fields {
            inputs,
            resolve,
            problems: Problems::default(),
            known: Vec::new(),
        };
        let is_read = read(&mut fields);
        self.problems.append(place, fields.finish());
        Some(is_read)
    }

    /// All problems, those of inputs that no field asked for among them.
    pub fn finish(mut self) -> Problems {
        let unknown = |name: &&String| !self.known.contains(&name.as_str());
        for name in self.inputs.keys().filter(unknown) {
            let hint = match nearest(name, self.known.iter().copied()) {
                Some(known) => format!("did you mean {known}?"),
                None if self.known.is_empty() => "leave it out; the action takes none".to_owned(),
                None => format!("the inputs are {}", list_names(&self.known, "and")),
            };
            let problem = Problem::new(format!("is not an input of this action; {hint}"));
            self.problems.note(name.as_str(), problem);
        }
        self.problems
    }

    fn keep<T>(&mut self, name: &str, result: Result<T, Problem>) -> Option<T> {
        result
            .map_err(|problem| self.problems.note(name, problem))
            .ok()
    }
}

fn missing(why: &str, expected: &str) -> Problem {
    Problem::new(format!("is required{}; give {expected}", because(why)))
}

/// A null where none can be; the placeholder that it came from is named.
fn null(written: &Value, what: &str) -> Problem {
    let what = format!("is null, {what}");
    match placeholder_in(written) {
        Some(expression) => Problem::unresolved(&expression, what),
        None => Problem::new(what),
    }
}

fn because(why: &str) -> String {
    if why.is_empty() {
        String::new()
    } else {
        format!(" {why}")
    }
}

/// Says which placeholder a value came from, where it came from one.
fn name_source(problem: Problem, written: &Value) -> Problem {
    match placeholder_in(written) {
        Some(expression) => problem.with_source(&expression),
        None => problem,
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

    fn read(input: &str, read: impl FnOnce(&mut Fields<'_>)) -> String {
        let context = Context::parse(r#"{"a": null, "b": [1]}"#).unwrap_or_default();
        let form = Form::from_json(input).unwrap_or_default();
        let mut fields = Fields::new(form, &context);
        read(&mut fields);
        match fields.finish().into_error("test") {
            ActionError::Permanent(Failure { message, .. }) => message,
            _ => String::new(),
        }
    }

    #[test]
    fn every_problem_is_told_with_its_field() {
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
    fn absent_null_and_empty_are_told_apart() {
        let context = Context::default();
        let form = Form::default().with("a", "").with_cleared(["b"]);
        let mut fields = Fields::new(form, &context);
        assert_eq!(
            fields.given::<Text>("a"),
            Some(Given::Value(Text(String::new())))
        );
        assert_eq!(fields.given::<Text>("b"), Some(Given::Null));
        assert_eq!(fields.given::<Text>("c"), Some(Given::Absent));
        assert!(fields.finish().is_empty());
    }

    struct Pair;

    impl Record for Pair {
        const EXPECTED: &'static str = "a list of pairs";

        fn read(fields: &mut Fields<'_>) -> Option<Self> {
            let left = fields.required::<Text>("left");
            let right = fields.optional::<Text>("right");
            left.zip(right).map(|_| Self)
        }
    }

    fn pairs(input: &str) -> String {
        read(input, |fields| _ = fields.list::<Pair>("pairs"))
    }

    #[test]
    fn problems_of_records_have_their_place() {
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
        let form = Form::default().with("a", "x").with_cleared(["a"]);
        assert!(!Fields::new(form, &context).finish().is_empty());
    }
}
