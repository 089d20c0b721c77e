//! The data model of one action: names, inputs, request and response. Independent of the data's
//! source and use.

use crate::codec::{Codec, Packed};
use crate::method::{Effect, Method};

/// An action that sends one request, or one for each page. Absent texts are empty; values are
/// JSON texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Operation {
    /// The action's id, in kebab case.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Its group in a list of actions.
    pub group: String,
    /// The effect of a retry.
    pub effect: Effect,
    /// The method.
    pub method: Method,
    /// The path; its segments are literal or an input: `/tags/{tag_id}`.
    pub path: String,
    /// Its inputs, in the order of a form.
    pub inputs: Vec<Input>,
    /// Whether it has a body.
    pub body: Body,
    /// The kind of success.
    pub success: Success,
    /// The media type of a success that is not JSON.
    pub media_type: String,
    /// The statuses of a success, if they are listed.
    pub statuses: Vec<u32>,
    /// The fields of a response that are also in the result.
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
    /// It has one if one of its inputs is given.
    Optional,
    /// It always has one.
    Required,
}

/// The kind of a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Success {
    /// Unspecified, or without content.
    #[default]
    Any,
    /// JSON.
    Json,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A redirect, whose URL is the result.
    Redirect,
}

/// One input, or a fixed value.
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
    /// Its format, by OpenAPI's names.
    pub format: String,
    /// Whether it is required.
    pub required: bool,
    /// Whether a list in a query becomes a parameter for each item.
    pub explode: bool,
    /// Whether it is secret.
    pub secret: bool,
    /// What it is for.
    pub description: String,
    /// The allowed values, if they are fixed.
    pub allowed: Vec<String>,
    /// The fixed value; then it is not an input.
    pub fixed: String,
    /// The default.
    pub default: String,
    /// An example.
    pub example: String,
    /// The source of choices.
    pub choices: Choices,
    /// The fields of a record, or of the records of a list.
    pub fields: Vec<Input>,
}

/// The place of an input in the request.
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
    /// Not sent itself: fixed values use it, by the placeholder `{{inputs.name}}`.
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

/// The source of choices. The action is empty if there is none.
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

/// A field of a response that is also in the result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// Its key.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Its format.
    pub format: String,
    /// What it is for.
    pub description: String,
}

/// The paging of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// The possible keys of the rows: Intercom names some lists in two ways. Empty if the
    /// response is not a list.
    pub rows: Vec<String>,
    /// How the next page is requested.
    pub next: NextBy,
    /// The place of the next page's value in a response: keys, joined by `/`.
    pub at: String,
    /// The input for that value: its name in the query, or keys in the body, joined by `/`.
    pub parameter: String,
    /// Whether the parameter is in the body.
    pub in_body: bool,
}

/// How the next page of a list is requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NextBy {
    /// There is only one page.
    #[default]
    None,
    /// By a cursor.
    Cursor,
    /// By its number.
    Number,
    /// By the scroll's name, which each page returns again; the last page is empty.
    Scroll,
    /// By a URL.
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
