//! Generates the reference page of a connector in Markdown, for people who build automations.
//!
//! Actions and fields come from the manifest; the special cases show its examples.

use std::fmt::Write;

use serde_json::Value;

use connector_host::Manifest;
use connector_host::manifest::{
    Action, Choices, Condition, Field, FieldType, JsonType, Requirement, Variable,
};

/// Shown for a missing description.
const NO_DESCRIPTION: &str = "No description available.";

/// Shown for a missing example.
const NO_EXAMPLE: &str = "No example provided.";

/// The page.
pub fn page(manifest: &Manifest) -> String {
    let mut page = Page::default();
    page.head(manifest);
    page.connect(manifest);
    let title = &manifest.title;
    page.paragraph(&format!("## Query {title}"));
    page.paragraph("What each action does, and its inputs.");
    for action in &manifest.actions {
        page.rule();
        page.action(action, manifest);
    }
    page.special_cases(manifest);
    page.missing();
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    /// Text with an empty line before it, if it is not the first.
    fn paragraph(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn rule(&mut self) {
        self.paragraph("---");
    }

    fn head(&mut self, manifest: &Manifest) {
        let Manifest {
            name,
            title,
            version,
            api_version,
            summary,
            ..
        } = manifest;
        self.paragraph(&format!("# {title} Integration"));
        self.paragraph(&format!(
            "<!-- Written by `connector docs` from the manifest of {name} {version}; \
             change the texts in wit/ instead. -->"
        ));
        self.paragraph(summary);
        self.paragraph(&format!(
            "This page describes version {version} of the connector, which uses version \
             {api_version} of the API."
        ));
    }

    fn connect(&mut self, manifest: &Manifest) {
        self.paragraph(&format!("## Connect {}", manifest.title));
        self.paragraph(
            "The workflow engine gives the connector these variables. A secret one belongs in \
             the engine's secret store, never in an input.",
        );
        let mut table = String::from("| Variable | Meaning | Remarks |\n|---|---|---|\n");
        for variable in &manifest.variables {
            let name = &variable.name;
            let description = variable.description.replace('|', r"\|");
            // Writing to a string cannot fail.
            let marks = marks(variable, manifest);
            let _ = writeln!(table, "| `{name}` | {description} | {marks} |");
        }
        self.paragraph(&table);
        let hosts: Vec<String> = manifest.hosts.iter().map(|host| code(host)).collect();
        if !hosts.is_empty() {
            self.paragraph(&format!(
                "The engine must allow HTTPS requests to: {}.",
                hosts.join(", ")
            ));
        }
    }

    fn action(&mut self, action: &Action, manifest: &Manifest) {
        self.paragraph(&format!("### {}", action.title));
        self.paragraph(described(action.description.as_deref()));
        self.paragraph(&format!("*action*: {}", code(&action.id)));
        if action.inputs.is_empty() {
            self.paragraph("This action has no inputs.");
        }
        for field in &action.inputs {
            self.rule();
            self.field(field, action, manifest);
        }
    }

    fn field(&mut self, field: &Field, action: &Action, manifest: &Manifest) {
        let title = full_title(field, &action.inputs);
        self.paragraph(&format!("#### {title} {}", code(type_name(field.kind))));
        self.paragraph("<dd>");
        self.paragraph(described(field.description.as_deref()));
        self.paragraph(&facts(field, manifest));
        self.example(field.example.as_ref());
        self.paragraph("</dd>");
    }

    fn example(&mut self, example: Option<&Value>) {
        match example {
            Some(example) => self.paragraph(&format!("*example*:\n{}", json_block(example))),
            None => self.paragraph(NO_EXAMPLE),
        }
    }

    fn special_cases(&mut self, manifest: &Manifest) {
        let inputs = || manifest.actions.iter().flat_map(|action| &action.inputs);
        let found = SPECIAL_CASES.iter().filter_map(|case| {
            let mut fields = inputs().filter(|field| (case.covers)(key(field)));
            let examples = fields.clone().filter_map(|field| field.example.as_ref());
            let example = most_frequent(examples.filter(|example| is_literal(example)));
            fields.next().map(|_| (case, example))
        });
        let found: Vec<_> = found.collect();
        if found.is_empty() {
            return;
        }
        self.rule();
        self.paragraph("## Special Cases");
        for (case, example) in found {
            self.paragraph(&format!("### For {}", case.title));
            self.paragraph(case.text);
            self.example(example);
        }
    }

    fn missing(&mut self) {
        self.rule();
        self.paragraph("## If any information is missing");
        self.paragraph(&format!(
            "- An action or input without a description says: {}\n\
             - An input without an example says: {}",
            code(NO_DESCRIPTION),
            code(NO_EXAMPLE)
        ));
    }
}

/// A rule for all inputs of a kind.
struct SpecialCase {
    title: &'static str,
    /// Whether an input with this key is of the kind.
    covers: fn(&str) -> bool,
    text: &'static str,
}

const SPECIAL_CASES: [SpecialCase; 4] = [
    SpecialCase {
        title: "ID fields",
        covers: |key| key == "id" || key.ends_with("_id"),
        text: "An ID identifies one object in the service. It is in the URL of the object's \
               page, and in the result of the step that created or found the object; use a \
               placeholder for it.",
    },
    SpecialCase {
        title: "Email fields",
        covers: |key| key == "email" || key.ends_with("_email_address"),
        text: "One address without a display name: the person's primary address, as in your own \
               records.",
    },
    SpecialCase {
        title: "Timestamps / Dates",
        covers: |key| key.ends_with("_date") || key.ends_with("_at"),
        text: "ISO 8601 with a time zone (`Z` or an offset such as `+02:00`), or Unix time in \
               seconds. Without a time zone, and for a date alone, the time is UTC. Results have \
               Unix seconds.",
    },
    SpecialCase {
        title: "Search / Pagination / Filter fields",
        covers: |key| key.contains("filter") || key.contains("pagination"),
        text: "A filter restricts the results; it may also be a JSON object. A `limit` is a whole \
               number, the maximum number of results. A result contains the parameters of the next \
               page.",
    },
];

/// The last name in `cc[].contact_id`.
fn key(field: &Field) -> &str {
    field.name.rsplit('.').next().unwrap_or(&field.name)
}

fn most_frequent<'a>(examples: impl Iterator<Item = &'a Value>) -> Option<&'a Value> {
    let examples: Vec<&Value> = examples.collect();
    let count = |example: &&&Value| examples.iter().filter(|other| other == example).count();
    examples.iter().max_by_key(count).copied()
}

