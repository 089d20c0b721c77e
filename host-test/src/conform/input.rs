//! Inputs for a component's actions, generated from its manifest: valid ones and invalid ones.

use connector_host::bindings::plugin::{Action, Field, FieldType, Requirement};
use connector_host::bindings::types::Failure;
use serde_json::{Map, Value, json};

use super::fields::{applies, below, fits, is_required, prefix};
use super::odd;
use super::placeholders;

/// The key of an unknown input.
pub const UNKNOWN_KEY: &str = "no_such_input_of_conform";

/// The id of an unknown action.
pub const UNKNOWN_ACTION: &str = "no-such-action-of-conform";

/// A value that is never allowed.
const NOT_ALLOWED: &str = "no-such-value-of-conform";

/// The prefix of secret variables and inputs, to find them in outputs.
pub const SECRET: &str = "conform-secret";

/// An input of an action.
#[derive(Debug, Clone)]
pub struct Input {
    /// The action's id.
    pub action: String,
    /// Its purpose.
    pub kind: Kind,
    /// Its JSON, which may be malformed.
    pub json: String,
    /// The value of `WORKFLOW_CONTEXT`, if it is set.
    pub context: Option<String>,
    /// A variable with an invalid value, if any.
    pub variable: Option<(String, String)>,
}

/// The purpose of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Made of examples; the service runs every script with it.
    Example(String),
    /// The input with which another action lists choices.
    Choices,
    /// Made of examples, with one optional input.
    Optional(String),
    /// Made of all examples; it may be refused.
    Full,
    /// Of an unknown action.
    UnknownAction,
    /// Not a JSON object.
    NoObject,
    /// Invalid in these fields.
    Refused(Vec<String>),
    /// Unusual values.
    Odd(String),
}

impl Input {
    /// The action and the input's purpose, for a finding.
    pub fn place(&self) -> String {
        let what = match &self.kind {
            Kind::Example(what) | Kind::Odd(what) => what.clone(),
            Kind::Choices => "as a list of choices".to_owned(),
            Kind::Optional(name) => format!("with {name}"),
            Kind::Full => "all examples".to_owned(),
            Kind::UnknownAction => "which is not an action".to_owned(),
            Kind::NoObject => format!("input {:?}", odd::shortened(&self.json)),
            Kind::Refused(fields) => format!("wrong {}", fields.join(", ")),
        };
        let Self { action, .. } = self;
        match &self.variable {
            Some((name, value)) => format!("{action}, {name}={:?}", odd::shortened(value)),
            None => format!("{action}, {what}"),
        }
    }

    /// Whether it has only the required inputs.
    pub fn is_required_alone(&self) -> bool {
        matches!(&self.kind, Kind::Example(what) if what == REQUIRED)
    }

    /// Whether the action must accept it.
    pub fn is_acceptable(&self) -> bool {
        let examples = matches!(
            self.kind,
            Kind::Example(_) | Kind::Choices | Kind::Optional(_)
        );
        examples && self.variable.is_none()
    }
}

/// The purpose of the required inputs.
const REQUIRED: &str = "the required inputs";

/// How many inputs to try with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// The required inputs, and inputs that must be refused.
    Brief,
    /// Also all examples, and invalid values in all inputs at once.
    Quick,
    /// Also invalid values in each input alone.
    Thorough,
}

/// Makes the inputs of one action.
pub struct Maker<'a> {
    action: &'a Action,
    context: Value,
    /// Inputs that the action requires although the manifest does not say so.
    needed: Vec<String>,
}

impl<'a> Maker<'a> {
    /// A maker of inputs for this action.
    pub fn new(action: &'a Action) -> Self {
        let mut context = json!({});
        for field in &action.inputs {
            let example = field.example.as_deref().and_then(parsed);
            for path in example.iter().flat_map(placeholders::paths) {
                placeholders::set(&mut context, &path, stand_in(field));
            }
        }
        Self {
            action,
            context,
            needed: Vec::new(),
        }
    }

    /// Adds the missing inputs that the refusal of [`Maker::required`] names. Returns whether
    /// there was one.
    pub fn complete(&mut self, refusal: &Failure) -> bool {
        let given = self.completed(Map::new());
        let fields = refusal
            .problems
            .iter()
            .map(|problem| problem.field.as_str());
        let known = self.top().map(|(key, _)| key);
        let known: Vec<&str> = known.filter(|key| !given.contains_key(*key)).collect();
        let lacking = fields
            .filter(|field| known.contains(field))
            .map(str::to_owned);
        let before = self.needed.len();
        self.needed.extend(lacking);
        self.needed.len() > before
    }

