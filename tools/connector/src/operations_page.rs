//! Generates the page of every action of a connector: what it does and whether it may be
//! retried, by group.

use std::fmt::Write;

use connector_host::Manifest;
use connector_host::manifest::{ActionSummary, Effect};
use host_test::render::groups;

/// The page of all actions of a catalogue.
pub fn page(manifest: &Manifest, catalogue: &[ActionSummary]) -> String {
    let Manifest {
        name,
        title,
        version,
        api_version,
        ..
    } = manifest;
    let count = catalogue.len();
    let mut page = format!(
        "# Actions of {title}\n\n\
         <!-- Written by `connector docs` from the catalogue of {name} {version}; change the texts \
         of the actions instead. -->\n\n\
         The {count} actions that `invoke` accepts, for version {api_version} of the API. \
         `host-test describe ID` prints an action's inputs and outputs, `host-test catalogue \
         WORDS` searches this list.\n\n\
         `read` and `write-idempotent` actions may be retried; a retried `write-once` action may \
         take effect twice.\n"
    );
    for (group, actions) in groups(catalogue) {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "\n## {group}\n\n| Action | What it does | Effect |\n|---|---|---|\n"
        );
        page.extend(actions.into_iter().map(row));
    }
    page
}

fn row(action: &ActionSummary) -> String {
    let description = action.description.as_deref().unwrap_or(&action.title);
    let words: Vec<&str> = description.split_whitespace().collect();
    let description = words.join(" ").replace('|', r"\|");
    let effect = match action.effect {
        Effect::Read => "read",
        Effect::WriteIdempotent => "write-idempotent",
        Effect::WriteOnce => "write-once",
    };
    format!("| `{}` | {description} | {effect} |\n", action.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_is_a_line_below_its_group() {
        let action = |id: &str, group: &str, description: Option<&str>| ActionSummary {
            id: id.to_owned(),
            title: "Do It".to_owned(),
            description: description.map(str::to_owned),
            group: group.to_owned(),
            effect: Effect::WriteOnce,
            destructive: false,
        };
        let catalogue = [
            action("one", "First", Some("Does a\nor b|c.")),
            action("two", "Second", None),
            action("three", "First", Some("Does d.")),
        ];
        let page = page(&Manifest::default(), &catalogue);
        assert!(page.contains("The 3 actions that"), "{page}");
        let groups = "\n## First\n\n| Action | What it does | Effect |\n|---|---|---|\n\
                      | `one` | Does a or b\\|c. | write-once |\n\
                      | `three` | Does d. | write-once |\n\n\
                      ## Second\n\n| Action | What it does | Effect |\n|---|---|---|\n\
                      | `two` | Do It | write-once |\n";
        assert!(page.ends_with(groups), "{page}");
    }
}
