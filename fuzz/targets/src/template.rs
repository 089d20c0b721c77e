//! Placeholders: what a text is taken apart into, and what filling it makes.

use super::shape::{filled, is_kept};
use intercom_connector::internals::types::ActionError;
use intercom_connector::internals::{Context, InputErrors, Part, Resolve, Template};
use serde_json::{Value, json};

/// A value of the context that nothing asks for, and so nothing may show.
const BYSTANDER: &str = "fixture-bystander";

/// The text up to the first line end, and the value of `v`: the rest as JSON, or
/// as text where it is none.
pub fn template(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let (text, rest) = data.split_once('\n').unwrap_or((data, ""));
    let v: Value = serde_json::from_str(rest).unwrap_or_else(|_| rest.into());
    printed_parses_back(text);

    let context = json!({"v": v, "a": {"secret": BYSTANDER}, "b": [BYSTANDER]}).to_string();
    // Such a value may be refused where it is used.
    let is_reserved = context.contains("$serde_json::private::");
    let Ok(context) = Context::parse(&context) else {
        return;
    };
    if text.contains('a') || text.contains('b') || is_reserved {
        // May lead to what is not `v`; it must not end in a panic.
        let _ = Resolve::new(&context).text(text);
    } else {
        fills_as_the_model_does(text, &v, &context);
    }
    fills_places_only(text, &context);
}

/// A template that is written out is the same template.
fn printed_parses_back(text: &str) {
    if let Ok(template) = Template::parse(text) {
        let mut printed = String::new();
        for part in template.parts() {
            if matches!(part, Part::Placeholder(_)) {
                // Two backslashes before a placeholder are one.
                let backslashes = printed.len() - printed.trim_end_matches('\\').len();
                printed.push_str(&"\\".repeat(backslashes));
            }
            printed.push_str(&shown(part));
        }
        assert_eq!(
            Template::parse(&printed).as_ref(),
            Ok(&template),
            "{printed}"
        );
    }
}

fn shown(part: &Part) -> String {
    match part {
        Part::Literal(text) => escaped(&escaped(text, "{{"), "<<"),
        Part::Placeholder(placeholder) => placeholder.expression.clone(),
    }
}

/// From the right: of three braces, the first is the one that opens nothing. The
/// backslashes before an opening are doubled.
pub fn escaped(text: &str, opening: &str) -> String {
    let mut pieces: Vec<&str> = text.rsplit(opening).collect();
    pieces.reverse();
    let Some((last, before)) = pieces.split_last() else {
        return String::new();
    };
    let mut whole = String::new();
    for piece in before {
        let backslashes = piece.len() - piece.trim_end_matches('\\').len();
        whole.push_str(piece);
        whole.push_str(&"\\".repeat(backslashes + 1));
        whole.push_str(opening);
    }
    whole + last
}

fn fills_as_the_model_does(text: &str, v: &Value, context: &Context) {
    match Resolve::new(context).text(text) {
        Ok(value) => assert_eq!(Some(value), filled(text, v), "{text}"),
        Err(problem) => {
            assert_eq!(filled(text, v), None, "{text}");
            let mut problems = InputErrors::default();
            problems.note("field", problem);
            let ActionError::Permanent(failure) = problems.into_error("test") else {
                panic!("a problem that is retryable");
            };
            assert!(failure.message.starts_with("test: field: "));
            assert!(!failure.message.contains(BYSTANDER), "{}", failure.message);
        }
    }
}

/// In JSON, keys stay and values take the places of texts.
fn fills_places_only(text: &str, context: &Context) {
    let mut written = json!({"whole": text, "list": [text, 1, null], "in": {"x": [{"y": text}]}});
    if let Some(map) = written.as_object_mut() {
        map.insert(text.to_owned(), json!(true));
    }
    if let Ok(filled) = Resolve::new(context).json(written.clone()) {
        assert!(is_kept(&written, &filled), "{written} became {filled}");
    }
}
