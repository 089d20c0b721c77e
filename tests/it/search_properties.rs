//! Properties of every filter, over generated formulas and contacts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use crate::search_model::{Workspace, finds, means, within_limits};
use intercom_connector::internals::formula::{
    Condition, Connective, Literal, Location, Operand, Operator, ParsedFormula, SPELLINGS, Takes,
    Tree, Written,
};
use intercom_connector::internals::{
    CONTACTS, CompiledFilter, Context, Filter, Match, Part, Patch, Resolve, Table, Template,
    Version,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const CASES: u32 = 2000;

pub fn compile(
    table: &'static Table,
    filter: impl Into<Value>,
    context: &str,
    version: &str,
) -> Option<CompiledFilter> {
    let context = Context::parse(context).unwrap();
    match Filter::read(table, Resolve::new(&context), filter.into()).ok()? {
        Patch::Value(filter) => filter.compile(Version::parse(version).unwrap()).ok(),
        _ => None,
    }
}

/// A compiled query, as a value.
pub fn query_of(compiled: &CompiledFilter) -> Value {
    serde_json::from_str(&compiled.query).unwrap()
}

pub fn condition(
    field: &str,
    operator: Operator,
    values: Vec<Written>,
) -> Tree<Condition<Written>> {
    let location = Location::Path(String::new());
    let operand = |value| Operand {
        value,
        location: location.clone(),
        source: None,
    };
    Tree::Leaf(Condition {
        field: field.to_owned(),
        field_location: location.clone(),
        operator,
        operator_location: location.clone(),
        operands: values.into_iter().map(operand).collect(),
    })
}

/// A condition of a field, with operators that suit it and values from a few.
pub fn leaf(
    field: &'static str,
    operators: &'static [Operator],
    values: impl Strategy<Value = Literal> + 'static,
) -> BoxedStrategy<Tree<Condition<Written>>> {
    let values = prop::collection::vec(values.prop_map(Written::Literal), 3);
    (prop::sample::select(operators), values, 1..=3usize)
        .prop_map(move |(operator, mut values, many)| {
            values.truncate(match operator.takes() {
                Takes::Nothing => 0,
                Takes::Value => 1,
                Takes::Range => 2,
                Takes::List => many,
            });
            condition(field, operator, values)
        })
        .boxed()
}

const NULL: [Operator; 2] = [Operator::IsNull, Operator::IsNotNull];
pub const EQUALITY: [Operator; 6] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::In,
    Operator::NotIn,
    NULL[0],
    NULL[1],
];
pub const TEXT: [Operator; 9] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::In,
    Operator::NotIn,
    NULL[0],
    Operator::Contains,
    Operator::NotContains,
    Operator::StartsWith,
    Operator::EndsWith,
];
pub const ORDER: [Operator; 12] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::In,
    Operator::NotIn,
    NULL[0],
    NULL[1],
    Operator::Less,
    Operator::LessOrEqual,
    Operator::Greater,
    Operator::GreaterOrEqual,
    Operator::Between,
    Operator::NotBetween,
];

pub fn text(values: &'static [&'static str]) -> impl Strategy<Value = Literal> {
    prop::sample::select(values).prop_map(|text| Literal::Text(text.to_owned()))
}

/// Days and seconds around the first of March 2023.
pub fn date() -> impl Strategy<Value = Literal> {
    let day = prop::sample::select(&["2023-02-28", "2023-03-01", "2023-03-02"][..]);
    prop_oneof![
        2 => day.prop_map(|day| Literal::Date(day.to_owned())),
        1 => second().prop_map(|second| Literal::Number(second.to_string())),
    ]
}

pub fn second() -> impl Strategy<Value = i64> {
    prop_oneof![
        1_677_500_000..1_677_800_000i64,
        1_677_627_000..1_677_630_000i64
    ]
}

