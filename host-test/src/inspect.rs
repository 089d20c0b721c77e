//! Reads a component file's imports, exports and actions.

use wasm_metadata::{Metadata, Payload};
use wasmparser::Parser;
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{
    Function, Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, WorldItem, WorldKey,
};

/// The content of a component file.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// The file's metadata for registries, such as its version and licences; missing values are
    /// left out.
    pub facts: Vec<(&'static str, String)>,
    /// Names of the imported interfaces, with versions.
    pub imports: Vec<String>,
    /// Names of the exported interfaces, with versions.
    pub exports: Vec<String>,
    /// The functions of the exported interfaces that take one record or nothing and return a
    /// result, like actions.
    pub actions: Vec<Action>,
}

/// One action.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its interface.
    pub interface: String,
    /// Its id.
    pub name: String,
    /// Its inputs.
    pub inputs: Vec<Input>,
}

/// One input of an action.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name, in kebab case.
    pub name: String,
    /// Its WIT type, without the option.
    pub kind: String,
    /// Whether it is optional.
    pub optional: bool,
}

/// Why a file cannot be inspected.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// Not a component.
    #[error(
        "component: the file is not a WebAssembly component; give one such as target/intercom.wasm"
    )]
    NoWebAssembly,
    /// A component that is damaged, or newer than this program.
    #[error("component: the file does not decode as a component: {0:#}; build it again")]
    Decode(Box<dyn std::error::Error + Send + Sync>),
    /// A WIT package in binary form.
    #[error("component: the file is a WIT package, not a component; give the component")]
    NoComponent,
}

/// Inspects a component.
///
/// # Errors
///
/// When the bytes are not a component.
pub fn inspect(component: &[u8]) -> Result<Inspection, InspectError> {
    if !Parser::is_component(component) {
        return Err(InspectError::NoWebAssembly);
    }
    let decoded = decode(component).map_err(|error| InspectError::Decode(error.into()))?;
    let DecodedWasm::Component(resolve, world) = decoded else {
        return Err(InspectError::NoComponent);
    };
    let names = |items: Vec<&WorldKey>| {
        items
            .into_iter()
            .map(|key| resolve.name_world_key(key))
            .collect()
    };
    let world = resolve.worlds.get(world).ok_or(InspectError::NoComponent)?;
    let interfaces = world.exports.iter().filter_map(|(key, item)| match item {
        WorldItem::Interface { id, .. } => Some((resolve.name_world_key(key), *id)),
        _ => None,
    });
    let about =
        Payload::from_binary(component).map_err(|error| InspectError::Decode(error.into()))?;
    Ok(Inspection {
        facts: facts(about.metadata()),
        imports: names(world.imports.keys().collect()),
        exports: names(world.exports.keys().collect()),
        actions: interfaces
            .filter(|(name, _)| !name.starts_with(GENERIC))
            .flat_map(|(name, id)| actions(&resolve, &name, id))
            .collect(),
    })
}

fn text<T: ToString>(fact: &Option<T>) -> Option<String> {
    fact.as_ref().map(ToString::to_string)
}

fn facts(metadata: &Metadata) -> Vec<(&'static str, String)> {
    let facts = [
        ("name", text(&metadata.name)),
        ("version", text(&metadata.version)),
        ("description", text(&metadata.description)),
        ("authors", text(&metadata.authors)),
        ("licenses", text(&metadata.licenses)),
        ("source", text(&metadata.source)),
        ("homepage", text(&metadata.homepage)),
    ];
    let told = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name, fact?)));
    told.collect()
}

/// The prefix of interfaces without typed actions.
const GENERIC: &str = "workflow:plugin/";

fn actions(resolve: &Resolve, interface: &str, id: InterfaceId) -> Vec<Action> {
    let functions = resolve
        .interfaces
        .get(id)
        .map(|interface| interface.functions.values());
    let actions = functions.into_iter().flatten().filter_map(|function| {
        Some(Action {
            interface: interface.to_owned(),
            name: function.name.clone(),
            inputs: inputs(resolve, function)?,
        })
    });
    actions.collect()
}

/// The fields of a function's record; `None` if it has other parameters or returns no result.
fn inputs(resolve: &Resolve, function: &Function) -> Option<Vec<Input>> {
    let Some(Type::Id(result)) = function.result else {
        return None;
    };
    let TypeDefKind::Result(_) = resolve.types.get(result)?.kind else {
        return None;
    };
    let [parameter] = function.params.as_slice() else {
        return function.params.is_empty().then(Vec::new);
    };
    let Type::Id(id) = parameter.ty else {
        return None;
    };
    let TypeDefKind::Record(record) = &resolve.types.get(id)?.kind else {
        return None;
    };
    let inputs = record.fields.iter().map(|field| {
        let inner = optional(resolve, &field.ty);
        Input {
            name: field.name.clone(),
            kind: type_name(resolve, inner.as_ref().unwrap_or(&field.ty)),
            optional: inner.is_some(),
        }
    });
    Some(inputs.collect())
}

/// The type inside an option.
fn optional(resolve: &Resolve, ty: &Type) -> Option<Type> {
    match ty {
        Type::Id(id) => match resolve.types.get(*id)?.kind {
            TypeDefKind::Option(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

fn type_name(resolve: &Resolve, ty: &Type) -> String {
    match ty {
        Type::Id(id) => defined_name(resolve, *id),
        Type::String => "string".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn defined_name(resolve: &Resolve, id: TypeId) -> String {
    let Some(definition) = resolve.types.get(id) else {
        return "unknown".to_owned();
    };
    if let Some(name) = &definition.name {
        return name.clone();
    }
    match &definition.kind {
        TypeDefKind::List(item) => format!("list<{}>", type_name(resolve, item)),
        TypeDefKind::Option(inner) => format!("option<{}>", type_name(resolve, inner)),
        TypeDefKind::Handle(Handle::Own(id) | Handle::Borrow(id)) => defined_name(resolve, *id),
        kind => kind.as_str().to_owned(),
    }
}
