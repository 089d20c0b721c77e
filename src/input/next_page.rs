//! The input for the next page of a list.

use super::error::InputError;
use super::values::{FromInput, Resolver, Text, unexpected};
use serde_json::Value;

/// The `next_page` of an earlier result. Null is an error: treated as absent, it would start at
/// the first page again, and a loop that passes it on would never end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPage(pub String);

const END: &str = "is null, since there is no page after the last one";

const HINT: &str = "end the loop when next_page is null, and leave the key out for the first page";

impl FromInput for NextPage {
    const EXPECTED: &'static str = "next_page of an earlier result";
    const RESOLVE: Resolver = |resolve, written| {
        let source = resolve.whole(&written);
        match (resolve.json(written)?, source) {
            (Value::Null, Some(source)) => {
                Err(InputError::unresolved(&source.expression, END, HINT))
            }
            (Value::Null, None) => Err(InputError::new(END, HINT)),
            (value, _) => Ok(value),
        }
    };

    fn from_value(value: Value) -> Result<Self, InputError> {
        match Text::from_value(value.clone()) {
            Ok(Text(text)) if text.is_empty() => {
                let hint = "give next_page of an earlier result, or leave it out";
                Err(InputError::of_value(&value, "is empty", hint))
            }
            Ok(Text(text)) => Ok(Self(text)),
            Err(_) => Err(unexpected::<Self>(&value, "is not text")),
        }
    }
}
