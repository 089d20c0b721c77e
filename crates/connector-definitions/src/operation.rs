//! One action as data: what it is called, what it takes, what it sends, and what
//! comes back. Knows neither where the data comes from nor what is done with it.

use crate::codec::{Codec, Packed};
use crate::method::{Effect, Method};

/// An action that sends one request, or one for each page. Texts are empty where
/// nothing was said; values are JSON texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    /// The action's id, in kebab case.
    pub id: String,
    /// Its name for a person.
    pub title: String,
    /// What it does.
    pub description: String,
    /// The group that a list of actions shows it under.
    pub group: String,
    /// What repeating it does.
    pub effect: Effect,
    /// The method.
    pub method: Method,
    /// The path, whose segments are literal or an input's name: `/tags/{tag_id}`.
    pub path: String,
    /// What it takes, in the order of a form.
    pub inputs: Vec<Input>,
    /// Whether it has a body.
    pub body: Body,
    /// What a success is.
    pub success: Success,
    /// The media type of a success that is not JSON.
    pub media_type: String,
    /// The statuses of a success, where they are listed.
    pub statuses: Vec<u32>,
    /// The fields of a response that its result has, too.
    pub outputs: Vec<Output>,
    /// The rows of a response, if it is a list.
    pub pages: Pages,
}

/// Whether a request has a body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Body {
    /// It has none.
    #[default]
    None,
    /// It has one if an input for it is given.
    Optional,
    /// It always has one.
    Required,
}

/// What a success is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Success {
    /// Not said, or nothing.
    #[default]
    Any,
    /// JSON.
    Json,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A redirect, whose address is the result.
    Redirect,
}

/// One input, or a value that the definition fixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// The key in `invoke`'s JSON and on the wire.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// Its type.
    pub kind: Kind,
    /// The type of a list's items.
    pub items: Kind,
    /// What it is, more closely than its type says, by OpenAPI's names.
    pub format: String,
    /// Whether it must be given.
    pub required: bool,
    /// Whether a list in a query is a parameter for each item.
    pub explode: bool,
    /// Whether it must not be shown.
    pub secret: bool,
    /// What it is for.
    pub description: String,
    /// The values that it can have, if they are fixed.
    pub allowed: Vec<String>,
    /// The value that it always has: it is no input then.
    pub fixed: String,
    /// The value that applies if it is left out.
    pub default: String,
    /// An example.
    pub example: String,
    /// Where the values to choose from come from.
    pub choices: Choices,
    /// The fields of a record, or of the records of a list.
    pub fields: Vec<Input>,
}

/// Where an input goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// A field of the body.
    #[default]
    Body,
    /// A segment of the path.
    Path,
    /// A parameter of the query.
    Query,
    /// The body itself.
    Whole,
    /// Nowhere by itself: fixed values hold it, by the placeholder `{{inputs.name}}`.
    Placeholder,
}

/// The type of an input or output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Any JSON.
    Json,
    /// A JSON object of any fields.
    Object,
    /// A list of one of the first four.
    List,
    /// An object of these fields.
    Record,
    /// A list of such objects.
    RecordList,
}

/// Where the values to choose from come from. The action is empty if there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the contract's `choices` describes them")]
pub struct Choices {
    pub action: String,
    pub input: String,
    pub rows: String,
    pub value: String,
    pub label: String,
    pub search: String,
}

/// A field of a response that the result has, too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Its key.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// What it is, more closely than its type says.
    pub format: String,
    /// What it is for.
    pub description: String,
}

/// How a list is read page by page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// The keys that the rows can have: Intercom names some lists in two ways. Empty
    /// if the response is no list.
    pub rows: Vec<String>,
    /// How the next page is asked for.
    pub next: NextBy,
    /// Where a response says what the next page is: keys, joined by `/`.
    pub at: String,
    /// The input that takes it: its name in the query, or keys in the body, joined
    /// by `/`.
    pub parameter: String,
    /// Whether the parameter is in the body.
    pub in_body: bool,
}