/// Whether an example is a value, not a placeholder.
fn is_literal(example: &Value) -> bool {
    let text = example.as_str().unwrap_or_default();
    !text.contains("{{") && !text.contains("<<")
}

/// A field's title, after the titles of its records.
fn full_title(field: &Field, fields: &[Field]) -> String {
    let above = fields.iter().filter(|above| {
        let below = field.name.strip_prefix(&above.name);
        below.is_some_and(|rest| rest.starts_with(['.', '[']))
    });
    let titles = above.chain([field]).map(|field| field.title.as_str());
    titles.collect::<Vec<_>>().join(" / ")
}

/// The other facts of a field in the manifest, on one line.
fn facts(field: &Field, manifest: &Manifest) -> String {
    let mut facts = vec![format!("*key*: {}", code(&field.name))];
    facts.push(match &field.required {
        Requirement::Optional => "optional".to_owned(),
        Requirement::Always => "required".to_owned(),
        Requirement::When(condition) => format!("required when {}", condition_text(condition)),
    });
    if let Some(condition) = &field.applies_when
        && field.required != Requirement::When(condition.clone())
    {
        facts.push(format!("only when {}", condition_text(condition)));
    }
    if !field.also.is_empty() {
        let also: Vec<&str> = field.also.iter().map(|kind| json_name(*kind)).collect();
        facts.push(format!("also {}", also.join(", ")));
    }
    if !field.allowed.is_empty() {
        let allowed: Vec<String> = field.allowed.iter().map(|value| code(value)).collect();
        facts.push(format!("one of {}", allowed.join(", ")));
    }
    if let Some(Choices {
        action: id, input, ..
    }) = &field.choices
    {
        let title = manifest.action(id).map_or(id, |action| &action.title);
        let fixed = match input.as_object() {
            Some(map) if !map.is_empty() => format!(" {}", code(&input.to_string())),
            _ => String::new(),
        };
        facts.push(format!("choose from {title}{fixed}"));
    }
    if let Some(default) = &field.default_value {
        facts.push(format!("default {}", code(&default.to_string())));
    }
    facts.join(" · ")
}

