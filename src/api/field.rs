//! A field of one of Intercom's objects: its names, its type, and its use in requests.

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The API's name.
    pub name: &'static str,
    /// The reference page's name, which inputs use. Mostly the same.
    pub page_name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Its use in creating and updating the object.
    pub access: Access,
}

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// An email address.
    Email,
    /// One of a few values.
    Choice(&'static Choice),
    /// The id of an admin: a number up to API version 2.15, text from 2.16 on.
    Owner,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// A point in time.
    Date,
    /// The ids of tags.
    Tag,
    /// Several ids; lists are compared too.
    Ids,
    /// Custom attributes. In a search, the value determines the type of each.
    Custom,
}

/// The allowed values of a field.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// What they are, for errors: `a role`.
    pub noun: &'static str,
    /// The values.
    pub values: &'static [&'static str],
    /// The values in a sentence, in quotes: `'user' or 'lead'`.
    pub listed: &'static str,
}

impl Choice {
    /// The value of a text, ignoring case and surrounding white space.
    pub fn find(&self, text: &str) -> Option<&'static str> {
        let mut values = self.values.iter().copied();
        values.find(|value| value.eq_ignore_ascii_case(text.trim()))
    }
}

/// The use of a field in creating and updating an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It can only be searched by.
    Search,
    /// It can be set, but not to null.
    Set,
    /// It can be set, and cleared with null.
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

/// A field that can be set and cleared.
pub const fn clearable(name: &'static str, page_name: &'static str, kind: Kind) -> Field {
    Field {
        page_name,
        access: Access::SetOrClear,
        ..search(name, kind)
    }
}
