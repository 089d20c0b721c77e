//! Reads the contract: the interfaces that the world exports from our own package, their records
//! and actions.

use super::docs::{self, ActionDocs, FieldDocs};
use connector_definitions::method::Effect;
use std::error::Error;
use wit_parser::{
    Function, InterfaceId, PackageId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldItem,
};

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// One interface of typed actions.
pub struct Interface {
    pub name: String,
    pub records: Vec<Record>,
    pub actions: Vec<Action>,
}

/// One function.
pub struct Action {
    pub name: String,
    pub docs: ActionDocs,
    pub effect: Effect,
    /// The name of its record parameter; `None` without parameters.
    pub input: Option<String>,
    /// The name of the record that it returns.
    pub output: String,
}

pub struct Record {
    pub name: String,
    pub fields: Vec<Field>,
}

pub struct Field {
    pub name: String,
    pub docs: FieldDocs,
    /// Whether its type is an option.
    pub optional: bool,
    pub shape: Shape,
}

/// The type of a field, without aliases and options.
pub enum Shape {
    Text { templated: bool },
    Json,
    Flag { templated: bool },
    Integer(Type),
    TextList,
    Record(String),
    RecordList(String),
    Flags { name: String, members: Vec<String> },
}

impl Interface {
    /// A record by name.
    pub fn record(&self, name: &str) -> Result<&Record> {
        let found = self.records.iter().find(|record| record.name == name);
        found.ok_or_else(|| format!("{}: no record named {name}", self.name).into())
    }

    /// The named records and all records in them, in the order of the text.
    pub fn closure<'a>(&self, roots: impl Iterator<Item = &'a str>) -> Vec<&Record> {
        let mut names: Vec<&str> = roots.collect();
        let mut at = 0;
        while let Some(name) = names.get(at).copied() {
            at += 1;
            let record = self.records.iter().find(|record| record.name == name);
            for field in record.into_iter().flat_map(|record| &record.fields) {
                if let Shape::Record(inner) | Shape::RecordList(inner) = &field.shape {
                    let known = self.records.iter().find(|record| record.name == *inner);
                    names.extend(known.map(|record| record.name.as_str()));
                }
            }
        }
        let is_named = |record: &&Record| names.contains(&record.name.as_str());
        self.records.iter().filter(is_named).collect()
    }
}

/// Reads the interfaces of a package's world, in the order of its exports.
pub fn read(resolve: &Resolve, package: PackageId) -> Result<Vec<Interface>> {
    let world = resolve.select_world(&[package], None)?;
    let world = resolve.worlds.get(world).ok_or("no world")?;
    let exported = world.exports.values().filter_map(|item| match item {
        WorldItem::Interface { id, .. } => Some(*id),
        _ => None,
    });
    let own = exported.filter(|id| {
        let interface = resolve.interfaces.get(*id);
        interface.is_some_and(|interface| interface.package == Some(package))
    });
    own.map(|id| interface(resolve, id)).collect()
}

fn interface(resolve: &Resolve, id: InterfaceId) -> Result<Interface> {
    let interface = resolve.interfaces.get(id).ok_or("no interface")?;
    let name = interface.name.clone().ok_or("an interface has a name")?;
    let mut records = Vec::new();
    for (record_name, id) in &interface.types {
        let def = resolve.types.get(*id).ok_or("no such type")?;
        if let TypeDefKind::Record(_) = def.kind {
            let record =
                record(resolve, *id).map_err(|error| format!("{name}.{record_name}: {error}"))?;
            records.push(record);
        }
    }
    let actions = interface.functions.values().map(|function| {
        action(resolve, function).map_err(|error| format!("{name}.{}: {error}", function.name))
    });
    let actions = actions.collect::<std::result::Result<_, _>>()?;
    Ok(Interface {
        name,
        records,
        actions,
    })
}

fn action(resolve: &Resolve, function: &Function) -> Result<Action> {
    let docs = ActionDocs::read(&function.docs)?;
    let mut effects = Effect::ALL.into_iter();
    let effect = effects
        .find(|effect| effect.name() == docs.effect)
        .ok_or_else(|| format!("Effect: {} is not an effect", docs.effect))?;
    let input = match function.params.as_slice() {
        [] => None,
        [input] => Some(record_name(resolve, input.ty)?),
        _ => return Err("an action has one record as parameter, or none".into()),
    };
    let output = function.result.and_then(|result| success(resolve, result));
    let output = output.ok_or("an action returns a result with a record")?;
    Ok(Action {
        name: function.name.clone(),
        docs,
        effect,
        input,
        output: record_name(resolve, output)?,
    })
}