    /// The inputs to try.
    pub fn inputs(&self, effort: Effort) -> Vec<Input> {
        let mut inputs = self.refused();
        match effort {
            Effort::Brief => {
                inputs.retain(|input| input.kind != Kind::NoObject);
                inputs.push(self.required());
                return inputs;
            }
            Effort::Quick => inputs.extend(self.odd(true)),
            Effort::Thorough => inputs.extend(self.odd(false)),
        }
        inputs.extend(self.acceptable());
        inputs
    }

    /// The required inputs.
    pub fn required(&self) -> Input {
        let input = self.completed(Map::new());
        self.input(Kind::Example(REQUIRED.to_owned()), input)
    }

    /// The required inputs; with another allowed value; with an optional input; and all inputs.
    fn acceptable(&self) -> Vec<Input> {
        let mut inputs = vec![self.required()];
        let mut full = self.completed(Map::new());
        for (key, field) in self.top() {
            for value in field
                .allowed
                .iter()
                .filter(|_| field.type_ == FieldType::Text)
            {
                let input = self.completed(Map::from_iter([(key.to_owned(), json!(value))]));
                if applies(field, &input) && full.get(key) != Some(&json!(value)) {
                    let kind = Kind::Example(format!("{key} {value:?}"));
                    inputs.push(self.input(kind, input));
                }
            }
            if !full.contains_key(key)
                && let Some(input) = self.with_optional(key, field)
            {
                inputs.push(self.input(Kind::Optional(key.to_owned()), input));
            }
        }
        for (key, field) in self.top() {
            if !full.contains_key(key) && applies(field, &full) {
                full.insert(key.to_owned(), self.example(field));
            }
        }
        inputs.push(self.input(Kind::Full, full));
        inputs
    }

    /// The required inputs with an optional one, and with the inputs under which it applies.
    fn with_optional(&self, key: &str, field: &Field) -> Option<Map<String, Value>> {
        let mut input = Map::new();
        input.insert(key.to_owned(), self.example(field));
        if let Some(condition) = &field.applies_when {
            let (name, other) = self.top().find(|(name, _)| *name == condition.field)?;
            let mut values = condition
                .values
                .iter()
                .map(|value| condition_value(other, value));
            input.insert(name.to_owned(), values.find(|value| fits(other, value))?);
        }
        let input = self.completed(input);
        applies(field, &input).then_some(input)
    }

    /// Inputs that break one rule each, and one that breaks several.
    fn refused(&self) -> Vec<Input> {
        let complete = self.completed(Map::new());
        let without = |key: &str| {
            let mut input = complete.clone();
            input.shift_remove(key);
            self.refusal(&[key], input)
        };
        let with = |key: &str, value: &str| {
            let mut input = complete.clone();
            input.insert(key.to_owned(), json!(value));
            self.refusal(&[key], input)
        };
        let allowing = self.top().filter(|(_, field)| {
            let fixed = field.type_ == FieldType::Text && !field.allowed.is_empty();
            fixed && applies(field, &complete)
        });
        let required = self
            .top()
            .filter(|(_, field)| is_required(field, &complete));
        let mut inputs: Vec<Input> = required.map(|(key, _)| without(key)).collect();
        inputs.push(with(UNKNOWN_KEY, "1"));
        inputs.extend(allowing.map(|(key, _)| with(key, NOT_ALLOWED)));
        let always = |(key, field): (&'a str, &Field)| {
            matches!(field.required, Requirement::Always).then_some(key)
        };
        let all: Vec<&str> = self.top().filter_map(always).chain([UNKNOWN_KEY]).collect();
        let unknown_alone = Map::from_iter([(UNKNOWN_KEY.to_owned(), json!("1"))]);
        inputs.push(self.refusal(&all, unknown_alone));
        let texts = odd::NO_OBJECTS.iter();
        inputs.extend(texts.map(|text| self.raw(Kind::NoObject, (*text).to_owned())));
        inputs
    }

    /// Invalid values in each input alone, with valid others, and in all at once; only the
    /// latter if `at_once`.
    fn odd(&self, at_once: bool) -> Vec<Input> {
        let complete = self.completed(Map::new());
        let mut inputs = Vec::new();
        for (name, value) in odd::values() {
            let pairs = self.top().map(|(key, _)| (key, value.clone()));
            let all = object(&Map::new(), pairs);
            inputs.push(self.raw(Kind::Odd(format!("every input {name}")), all));
            for (key, field) in self.top().filter(|_| !at_once) {
                let given = |value| object(&complete, [(key, value)].into_iter());
                let kind = || Kind::Odd(format!("{key} {name}"));
                inputs.push(self.raw(kind(), given(value.clone())));
                inputs.extend(
                    self.odd_below(field, &value)
                        .map(|it| self.raw(kind(), given(it))),
                );
            }
        }
        inputs
    }

