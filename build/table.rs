//! Writes the actions of the contract as a Rust table.

use super::docs::Documented;
use std::error::Error;
use std::fmt::Write;
use wit_parser::{Field, Function, PackageId, Resolve, Type, TypeDefKind};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The interfaces whose functions are actions, in the order of the manifest.
const INTERFACES: [&str; 4] = ["contacts", "messages", "custom", "connection"];

/// The table: `&[Action { … }]`.
pub fn actions(resolve: &Resolve, package: PackageId) -> Result<String> {
    let mut out = String::from("&[\n");
    for name in INTERFACES {
        let package = resolve.packages.get(package).ok_or("no package")?;
        let id = package
            .interfaces
            .get(name)
            .ok_or_else(|| format!("no interface {name}"))?;
        let interface = resolve.interfaces.get(*id).ok_or("no interface")?;
        for function in interface.functions.values() {
            action(resolve, function, &mut out)
                .map_err(|error| format!("{name}.{}: {error}", function.name))?;
        }
    }
    out.push(']');
    Ok(out)
}

fn action(resolve: &Resolve, function: &Function, out: &mut String) -> Result<()> {
    let docs = Documented::read(&function.docs)?;
    let effect = match docs.effect.as_deref() {
        Some("read") => "Read",
        Some("write-idempotent") => "WriteIdempotent",
        Some("write-once") => "WriteOnce",
        other => return Err(format!("no effect, or an unknown one: {other:?}").into()),
    };
    writeln!(
        out,
        "Action {{ id: {:?}, title: {:?}, description: {:?}, effect: Effect::{effect}, inputs: &[",
        function.name,
        title(&function.name),
        docs.description,
    )?;
    for parameter in &function.params {
        fields(resolve, &parameter.ty, "", true, out)?;
    }
    out.push_str("], outputs: &[\n");
    if let Some(output) = function.result.and_then(|result| success(resolve, result)) {
        fields(resolve, &output, "", false, out)?;
    }
    out.push_str("] },\n");
    Ok(())
}

/// The ok type of a result.
fn success(resolve: &Resolve, ty: Type) -> Option<Type> {
    let Type::Id(id) = ty else { return None };
    match &resolve.types.get(id)?.kind {
        TypeDefKind::Result(result) => result.ok,
        _ => None,
    }
}

/// Writes the fields of a record, each followed by those of records within.
fn fields(resolve: &Resolve, ty: &Type, prefix: &str, input: bool, out: &mut String) -> Result<()> {
    let Shape::Record(list) = shape(resolve, ty)? else {
        return Err("an action takes and gives records".into());
    };
    for field in list {
        let shape = shape(resolve, &field.ty)?;
        // In JSON, null does what a set of flags does.
        if !matches!(shape, Shape::Flags) {
            one(resolve, field, prefix, input, &shape, out)
                .map_err(|error| format!("{}: {error}", field.name))?;
        }
    }
    Ok(())
}

fn one(
    resolve: &Resolve,
    field: &Field,
    prefix: &str,
    input: bool,
    shape: &Shape<'_>,
    out: &mut String,
) -> Result<()> {
    let docs = Documented::read(&field.docs)?;
    let name = format!("{prefix}{}", field.name.replace('-', "_"));
    let (kind, templated) = match shape {
        Shape::Text { templated } if docs.also_json => ("TextOrJson", *templated),
        Shape::Text { templated } => ("Text", *templated),
        Shape::Json => ("Json", true),
        Shape::Flag { templated } => ("Flag", *templated),
        Shape::Integer => ("Integer", false),
        Shape::TextList => ("TextList", false),
        Shape::Record(_) => ("Record", true),
        Shape::RecordList(_) => ("RecordList", true),
        Shape::Flags => return Ok(()),
    };
    let optional = optional(resolve, &field.ty) || matches!(shape, Shape::RecordList(_));
    let required = match (&docs.required_when, optional) {
        (Some((other, value)), _) => format!("Required::When({other:?}, {value:?})"),
        (None, true) => "Required::Optional".to_owned(),
        (None, false) => "Required::Always".to_owned(),
    };
    writeln!(
        out,
        "Field {{ name: {name:?}, title: {:?}, kind: FieldType::{kind}, required: {required}, \
         templated: {}, description: {:?}, example: {:?}, allowed: &{:?}, choices_from: {:?} }},",
        title(&field.name),
        templated && input,
        docs.description,
        docs.example,
        docs.allowed,
        docs.choices,
    )?;
    match shape {
        Shape::Record(_) => fields(resolve, &field.ty, &format!("{name}."), input, out),
        Shape::RecordList(item) => fields(resolve, item, &format!("{name}[]."), input, out),
        _ => Ok(()),
    }
}

/// What a field holds, seen through aliases and options.
enum Shape<'a> {
    Text { templated: bool },
    Json,
    Flag { templated: bool },
    Integer,
    TextList,
    Record(&'a [Field]),
    RecordList(&'a Type),
    Flags,
}

fn shape<'a>(resolve: &'a Resolve, ty: &'a Type) -> Result<Shape<'a>> {
    let id = match ty {
        Type::String => return Ok(Shape::Text { templated: false }),
        Type::Bool => return Ok(Shape::Flag { templated: false }),
        Type::U16 | Type::U32 | Type::U64 | Type::S32 | Type::S64 => return Ok(Shape::Integer),
        Type::Id(id) => *id,
        other => return Err(format!("no field type for {other:?}").into()),
    };
    let def = resolve.types.get(id).ok_or("no such type")?;
    match (&def.kind, root_name(resolve, id)) {
        (_, Some("text")) => Ok(Shape::Text { templated: true }),
        (_, Some("json")) => Ok(Shape::Json),
        (_, Some("flag")) => Ok(Shape::Flag { templated: true }),
        (TypeDefKind::Type(inner) | TypeDefKind::Option(inner), _) => shape(resolve, inner),
        (TypeDefKind::Record(record), _) => Ok(Shape::Record(&record.fields)),
        (TypeDefKind::Flags(_), _) => Ok(Shape::Flags),
        (TypeDefKind::List(item), _) => match shape(resolve, item)? {
            Shape::Record(_) => Ok(Shape::RecordList(item)),
            Shape::Text { .. } => Ok(Shape::TextList),
            _ => Err("no field type for this list".into()),
        },
        (other, _) => Err(format!("no field type for {other:?}").into()),
    }
}

/// The name of the contract's own type that an alias stands for.
fn root_name(resolve: &Resolve, id: wit_parser::TypeId) -> Option<&str> {
    resolve.types.get(id)?.name.as_deref()
}

fn optional(resolve: &Resolve, ty: &Type) -> bool {
    let Type::Id(id) = ty else { return false };
    matches!(
        resolve.types.get(*id).map(|def| &def.kind),
        Some(TypeDefKind::Option(_))
    )
}

/// `signed-up-date` is `Signed Up Date`: the page's titles are the names.
fn title(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}