/// The ok type of a result.
fn success(resolve: &Resolve, ty: Type) -> Option<Type> {
    let Type::Id(id) = ty else { return None };
    match &resolve.types.get(id)?.kind {
        TypeDefKind::Result(result) => result.ok,
        _ => None,
    }
}

fn record_name(resolve: &Resolve, ty: Type) -> Result<String> {
    match shape(resolve, &ty)? {
        Shape::Record(name) => Ok(name),
        _ => Err("an action's parameter and result are records".into()),
    }
}

fn record(resolve: &Resolve, id: TypeId) -> Result<Record> {
    let def = resolve.types.get(id).ok_or("no such type")?;
    let TypeDefKind::Record(record) = &def.kind else {
        return Err("not a record".into());
    };
    let model = docs::model(&def.docs)?.map(|name| sibling(resolve, def.owner, &name));
    let model = model.transpose()?;
    let mut fields = Vec::new();
    for field in &record.fields {
        let docs = match (&field.docs.contents, model) {
            (None, Some(model)) => inherited(resolve, model, &field.name)?,
            _ => {
                FieldDocs::read(&field.docs).map_err(|error| format!("{}: {error}", field.name))?
            }
        };
        let shape =
            shape(resolve, &field.ty).map_err(|error| format!("{}: {error}", field.name))?;
        fields.push(Field {
            name: field.name.clone(),
            docs,
            optional: is_option(resolve, &field.ty),
            shape,
        });
    }
    Ok(Record {
        name: def.name.clone().ok_or("a record has a name")?,
        fields,
    })
}

/// A type of the same interface.
fn sibling(resolve: &Resolve, owner: TypeOwner, name: &str) -> Result<TypeId> {
    let TypeOwner::Interface(id) = owner else {
        return Err("a record belongs to an interface".into());
    };
    let interface = resolve.interfaces.get(id).ok_or("no interface")?;
    let found = interface.types.get(name).copied();
    found.ok_or_else(|| format!("Like: {name} does not exist").into())
}

/// The documentation of a record's field with this name.
fn inherited(resolve: &Resolve, model: TypeId, name: &str) -> Result<FieldDocs> {
    let def = resolve.types.get(model).ok_or("no such type")?;
    let TypeDefKind::Record(record) = &def.kind else {
        return Err("Like: it names a record".into());
    };
    let found = record.fields.iter().find(|field| field.name == name);
    let found = found.ok_or_else(|| format!("{name}: no documentation, here or by Like"))?;
    FieldDocs::read(&found.docs)
}

fn shape(resolve: &Resolve, ty: &Type) -> Result<Shape> {
    let id = match ty {
        Type::String => return Ok(Shape::Text { templated: false }),
        Type::Bool => return Ok(Shape::Flag { templated: false }),
        Type::U16 | Type::U32 | Type::U64 | Type::S32 | Type::S64 => {
            return Ok(Shape::Integer(*ty));
        }
        Type::Id(id) => *id,
        other => return Err(format!("no field type for {other:?}").into()),
    };
    let def = resolve.types.get(id).ok_or("no such type")?;
    let name = def.name.clone().unwrap_or_default();
    // The contract's types, by the names of their aliases.
    match (&def.kind, name.as_str()) {
        (_, "text") => Ok(Shape::Text { templated: true }),
        (_, "json") => Ok(Shape::Json),
        (_, "flag") => Ok(Shape::Flag { templated: true }),
        (TypeDefKind::Type(inner) | TypeDefKind::Option(inner), _) => shape(resolve, inner),
        (TypeDefKind::Record(_), _) => Ok(Shape::Record(name)),
        (TypeDefKind::Flags(flags), _) => {
            let members = flags.flags.iter().map(|flag| flag.name.clone()).collect();
            Ok(Shape::Flags { name, members })
        }
        (TypeDefKind::List(item), _) => match shape(resolve, item)? {
            Shape::Record(name) => Ok(Shape::RecordList(name)),
            Shape::Text { .. } => Ok(Shape::TextList),
            _ => Err("no field type for this list".into()),
        },
        (other, _) => Err(format!("no field type for {other:?}").into()),
    }
}

fn is_option(resolve: &Resolve, ty: &Type) -> bool {
    let Type::Id(id) = ty else { return false };
    let def = resolve.types.get(*id);
    def.is_some_and(|def| matches!(def.kind, TypeDefKind::Option(_)))
}