fn condition_text(Condition { field, values }: &Condition) -> String {
    let values: Vec<String> = values.iter().map(|value| code(value)).collect();
    format!("{} is {}", code(field), values.join(" or "))
}

/// The actions that need a variable; if most do, those that don't.
fn needed_by(variable: &Variable, manifest: &Manifest) -> Option<String> {
    let needs = |action: &&Action| action.variables.contains(&variable.name);
    let (need, do_not): (Vec<&Action>, Vec<&Action>) = manifest.actions.iter().partition(needs);
    let titles = |actions: &[&Action]| {
        let titles: Vec<&str> = actions.iter().map(|action| action.title.as_str()).collect();
        titles.join(" and ")
    };
    match (need.as_slice(), do_not.as_slice()) {
        ([], _) => None,
        (_, []) => Some("required".to_owned()),
        (need, do_not) if need.len() < do_not.len() => {
            Some(format!("required for {}", titles(need)))
        }
        (_, do_not) => Some(format!("required except for {}", titles(do_not))),
    }
}

fn marks(variable: &Variable, manifest: &Manifest) -> String {
    let mut marks = Vec::from_iter(needed_by(variable, manifest));
    if variable.secret {
        marks.push("secret".to_owned());
    }
    if let Some(default) = &variable.default_value {
        marks.push(format!("default {}", code(default)));
    }
    marks.join(", ")
}

/// A type by its JSON name, for the page's readers.
fn type_name(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "string",
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Flag => "boolean",
        FieldType::Json | FieldType::Record => "object",
        FieldType::TextList | FieldType::RecordList => "array",
    }
}

/// A JSON type in a sentence.
fn json_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Text => "text",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::Boolean => "true or false",
        JsonType::Object => "an object",
        JsonType::List => "a list",
        JsonType::Null => "null",
    }
}

fn described(description: Option<&str>) -> &str {
    description.unwrap_or(NO_DESCRIPTION)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn json_block(example: &Value) -> String {
    // The alternate form is indented JSON.
    format!("```json\n{example:#}\n```")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A connector with one action, with one input.
    fn manifest(field: Field) -> Manifest {
        Manifest {
            name: "t".to_owned(),
            title: "T".to_owned(),
            version: "1.0.0".to_owned(),
            api_version: "7".to_owned(),
            summary: "Tests.".to_owned(),
            actions: vec![Action {
                id: "act".to_owned(),
                title: "Act".to_owned(),
                inputs: vec![field],
                ..Action::default()
            }],
            ..Manifest::default()
        }
    }

    fn undocumented() -> Field {
        Field {
            name: "thing".to_owned(),
            title: "Thing".to_owned(),
            templated: true,
            ..Field::default()
        }
    }

    #[test]
    fn what_is_missing_says_so() {
        let page = page(&manifest(undocumented()));
        let action = "### Act\n\nNo description available.\n\n*action*: `act`\n";
        let field = "#### Thing `string`\n\n<dd>\n\nNo description available.\n\n\
                     *key*: `thing` · optional\n\nNo example provided.\n\n</dd>\n";
        assert!(page.contains(action), "{page}");
        assert!(page.contains(field), "{page}");
    }

    #[test]
    fn what_is_there_is_shown() {
        let page = page(&manifest(Field {
            description: Some("What to do it to.".to_owned()),
            example: Some(serde_json::json!({ "a": [1] })),
            required: Requirement::Always,
            ..undocumented()
        }));
        let field = "What to do it to.\n\n*key*: `thing` · required\n\n\
                     *example*:\n```json\n{\n  \"a\": [\n    1\n  ]\n}\n```\n";
        assert!(page.contains(field), "{page}");
        let (before, _) = page.split_once("## If any").unwrap();
        assert!(!before.contains("No example provided."), "{page}");
        assert!(!page.contains("Special Cases"), "{page}");
    }
}
