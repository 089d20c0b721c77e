//! Generated inputs, from the manifest's description of each field and the values of recorded
//! cases.

use connector_cases::Case;
use connector_host::manifest::{Action, Condition, Field, FieldType, JsonType, Requirement};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The context for placeholders in these inputs.
pub fn context() -> Value {
    json!({
        "settings": { "admin": "814860" },
        "trigger": { "text": "Jo & \"co\" {{no}}", "number": 7, "flag": true, "nothing": null },
    })
}

/// Any input of an action; most are accepted, some are not.
pub fn of(action: &Action, cases: &[Case]) -> BoxedStrategy<Value> {
    let recorded: Vec<Value> = cases
        .iter()
        .filter(|case| case.name.action == action.id)
        .filter_map(|case| serde_json::from_str(&case.input).ok())
        .collect();
    object(&action.inputs, "", &recorded)
}

/// An object with the fields directly below `prefix`. Required fields are present, nearly
/// always.
fn object(fields: &[Field], prefix: &str, recorded: &[Value]) -> BoxedStrategy<Value> {
    let below = fields.iter().filter_map(|field| {
        let key = field.name.strip_prefix(prefix)?;
        (!key.contains('.')).then_some((key, field))
    });
    let entries: Vec<_> = below
        .map(|(key, field)| {
            let values = recorded.iter().filter_map(|input| input.get(key));
            let values: Vec<Value> = values.cloned().collect();
            let weight = match field.required {
                Requirement::Always => 0.98,
                Requirement::When(_) => 0.7,
                Requirement::Optional => 0.3,
            };
            let value = value(fields, field, &values);
            let key = key.to_owned();
            prop::option::weighted(weight, value.prop_map(move |value| (key.clone(), value)))
        })
        .collect();
    let conditions: Vec<(String, Condition)> = fields
        .iter()
        .filter_map(|field| {
            let key = field.name.strip_prefix(prefix)?.to_owned();
            Some((key, field.applies_when.clone()?))
        })
        .collect();
    // A form shows only the fields that apply; others are errors.
    (entries, prop::bool::weighted(0.2))
        .prop_map(move |(entries, all)| {
            let mut object: Map<_, _> = entries.into_iter().flatten().collect();
            for (key, condition) in conditions.iter().filter(|_| !all) {
                if !is_met(condition, &object) {
                    object.remove(key);
                }
            }
            object.into()
        })
        .boxed()
}

fn is_met(condition: &Condition, object: &Map<String, Value>) -> bool {
    let value = object.get(&condition.field).and_then(Value::as_str);
    condition
        .values
        .iter()
        .any(|met| Some(met.as_str()) == value)
}

fn value(fields: &[Field], field: &Field, recorded: &[Value]) -> BoxedStrategy<Value> {
    let plain = match field.kind {
        FieldType::Text if !field.allowed.is_empty() => one_of(&field.allowed),
        FieldType::Text if field.also_takes(JsonType::Object) => any_json(),
        FieldType::Text => text().prop_map(Value::from).boxed(),
        FieldType::Integer | FieldType::Number => (0..200_i64).prop_map(Value::from).boxed(),
        FieldType::Flag => one_of(&[json!(true), json!(false), json!("true")]),
        FieldType::Json => any_json(),
        FieldType::TextList => prop::collection::vec(text(), 0..3)
            .prop_map(Value::from)
            .boxed(),
        FieldType::Record => object(fields, &format!("{}.", field.name), recorded),
        FieldType::RecordList => {
            let items: Vec<Value> = recorded
                .iter()
                .filter_map(Value::as_array)
                .flatten()
                .cloned()
                .collect();
            let record = object(fields, &format!("{}[].", field.name), &items);
            prop::collection::vec(record, 0..3)
                .prop_map(Value::from)
                .boxed()
        }
    };
    let known: Vec<Value> = recorded.iter().chain(&field.example).cloned().collect();
    let known = match known.as_slice() {
        [] => plain.clone(),
        known => one_of(known),
    };
    let placeholder = one_of(&[
        "{{settings.admin}}",
        "<<trigger.number>>",
        "{{trigger.text}}",
        "{{trigger.flag}}",
        "a {{trigger.text}} b",
        "{{trigger.nothing}}",
    ]);
    // Nearly all other values are refused.
    let own = if field.allowed.is_empty() { 4 } else { 20 };
    let null = u32::from(field.required != Requirement::Always);
    prop_oneof![own => plain, 12 => known, 1 => placeholder, null => Just(Value::Null)].boxed()
}

fn one_of<T: Into<Value> + Clone>(values: &[T]) -> BoxedStrategy<Value> {
    let values: Vec<Value> = values.iter().cloned().map(Into::into).collect();
    prop::sample::select(values).boxed()
}

/// Text of the kinds that fields hold: words, ids, addresses, dates, formulas.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        r#"[a-zA-Zé"'<>/{} ]{1,20}"#,
        "[0-9]{1,10}",
        "[0-9a-f]{24}",
        "[a-z]{1,6}@[a-z]{1,6}\\.example",
        "20[0-9]{2}-0[1-9]-[12][0-9](T[01][0-9]:00:00Z)?",
        "(name|email|phone) (=|!=|CONTAINS|STARTS WITH) '[a-z ]{1,6}'( AND role = '(user|lead)')?",
    ]
}

fn any_json() -> BoxedStrategy<Value> {
    let scalar = prop_oneof![
        text().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ];
    let map = prop::collection::hash_map("[a-z_]{1,8}", scalar.clone(), 0..4);
    let map = map.prop_map(|map| map.into_iter().collect::<Map<_, _>>().into());
    prop_oneof![3 => map, 1 => scalar].boxed()
}
