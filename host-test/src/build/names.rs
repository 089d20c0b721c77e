//! Takes the names out of a component that nothing runs by.

use wasm_encoder::{Component, RawSection};
use wasmparser::{Parser, Payload};

/// Where `wit-component` writes down what it calls each function and type: 8 KB
/// that only who takes the component apart reads.
const NAMES: &str = "component-name";

/// The same component without them.
pub(super) fn without(component: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let mut kept = Component::new();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        match &payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::CustomSection(section) if section.name() == NAMES => {}
            // Of what is nested, the whole is kept.
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