pub fn formula() -> impl Strategy<Value = Tree<Condition<Written>>> {
    let number = (0..4i64).prop_map(|number| Literal::Number(number.to_string()));
    let flag = any::<bool>().prop_map(Literal::Flag);
    let leaf = prop_oneof![
        leaf("role", &EQUALITY, text(&["user", "lead"])),
        leaf("name", &TEXT, text(&["Ann", "Bob", "A", "b"])),
        leaf("created_at", &ORDER, date()),
        leaf("last_seen_at", &ORDER, date()),
        leaf("has_hard_bounced", &EQUALITY, flag),
        leaf("custom_attributes.n", &ORDER, number),
    ];
    formula_of(leaf)
}

/// Conditions joined and nested.
pub fn formula_of(
    leaf: impl Strategy<Value = Tree<Condition<Written>>> + 'static,
) -> impl Strategy<Value = Tree<Condition<Written>>> {
    leaf.prop_recursive(4, 24, 4, |inner| {
        let group = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            4 => (any::<bool>(), group).prop_map(|(and, parts)| {
                Tree::Group(if and { Connective::And } else { Connective::Or }, parts)
            }),
            1 => inner.prop_map(|inner| Tree::Not(Box::new(inner))),
        ]
    })
}

pub fn contact() -> impl Strategy<Value = Value> {
    let or_null = |values: Vec<Value>| {
        prop::sample::select(values.into_iter().chain([Value::Null]).collect::<Vec<_>>())
    };
    (
        prop::sample::select(&["user", "lead"][..]),
        or_null(vec![json!("Ann"), json!("Bob"), json!("Abba")]),
        prop::option::weighted(0.8, second()),
        prop::option::weighted(0.8, second()),
        any::<bool>(),
        prop::option::weighted(0.8, 0..4i64),
    )
        .prop_map(|(role, name, created, seen, bounced, n)| {
            json!({
                "role": role, "name": name, "created_at": created, "last_seen_at": seen,
                "has_hard_bounced": bounced, "custom_attributes": {"n": n},
            })
        })
}