    /// The field's record, or a list with one record, with an invalid value in each field.
    fn odd_below(&self, field: &Field, value: &str) -> Option<String> {
        let prefix = prefix(field)?;
        let keys = below(&self.action.inputs, &prefix);
        let keys = keys.map(|(key, _)| (key, value.to_owned()));
        let record = object(&Map::new(), keys);
        Some(match field.type_ {
            FieldType::RecordList => format!("[{record}]"),
            _ => record,
        })
    }

    fn top(&self) -> impl Iterator<Item = (&'a str, &'a Field)> {
        below(&self.action.inputs, "")
    }

    /// `input` with the missing required inputs.
    fn completed(&self, mut input: Map<String, Value>) -> Map<String, Value> {
        // Conditions may depend on later inputs.
        for _ in 0..2 {
            for (key, field) in self.top() {
                let is_needed =
                    is_required(field, &input) || self.needed.iter().any(|it| it == key);
                if is_needed && !input.contains_key(key) {
                    input.insert(key.to_owned(), self.example(field));
                }
            }
        }
        input
    }

    /// A field's example, or a value that fits its type and format.
    fn example(&self, field: &Field) -> Value {
        let example = field.example.as_deref().and_then(parsed);
        let is_secret = field.format.as_deref() == Some("secret");
        match example {
            Some(example) if !is_secret || placeholders::any_in(&example) => example,
            _ => match (field.allowed.first(), prefix(field)) {
                (Some(value), _) => json!(value),
                (None, Some(prefix)) => {
                    let fields = below(&self.action.inputs, &prefix);
                    let record = fields.map(|(key, field)| (key.to_owned(), self.example(field)));
                    let record = Value::Object(record.collect());
                    match field.type_ {
                        FieldType::RecordList => json!([record]),
                        _ => record,
                    }
                }
                (None, None) => stand_in(field),
            },
        }
    }

    fn refusal(&self, fields: &[&str], input: Map<String, Value>) -> Input {
        let fields = fields.iter().map(|field| (*field).to_owned());
        self.input(Kind::Refused(fields.collect()), input)
    }

    fn input(&self, kind: Kind, input: Map<String, Value>) -> Input {
        self.raw(kind, Value::Object(input).to_string())
    }

    /// An input with the given JSON.
    pub fn raw(&self, kind: Kind, json: String) -> Input {
        let context = self.context.as_object().filter(|it| !it.is_empty());
        Input {
            action: self.action.id.clone(),
            kind,
            json,
            context: context.map(|_| self.context.to_string()),
            variable: None,
        }
    }
}

/// The value that a condition requires, in the field's type.
fn condition_value(field: &Field, value: &str) -> Value {
    match field.type_ {
        FieldType::Text => json!(value),
        _ => parsed(value).unwrap_or_default(),
    }
}

/// A value that fits a field's type and format.
fn stand_in(field: &Field) -> Value {
    match field.type_ {
        FieldType::Text => json!(match field.format.as_deref() {
            Some("date-time") => "2024-02-29T12:00:00Z",
            Some("email") => "name@example.com",
            Some("url") => "https://example.com/a",
            Some("phone") => "+15550100",
            Some("path") => "/a",
            Some("pagination") => "page=1",
            Some("secret") => SECRET,
            // Ids are often numbers.
            _ => "1",
        }),
        FieldType::Integer | FieldType::Number => json!(1),
        FieldType::Flag => json!(true),
        FieldType::Json | FieldType::Record => json!({}),
        FieldType::TextList => json!(["a"]),
        FieldType::RecordList => json!([]),
    }
}

/// The text of an object with the members of `input`, without these.
fn object<'a>(
    input: &Map<String, Value>,
    replaced: impl Iterator<Item = (&'a str, String)>,
) -> String {
    let replaced: Vec<(&str, String)> = replaced.collect();
    let is_kept = |key: &str| replaced.iter().all(|(name, _)| *name != key);
    let kept = input.iter().filter(|(key, _)| is_kept(key));
    let members = kept.map(|(key, value)| (key.as_str(), value.to_string()));
    let members = members.chain(replaced.iter().map(|(key, raw)| (*key, raw.clone())));
    let members = members.map(|(key, raw)| format!("{}:{raw}", json!(key)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}
