//! Escapes text so that the component reads it literally in places where it resolves
//! placeholders.

/// The opening delimiters of placeholders.
const OPENINGS: [&str; 2] = ["{{", "<<"];

/// A text with each opening delimiter escaped, and the backslashes before it doubled.
pub(crate) fn escaped(text: &str) -> String {
    let (mut escaped, mut rest) = (String::new(), text);
    while let Some(at) = OPENINGS.iter().filter_map(|open| rest.find(open)).min() {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        escaped.push_str(&before_opening(before));
        escaped.push('\\');
        let (open, after) = after.split_at_checked(2).unwrap_or((after, ""));
        escaped.push_str(open);
        rest = after;
    }
    escaped + rest
}

/// A text before an opening delimiter: its last backslashes are doubled.
pub(crate) fn before_opening(text: &str) -> String {
    let plain = text.trim_end_matches('\\');
    let backslashes = text.len() - plain.len();
    text.to_owned() + &"\\".repeat(backslashes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use intercom_connector::internals::{Context, Resolve};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn escaped_text_is_read_as_it_is(text in r"[a{}<>\\ ]{0,12}", after in r"[a{}<>\\ ]{0,12}") {
            let context = Context::parse(r#"{"p": "P"}"#).unwrap();
            let read = |text: &str| Resolve::new(&context).text(text).unwrap();
            prop_assert_eq!(read(&escaped(&text)), text.clone());
            // No caller writes a brace right before a placeholder.
            prop_assume!(!text.ends_with('{'));
            let around = format!("{}{{{{p}}}}{}", before_opening(&escaped(&text)), escaped(&after));
            prop_assert_eq!(read(&around), format!("{text}P{after}"));
        }
    }
}
