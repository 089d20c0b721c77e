//! Generates constants from the values of `Allowed:`, a module for each interface:
//! `allowed::contacts::ROLE`.

use super::contract::{Interface, Result};
use super::names::{constant, ident, listed};
use std::fmt::Write;

/// The modules.
pub fn constants(interfaces: &[Interface]) -> Result<String> {
    let mut out = String::new();
    for interface in interfaces {
        writeln!(out, "pub mod {} {{", ident(&interface.name))?;
        for (name, values) in lists(interface)? {
            writeln!(
                out,
                "    pub const {}: super::Allowed = super::Allowed {{ values: &{values:?}, listed: {:?} }};",
                constant(name),
                listed(values),
            )?;
        }
        out.push_str("}\n");
    }
    Ok(out)
}

/// The lists of an interface by field name.
fn lists(interface: &Interface) -> Result<Vec<(&str, &[String])>> {
    let mut lists: Vec<(&str, &[String])> = Vec::new();
    for field in interface.records.iter().flat_map(|record| &record.fields) {
        let (name, values) = (field.name.as_str(), field.docs.allowed.as_slice());
        match lists.iter().find(|(known, _)| *known == name) {
            _ if values.is_empty() => {}
            None => lists.push((name, values)),
            Some((_, same)) if *same == values => {}
            Some(_) => {
                return Err(format!("{}: {name} has two lists of values", interface.name).into());
            }
        }
    }
    Ok(lists)
}
