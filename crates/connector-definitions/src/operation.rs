//! One action as data: what it is called, what it takes, what it sends, and what
//! comes back. Knows neither where the data comes from nor what is done with it.

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

/// Reads or writes operations field by field: the one definition of the packed form
/// serves both directions. A reader overwrites what it is given.
pub trait Codec: Sized {
    /// A small number.
    fn number(&mut self, number: &mut u32);
    /// A text.
    fn text(&mut self, text: &mut String);
    /// A text that is long and seldom read.
    fn prose(&mut self, text: &mut String);

    /// A list.
    fn list<T: Default>(&mut self, items: &mut Vec<T>, item: fn(&mut Self, &mut T)) {
        let mut count = u32::try_from(items.len()).unwrap_or_default();
        self.number(&mut count);
        items.resize_with(count as usize, T::default);
        for one in items {
            item(self, one);
        }
    }

    /// One of a few values.
    fn one_of<T: Copy + PartialEq>(&mut self, value: &mut T, all: &[T]) {
        let index = all.iter().position(|one| one == value).unwrap_or_default();
        let mut number = u32::try_from(index).unwrap_or_default();
        self.number(&mut number);
        if let Some(found) = all.get(number as usize) {
            *value = *found;
        }
    }

    /// Booleans, packed into one number.
    fn flags(&mut self, flags: &mut [&mut bool]) {
        let mut number = 0;
        for flag in flags.iter() {
            number = number << 1 | u32::from(**flag);
        }
        self.number(&mut number);
        for flag in flags.iter_mut().rev() {
            **flag = number & 1 == 1;
            number >>= 1;
        }
    }
}

impl Operation {
    /// The part that a list of actions shows; it comes first.
    pub fn summary<C: Codec>(&mut self, codec: &mut C) {
        codec.text(&mut self.id);
        codec.prose(&mut self.title);
        codec.prose(&mut self.description);
        codec.text(&mut self.group);
        codec.one_of(&mut self.effect, &Effect::ALL);
        codec.one_of(&mut self.method, &Method::ALL);
    }

    /// The rest.
    pub fn details<C: Codec>(&mut self, codec: &mut C) {
        codec.prose(&mut self.path);
        codec.list(&mut self.inputs, Input::code);
        codec.one_of(&mut self.body, &Body::ALL);
        codec.one_of(&mut self.success, &Success::ALL);
        codec.text(&mut self.media_type);
        codec.list(&mut self.statuses, C::number);
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
    const ALL: [Self; 9] = [
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
    fn code<C: Codec>(codec: &mut C, input: &mut Self) {
        codec.text(&mut input.name);
        codec.one_of(&mut input.place, &Place::ALL);
        codec.one_of(&mut input.kind, &Kind::ALL);
        codec.prose(&mut input.description);
        // Most inputs have none of the rest.
        let mut has = [
            input.kind == Kind::List,
            !input.format.is_empty(),
            !input.allowed.is_empty(),
            !input.fixed.is_empty() || !input.default.is_empty() || !input.example.is_empty(),
            !input.choices.action.is_empty(),
            !input.fields.is_empty(),
        ];
        {
            let [items, format, allowed, values, choices, fields] = &mut has;
            codec.flags(&mut [
                &mut input.required,
                &mut input.explode,
                &mut input.secret,
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
            codec.one_of(&mut input.items, &Kind::ALL);
        }
        if format {
            codec.text(&mut input.format);
        }
        if allowed {
            codec.list(&mut input.allowed, C::text);
        }
        if values {
            codec.text(&mut input.fixed);
            codec.text(&mut input.default);
            codec.text(&mut input.example);
        }
        if choices {
            input.choices.code(codec);
        }
        if fields {
            codec.list(&mut input.fields, Self::code);
        }
    }
}

impl Choices {
    fn code<C: Codec>(&mut self, codec: &mut C) {
        codec.text(&mut self.action);
        codec.text(&mut self.input);
        codec.text(&mut self.rows);
        codec.text(&mut self.value);
        codec.text(&mut self.label);
        codec.text(&mut self.search);
    }
}

impl Output {
    fn code<C: Codec>(codec: &mut C, output: &mut Self) {
        codec.text(&mut output.name);
        codec.one_of(&mut output.kind, &Kind::ALL);
        codec.text(&mut output.format);
        codec.prose(&mut output.description);
    }
}

impl Pages {
    fn code<C: Codec>(&mut self, codec: &mut C) {
        codec.list(&mut self.rows, C::text);
        if self.rows.is_empty() {
            return;
        }
        codec.one_of(&mut self.next, &NextBy::ALL);
        codec.text(&mut self.at);
        codec.text(&mut self.parameter);
        codec.flags(&mut [&mut self.in_body]);
    }
}