/// Offsets of all time zones that the compiler promises to serve, by half hours.
pub fn workspace() -> impl Strategy<Value = Workspace> {
    (-20..=27i64, any::<bool>()).prop_map(|(half_hours, exact_dates)| Workspace {
        offset: half_hours * 1800,
        exact_dates,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    /// A compiled query, filtered by rows, selects exactly the contacts that the
    /// formula means.
    #[test]
    fn a_compiled_query_selects_what_the_formula_means(
        tree in formula(),
        contacts in prop::collection::vec(contact(), 12),
        at in workspace(),
    ) {
        let version = if at.exact_dates { "2.17" } else { "2.16" };
        let printed = ParsedFormula(tree.clone()).to_string();
        let Some(compiled) = compile(&CONTACTS, printed.as_str(), "{}", version) else {
            // NOT STARTS WITH, or too large: refused, with a message.
            return Ok(());
        };
        let query = query_of(&compiled);
        prop_assert!(within_limits(&query, 0), "{}", query);
        for contact in contacts {
            let meant = means(&tree, &contact, at) == Some(true);
            let found = finds(&query, &contact, at);
            let checked = compiled.rows.as_ref().map_or(Match::Yes, |rows| rows.matches(&contact));
            prop_assert!(!meant || (found && checked != Match::No), "missed {contact}\n{printed}\n{query}");
            if checked != Match::Unknown {
                let selected = found && checked == Match::Yes;
                prop_assert_eq!(selected, meant, "{}\n{}\n{}", contact, printed, query);
            }
        }
    }

    /// A compiled query, given as Intercom's own query, needs no more filters and
    /// finds the same contacts.
    #[test]
    fn a_compiled_query_is_a_filter_itself(
        tree in formula(),
        contacts in prop::collection::vec(contact(), 12),
        at in workspace(),
    ) {
        let at = Workspace { exact_dates: false, ..at };
        let printed = ParsedFormula(tree).to_string();
        if let Some(compiled) = compile(&CONTACTS, printed.as_str(), "{}", "2.16") {
            let query = query_of(&compiled);
            let again = compile(&CONTACTS, query.clone(), "{}", "2.16").expect("its own query");
            prop_assert_eq!(&again.rows, &None);
            let again = query_of(&again);
            prop_assert!(filters(&again) <= filters(&query), "{}\n{}", query, again);
            for contact in contacts {
                prop_assert_eq!(finds(&query, &contact, at), finds(&again, &contact, at));
            }
        }
    }

    /// Parsing what the printer prints gives the same tree.
    #[test]
    fn what_is_printed_parses_back(tree in any_tree()) {
        let printed = ParsedFormula(tree.clone()).to_string();
        let parsed = ParsedFormula::parse(&printed, &CONTACTS);
        let parsed = parsed.map_err(|error| error.problem().to_owned());
        prop_assert_eq!(parsed.map(|p| without_places(p.0)), Ok(tree), "{}", printed);
    }

    /// A value replaces its placeholder and nothing else, whatever it contains.
    #[test]
    fn values_never_change_the_structure(value in r#"[a-zA-Z0-9 '"(){}<>=\\,|&!`\[\]-]{0,40}|' OR role = 'user"#) {
        let context = json!({"v": value}).to_string();
        let formula = "name = {{v}} AND (email ~ 'a{{v}}' OR custom_attributes.x IN ({{v}}, \"{{v}}b\"))";
        let name = json!({"field": "name", "operator": "=", "value": value});
        let expected = json!({"operator": "AND", "value": [
            {"operator": "OR", "value": [
                {"field": "email", "operator": "~", "value": format!("a{value}")},
                {"field": "custom_attributes.x", "operator": "IN", "value": [value, format!("{value}b")]},
            ]},
            {"operator": "AND", "value": [name, name]},
        ]});
        let compiled = compile(&CONTACTS, formula, &context, "2.16").map(|compiled| query_of(&compiled));
        prop_assert_eq!(compiled, Some(expected));
    }

    /// Any text is a formula, or an error on one line about a part of the text.
    #[test]
    fn any_text_is_read_or_refused(text in r#"([a-z_]{1,9}|[<>=!~^$&|(),'"`{}\[\]\\.@é‘ -]|[0-9]{1,4}| AND | IN | NOT ){0,20}"#) {
        if let Err(error) = ParsedFormula::parse(&text, &CONTACTS) {
            let span = error.span().expect("a part of the text");
            prop_assert!(text.get(span).is_some());
            prop_assert!(!error.problem().contains('\n'));
        }
    }
}

/// The number of filters. One that is doubled, to be a group, counts once.
fn filters(query: &Value) -> usize {
    let Some(parts) = query["value"]
        .as_array()
        .filter(|_| query.get("field").is_none())
    else {
        return 1;
    };
    match parts.as_slice() {
        [one, same] if one == same => filters(one),
        parts => parts.iter().map(filters).sum(),
    }
}

fn any_tree() -> impl Strategy<Value = Tree<Condition<Written>>> {
    let placeholder = prop::sample::select(
        &[
            "{{settings.admin}}",
            "<<a.0.b>>",
            r#"{{s["x y"]}}"#,
            r#"{{s["}} '"]}}"#,
        ][..],
    )
    .prop_map(|text| {
        Template::parse(text)
            .unwrap()
            .placeholder()
            .unwrap()
            .clone()
    });
    let literal = r#"[a-z '"\\{}<>é=]{0,12}"#;
    let value = prop_oneof![
        literal.prop_map(|text| Written::Literal(Literal::Text(text))),
        "[+-]?[0-9]{1,5}(\\.[0-9]{1,2})?".prop_map(|n| Written::Literal(Literal::Number(n))),
        Just(Written::Literal(Literal::Date(
            "2023-01-01T10:00:00+02:00".to_owned()
        ))),
        any::<bool>().prop_map(|flag| Written::Literal(Literal::Flag(flag))),
        placeholder.clone().prop_map(Written::Placeholder),
        // Text before a placeholder must not become part of it.
        (
            "[a-z '\"\\\\}>é]{0,5}",
            placeholder,
            "[a-z '\"\\\\{}<>é]{1,5}"
        )
            .prop_map(|(before, p, after)| {
                let mut parts = vec![Part::Placeholder(p), Part::Literal(after)];
                if !before.is_empty() {
                    parts.insert(0, Part::Literal(before));
                }
                Written::Text(parts)
            }),
    ];
    let operators: Vec<Operator> = SPELLINGS
        .iter()
        .copied()
        .map(|(_, operator)| operator)
        .collect();
    let name = prop_oneof![
        Just("role".to_owned()),
        Just("in".to_owned()),
        "custom_attributes\\.[a-zé]{1,6}",
        "custom_attributes\\.[a-z `\\[\\]'\"=()1]{0,5}[a-z]",
    ];
    let leaf = (
        name,
        prop::sample::select(operators),
        prop::collection::vec(value, 1..4),
    )
        .prop_map(|(name, operator, mut values)| {
            match operator.takes() {
                Takes::Nothing => values.clear(),
                Takes::Value => values.truncate(1),
                Takes::Range => values.resize(2, values[0].clone()),
                Takes::List => {}
            }
            condition(&name, operator, values)
        });
    leaf.prop_recursive(4, 16, 3, |inner| {
        let group = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            (any::<bool>(), group).prop_map(|(and, parts)| {
                Tree::Group(if and { Connective::And } else { Connective::Or }, parts)
            }),
            inner.prop_map(|inner| Tree::Not(Box::new(inner))),
        ]
    })
}

fn without_places(tree: Tree<Condition<Written>>) -> Tree<Condition<Written>> {
    let location = Location::Path(String::new());
    let stripped = tree.try_map(&mut |mut condition: Condition<Written>| {
        condition.field_location = location.clone();
        condition.operator_location = location.clone();
        for operand in &mut condition.operands {
            operand.location = location.clone();
        }
        Ok::<_, ()>(condition)
    });
    stripped.unwrap()
}

/// Hostile formulas end soon: growth is bounded, not exponential.
#[test]
fn growth_is_bounded() {
    let clause = |n: usize| format!("(name ~ 'a{n}' OR email ~ 'b{n}' OR os ~ 'c{n}')");
    let product: Vec<String> = (0..280).map(clause).collect();
    let alternating = (0..30).fold("name ~ 'x'".to_owned(), |inner, n| {
        let joined = if n % 2 == 0 { "AND" } else { "OR" };
        format!("({inner} {joined} (name ~ 'y{n}' OR os ~ 'z{n}'))")
    });
    let flat: Vec<String> = (0..890).map(|n| format!("name ~ '{n}'")).collect();
    let dates: Vec<String> = (1..=28).map(|n| format!("2023-02-{n:02}")).collect();
    for formula in [
        product.join(" AND "),
        product.join(" OR "),
        alternating.clone(),
        format!("NOT {alternating}"),
        flat.join(" OR "),
        flat.join(" AND "),
        format!(
            "created_at NOT IN ({0}) OR last_seen_at NOT IN ({0})",
            dates.join(", ")
        ),
        "(".repeat(20_000),
        "NOT ".repeat(8_000),
        "{{".repeat(16_000),
        "name ~ 'a' AND ".repeat(2_000),
    ] {
        let start = std::time::Instant::now();
        let _ = compile(&CONTACTS, formula.as_str(), "{}", "2.16");
        let took = start.elapsed();
        let shown: String = formula.chars().take(40).collect();
        assert!(took.as_secs() < 5, "{shown}… took {took:?}");
    }
}
