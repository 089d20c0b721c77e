//! A field of an object of Intercom: its names, what it holds, and what requests can
//! do with it.

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The API's name.
    pub name: &'static str,
    /// The reference page's name, which inputs have. Mostly the same.
    pub page_name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What creating and updating the object can do with it.
    pub access: Access,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// An email address.
    Email,
    /// One of a few texts.
    Choice(&'static Choice),
    /// The id of an admin: a number up to API version 2.15, text from 2.16 on.
    Owner,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// A point in time.
    Date,
    /// A tag's id. A contact has many.
    Tag,
    /// Ids of which the object has many; lists are compared, too.
    Ids,
    /// Custom attributes. In a search, each takes the type of the value that it
    /// is compared with.
    Custom,
}

/// The texts that a field can be.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// What they are, for errors: `a role`.
    pub noun: &'static str,
    /// The texts.
    pub values: &'static [&'static str],
    /// The texts in a sentence, in quotes: `'user' or 'lead'`.
    pub listed: &'static str,
}

impl Choice {
    /// The value that a text is, in any case and with white space around it or
    /// without.
    pub fn find(&self, text: &str) -> Option<&'static str> {
        let mut values = self.values.iter().copied();
        values.find(|value| value.eq_ignore_ascii_case(text.trim()))
    }
}

/// What creating and updating an object can do with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it can only be searched by.
    Search,
    /// Set it. The API takes no null.
    Set,
    /// Set it, and empty it with null.
    SetOrClear,
}

/// A field that can only be searched by.
pub const fn search(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        page_name: name,
        kind,
        access: Access::Search,
    }
}

/// A field that can be set.
pub const fn set(name: &'static str, kind: Kind) -> Field {
    Field {
        access: Access::Set,
        ..search(name, kind)
    }
}

/// A field that can be set and emptied.
pub const fn clearable(name: &'static str, page_name: &'static str, kind: Kind) -> Field {
    Field {
        page_name,
        access: Access::SetOrClear,
        ..search(name, kind)
    }
}
