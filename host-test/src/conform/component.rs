//! Clauses about the component itself.

use super::clause::{Check, Clause, Finding};
use super::facts::File;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "1.1",
        promise: "It exports `workflow:plugin/plugin@0.2` with all its functions.",
        check: Check::File(exports),
    },
    Clause {
        number: "1.2",
        promise: "It imports at most outgoing HTTP, I/O, the environment and the monotonic clock \
                  of WASI 0.2: no files, no sockets, no wall clock, no random numbers.",
        check: Check::File(imports),
    },
    Clause {
        number: "1.3",
        promise: "Every call returns: no input, variable or response makes it trap, need more \
                  than 64 MiB of memory, compute for 5 s or take longer than a minute.",
        check: Check::Crashes(<[Finding]>::to_vec),
    },
];

/// The interface that engines call.
const PLUGIN: &str = "workflow:plugin/plugin@";

/// Its version; later ones are additive.
const VERSION: &str = "0.2.";

/// All allowed imports.
const ALLOWED: [&str; 7] = [
    "wasi:cli/environment@0.2.",
    "wasi:clocks/monotonic-clock@0.2.",
    "wasi:http/outgoing-handler@0.2.",
    "wasi:http/types@0.2.",
    "wasi:io/error@0.2.",
    "wasi:io/poll@0.2.",
    "wasi:io/streams@0.2.",
];

fn exports(file: &File) -> Vec<Finding> {
    let exports = file.inspection.exports.iter();
    let versions: Vec<&str> = exports
        .filter_map(|name| name.strip_prefix(PLUGIN))
        .collect();
    if versions.iter().any(|version| version.starts_with(VERSION)) {
        // Other imports are checked by the next clause.
        let unusable = file.unusable.clone();
        return unusable
            .filter(|_| imports(file).is_empty())
            .into_iter()
            .collect();
    }
    let found = match versions.as_slice() {
        [] => "it does not export the interface at all".to_owned(),
        versions => format!("it exports version {}", versions.join(", ")),
    };
    vec![found]
}

fn imports(file: &File) -> Vec<Finding> {
    let is_allowed = |name: &str| ALLOWED.iter().any(|allowed| name.starts_with(allowed));
    let further = file
        .inspection
        .imports
        .iter()
        .filter(|name| !is_allowed(name));
    further.map(|name| format!("it imports {name}")).collect()
}