/// How the next page of a list is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NextBy {
    /// It has no other.
    #[default]
    None,
    /// By a cursor.
    Cursor,
    /// By its number.
    Number,
    /// By the scroll's name, which each page repeats; the last one is empty.
    Scroll,
    /// By an address.
    Address,
}

impl Packed for Operation {
    fn summary(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.id);
        codec.prose(&mut self.title);
        codec.prose(&mut self.description);
        codec.text(&mut self.group);
        codec.one_of(&mut self.effect, &Effect::ALL);
        codec.one_of(&mut self.method, &Method::ALL);
    }

    fn details(&mut self, codec: &mut dyn Codec) {
        codec.prose(&mut self.path);
        codec.list(&mut self.inputs, Input::code);
        codec.one_of(&mut self.body, &Body::ALL);
        codec.one_of(&mut self.success, &Success::ALL);
        codec.text(&mut self.media_type);
        codec.list(&mut self.statuses, |status, codec| codec.number(status));
        codec.list(&mut self.outputs, Output::code);
        self.pages.code(codec);
    }
}

impl Body {
    const ALL: [Self; 3] = [Self::None, Self::Optional, Self::Required];
}

impl Success {
    const ALL: [Self; 5] = [
        Self::Any,
        Self::Json,
        Self::Text,
        Self::Bytes,
        Self::Redirect,
    ];
}

impl Place {
    const ALL: [Self; 5] = [
        Self::Body,
        Self::Path,
        Self::Query,
        Self::Whole,
        Self::Placeholder,
    ];
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Text,
        Self::Integer,
        Self::Number,
        Self::Flag,
        Self::Json,
        Self::Object,
        Self::List,
        Self::Record,
        Self::RecordList,
    ];
}

impl NextBy {
    const ALL: [Self; 5] = [
        Self::None,
        Self::Cursor,
        Self::Number,
        Self::Scroll,
        Self::Address,
    ];
}

impl Input {
    fn code(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.name);
        codec.one_of(&mut self.place, &Place::ALL);
        codec.one_of(&mut self.kind, &Kind::ALL);
        codec.prose(&mut self.description);
        // Most inputs have none of the rest.
        let mut has = [
            self.kind == Kind::List,
            !self.format.is_empty(),
            !self.allowed.is_empty(),
            !self.fixed.is_empty() || !self.default.is_empty() || !self.example.is_empty(),
            !self.choices.action.is_empty(),
            !self.fields.is_empty(),
        ];
        {
            let [items, format, allowed, values, choices, fields] = &mut has;
            codec.flags(&mut [
                &mut self.required,
                &mut self.explode,
                &mut self.secret,
                items,
                format,
                allowed,
                values,
                choices,
                fields,
            ]);
        }
        let [items, format, allowed, values, choices, fields] = has;
        if items {
            codec.one_of(&mut self.items, &Kind::ALL);
        }
        if format {
            codec.text(&mut self.format);
        }
        if allowed {
            codec.texts(&mut self.allowed);
        }
        if values {
            codec.text(&mut self.fixed);
            codec.text(&mut self.default);
            codec.text(&mut self.example);
        }
        if choices {
            self.choices.code(codec);
        }
        if fields {
            codec.list(&mut self.fields, Self::code);
        }
    }
}

impl Choices {
    pub(crate) fn code(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.action);
        if self.action.is_empty() {
            return;
        }
        codec.text(&mut self.input);
        codec.text(&mut self.rows);
        codec.text(&mut self.value);
        codec.text(&mut self.label);
        codec.text(&mut self.search);
    }
}

impl Output {
    fn code(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.name);
        codec.one_of(&mut self.kind, &Kind::ALL);
        codec.text(&mut self.format);
        codec.prose(&mut self.description);
    }
}

impl Pages {
    fn code(&mut self, codec: &mut dyn Codec) {
        codec.texts(&mut self.rows);
        if self.rows.is_empty() {
            return;
        }
        codec.one_of(&mut self.next, &NextBy::ALL);
        codec.text(&mut self.at);
        codec.text(&mut self.parameter);
        codec.flags(&mut [&mut self.in_body]);
    }
}
