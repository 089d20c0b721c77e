//! Plugs one component into the imports of another.

use wasm_compose::graph::{
    Component, ComponentId, CompositionGraph, EncodeOptions, ExportIndex, ImportIndex,
};
use wasmparser::Validator;

/// A component that is the socket, with those of its imports that the plug exports under
/// the same name taken from it. The other imports of both stay.
///
/// # Errors
///
/// When the plug exports none of them, or one with other types.
pub(super) fn plug(socket: &[u8], plug: &[u8]) -> Result<Vec<u8>, PlugError> {
    let mut validator = Validator::new();
    let mut graph = CompositionGraph::new();
    let socket = graph.add_component(Component::from_bytes(&mut validator, "socket", socket)?)?;
    let plug = graph.add_component(Component::from_bytes(&mut validator, "plug", plug)?)?;
    let shared = shared(&graph, socket, plug);
    if shared.is_empty() {
        return Err("it exports nothing that the other imports".into());
    }
    let (socket, plug) = (graph.instantiate(socket)?, graph.instantiate(plug)?);
    for (import, export) in shared {
        graph.connect(plug, Some(export), socket, import)?;
    }
    let encoded = graph.encode(EncodeOptions {
        define_components: true,
        export: Some(socket),
        validate: true,
    })?;
    Ok(encoded)
}

type PlugError = Box<dyn std::error::Error + Send + Sync>;

/// The imports of one and the exports of the other that have the same name.
fn shared(
    graph: &CompositionGraph,
    socket: ComponentId,
    plug: ComponentId,
) -> Vec<(ImportIndex, ExportIndex)> {
    let components = (graph.get_component(socket), graph.get_component(plug));
    let (Some(socket), Some(plug)) = components else {
        return Vec::new();
    };
    let imports = socket.imports();
    let pairs = imports.filter_map(|(import, name, _)| {
        let (export, ..) = plug.export_by_name(name)?;
        Some((import, export))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::inspect::inspect;

    fn component(text: &str) -> Vec<u8> {
        wat::parse_str(text).unwrap()
    }

    fn socket() -> Vec<u8> {
        component(
            r#"(component
                (import "tea" (func))
                (import "milk" (func $milk))
                (export "cup" (func $milk)))"#,
        )
    }

    #[test]
    fn what_the_plug_exports_is_no_import_any_more() {
        let kettle =
            component(r#"(component (import "water" (func $w)) (export "tea" (func $w)))"#);
        let plugged = plug(&socket(), &kettle).unwrap();
        let plugged = inspect(&plugged).unwrap();
        let mut imports = plugged.imports;
        imports.sort();
        assert_eq!(imports, ["milk", "water"]);
        assert_eq!(plugged.exports, ["cup"]);
    }

    #[test]
    fn a_plug_that_does_not_fit_is_an_error() {
        let unrelated =
            component(r#"(component (import "x" (func $x)) (export "salt" (func $x)))"#);
        let why = plug(&socket(), &unrelated).unwrap_err().to_string();
        assert_eq!(why, "it exports nothing that the other imports");

        let other = component(
            r#"(component (import "x" (func $x (param "a" u8))) (export "tea" (func $x)))"#,
        );
        let why = plug(&socket(), &other).unwrap_err().to_string();
        assert!(why.contains("`tea` is not compatible"), "{why}");
    }
}
