//! Removes debug names from a component.

use wasm_encoder::{Component, RawSection};
use wasmparser::{Parser, Payload};

/// The section in which `wit-component` names functions and types: 8 KB that only disassemblers
/// use.
const NAMES: &str = "component-name";

/// The component without them.
pub(super) fn without(component: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let mut kept = Component::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        match &payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::CustomSection(section) if section.name() == NAMES => {}
            // Nested components are copied as a whole.
            section if depth == 1 => {
                let range = section.as_section();
                if let Some((id, range)) = range
                    && let Some(data) = component.get(range)
                {
                    kept.section(&RawSection { id, data });
                }
            }
            _ => {}
        }
    }
    Ok(kept.finish())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_left_out_and_what_is_nested_stays() {
        let text = "(component $outer (core module $inner (func)) (component $nested))";
        let named = wat::parse_str(text).unwrap();
        let bare = without(&named).unwrap();
        let printed = format!("{:?}", bytes::Bytes::from(bare.clone()));
        assert!(!printed.contains("outer") && printed.contains("nested"));
        let sections = |bytes: &[u8]| {
            let payloads = Parser::new(0).parse_all(bytes);
            payloads.filter(|payload| payload.is_ok()).count()
        };
        assert_eq!(sections(&bare), sections(&named) - 1);
        assert_eq!(without(&bare).unwrap(), bare);
    }
}
