//! WIT names in the formats of other languages.

use connector_definitions::title;

/// `signed-up-date` in JSON: `signed_up_date`.
pub fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// `signed-up-date` as a Rust field, function or module: `signed_up_date`, and `type_` for a
/// keyword, like `wit-bindgen`.
pub fn ident(name: &str) -> String {
    let name = snake(name);
    match KEYWORDS.contains(&name.as_str()) {
        true => format!("{name}_"),
        false => name,
    }
}

/// `create-contact` as a Rust type: `CreateContact`.
pub fn camel(name: &str) -> String {
    title(name).replace(' ', "")
}

/// `signed-up-date` as a Rust constant: `SIGNED_UP_DATE`.
pub fn constant(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// Names in a sentence: `a, b or c`.
pub fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Rust's keywords that could name a field or a function.
const KEYWORDS: [&str; 24] = [
    "abstract", "as", "async", "await", "box", "const", "do", "enum", "final", "fn", "for", "in",
    "let", "loop", "match", "mod", "move", "priv", "ref", "static", "try", "type", "use", "where",
];
