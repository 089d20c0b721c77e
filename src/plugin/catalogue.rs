//! Searches the actions, and describes those with given ids.

use super::actions::defined;
use super::described;
use crate::operations::{self, Catalogue};
use crate::world::plugin::{Action, ActionSummary, CatalogueQuery, Effect};

/// The actions that the query selects: the typed ones, custom ones, and the rest of Intercom's
/// API. Words and group ignore the case of A to Z; tables for all alphabets would be 15 KB.
pub fn catalogue(query: &CatalogueQuery, variables: &[(String, String)]) -> Vec<ActionSummary> {
    let query = Query::new(query);
    let defined = defined(variables).operations;
    let defined = defined.iter().map(operations::summary);
    let rest = Catalogue::open();
    let rest = rest
        .summaries()
        .map(|operation| operations::summary(&operation));
    let typed = described::summaries().into_iter();
    let all = typed.chain(defined).chain(rest);
    all.filter(|action| query.selects(action))
        .map(in_short)
        .collect()
}

/// The actions with these ids, in that order. Unknown ids are left out.
pub fn describe(ids: &[String], variables: &[(String, String)]) -> Vec<Action> {
    let defined = defined(variables);
    let rest = Catalogue::open();
    let found = ids.iter().filter_map(|id| {
        let typed = described::find(id);
        let defined = || defined.find(id).map(operations::describe);
        let rest = || Some(operations::describe(&rest.find(id)?));
        typed.or_else(defined).or_else(rest)
    });
    found.collect()
}

/// A query with its words in lower case.
struct Query {
    words: Vec<String>,
    group: Option<String>,
    effect: Option<Effect>,
}

impl Query {
    fn new(query: &CatalogueQuery) -> Self {
        let words = query.words.to_ascii_lowercase();
        Self {
            words: words.split_whitespace().map(str::to_owned).collect(),
            group: query.group.clone(),
            effect: query.effect,
        }
    }

    fn selects(&self, action: &ActionSummary) -> bool {
        let in_group = |group: &String| group.eq_ignore_ascii_case(&action.group);
        self.group.as_ref().is_none_or(in_group)
            && self.effect.is_none_or(|effect| effect == action.effect)
            && self.holds_all(action)
    }

    /// Whether an action's texts contain each word.
    fn holds_all(&self, action: &ActionSummary) -> bool {
        let description = action.description.as_deref().unwrap_or_default();
        let texts = [&action.id, &action.title, &action.group, description];
        let text = texts.join("\n").to_ascii_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }
}

/// An action with the first sentence of its description.
fn in_short(action: ActionSummary) -> ActionSummary {
    let description = action.description.as_deref();
    ActionSummary {
        description: description.map(first_sentence).map(str::to_owned),
        ..action
    }
}

/// A text up to its first full stop before a space or a line's end.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices('.').map(|(at, _)| text.split_at(at + 1));
    let mut ends = ends.filter(|(_, rest)| rest.starts_with(char::is_whitespace));
    ends.next().map_or(text, |(sentence, _)| sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(words: &str) -> CatalogueQuery {
        CatalogueQuery {
            words: words.to_owned(),
            group: None,
            effect: None,
        }
    }

    fn ids(query: &CatalogueQuery) -> Vec<String> {
        let found = catalogue(query, &[]).into_iter();
        found.map(|action| action.id).collect()
    }

    /// A custom action.
    fn defined() -> Vec<(String, String)> {
        let document = r#"{"openapi": "3.1.0", "info": {"title": "Ours"}, "paths": {"/tags/{id}": {
            "delete": {
                "operationId": "forget-tag", "summary": "Forget Tag",
                "description": "Forgets a rocket. Then more.",
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]
            }
        }}}"#;
        vec![("WORKFLOW_ACTIONS".to_owned(), document.to_owned())]
    }

    #[test]
    fn the_manifest_comes_first_then_the_rest_of_the_api() {
        let manifest = crate::plugin::manifest(&defined());
        let listed = catalogue(&query(""), &defined());
        let ids: Vec<_> = listed.iter().map(|action| &action.id).collect();
        let curated: Vec<_> = manifest.actions.iter().map(|action| &action.id).collect();
        assert_eq!(curated.last().map(|id| id.as_str()), Some("forget-tag"));
        assert!(ids.starts_with(&curated));
        assert_eq!(ids.len(), curated.len() + Catalogue::open().ids().count());
    }

    #[test]
    fn each_word_stands_anywhere_in_any_case() {
        assert_eq!(
            ids(&query(" MESSAGE  in-app ")).first().map(String::as_str),
            Some("send-message")
        );
        let found = ids(&query("connection token"));
        assert_eq!(found, ["test-connection", "authorize-url", "exchange-code"]);
        assert_eq!(ids(&query("contact rocket")), [""; 0]);
        let own = catalogue(&query("rocket"), &defined());
        assert_eq!(own.len(), 1);
        assert!(
            own.iter()
                .all(|action| action.destructive && action.group == "Ours")
        );
        assert!(
            own.iter()
                .all(|action| action.description.as_deref() == Some("Forgets a rocket."))
        );
    }

    #[test]
    fn groups_and_effects_narrow_it_down() {
        let contacts = CatalogueQuery {
            group: Some("connection".to_owned()),
            ..query("")
        };
        assert_eq!(ids(&contacts).len(), 4);
        let write = CatalogueQuery {
            effect: Some(Effect::WriteOnce),
            ..contacts
        };
        assert_eq!(ids(&write), ["exchange-code"]);
        let unknown = CatalogueQuery {
            group: Some("Rockets".to_owned()),
            ..query("")
        };
        assert_eq!(ids(&unknown), [""; 0]);
    }

    #[test]
    fn a_summary_has_one_sentence() {
        assert_eq!(
            first_sentence("Of version 2.16 only. Never of 2.15."),
            "Of version 2.16 only."
        );
        for action in catalogue(&query(""), &[]) {
            assert!(
                action.description.is_some_and(|text| !text.contains(". ")),
                "{}",
                action.id
            );
        }
    }

    #[test]
    fn described_as_in_the_manifest_in_the_order_of_the_ids() {
        let asked = [
            "forget-tag",
            "send-message",
            "no-such-action",
            "create-contact",
        ];
        let described = describe(&asked.map(str::to_owned), &defined());
        let mut in_manifest = crate::plugin::manifest(&defined()).actions;
        in_manifest.retain(|action| asked.contains(&action.id.as_str()));
        in_manifest.reverse();
        assert_eq!(format!("{described:?}"), format!("{in_manifest:?}"));
        assert_eq!(described.len(), 3);
    }

    #[test]
    fn every_action_of_the_catalogue_is_described() {
        let ids: Vec<String> = Catalogue::open().ids().map(str::to_owned).collect();
        assert_eq!(describe(&ids, &[]).len(), ids.len());
    }
}
