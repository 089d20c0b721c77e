//! The actions in short, to search, and those with certain ids in full.

use super::actions::{ENTRIES, Entry};
use crate::world::plugin::{Action, ActionSummary, CatalogueQuery};

/// The actions that the query selects, in the connector's order. Neither words nor
/// group depend on upper and lower case.
pub fn catalogue(query: &CatalogueQuery) -> Vec<ActionSummary> {
    let words = query.words.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let selected = |entry: &&Entry| {
        let action = &entry.action;
        let in_group = |group: &String| group.to_lowercase() == action.group.to_lowercase();
        query.group.as_ref().is_none_or(in_group)
            && query.effect.is_none_or(|effect| effect == action.effect)
            && holds_all(entry, &words)
    };
    ENTRIES.iter().filter(selected).map(summary).collect()
}

/// The actions with these ids, in that order. Unknown ids are left out.
pub fn describe(ids: &[String]) -> Vec<Action> {
    let found = ids.iter().filter_map(|id| Entry::find(id));
    found.map(Entry::describe).collect()
}

/// Whether each word stands somewhere in what a person reads of an action.
fn holds_all(entry: &Entry, words: &[&str]) -> bool {
    let action = &entry.action;
    let texts = [
        action.id,
        action.title,
        action.group,
        action.description.unwrap_or_default(),
    ];
    let texts = texts.map(str::to_lowercase);
    let holds = |word: &&str| texts.iter().any(|text| text.contains(word));
    words.iter().all(holds)
}

fn summary(entry: &Entry) -> ActionSummary {
    let action = &entry.action;
    ActionSummary {
        id: action.id.to_owned(),
        title: action.title.to_owned(),
        description: action.description.map(first_sentence).map(str::to_owned),
        group: action.group.to_owned(),
        effect: action.effect,
        destructive: action.destructive,
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
    use crate::world::plugin::Effect;

    fn query(words: &str) -> CatalogueQuery {
        CatalogueQuery {
            words: words.to_owned(),
            group: None,
            effect: None,
        }
    }

    fn ids(query: &CatalogueQuery) -> Vec<String> {
        let found = catalogue(query).into_iter();
        found.map(|action| action.id).collect()
    }

    #[test]
    fn no_words_list_every_action_in_the_manifest_s_order() {
        let manifest = crate::plugin::manifest();
        let listed = manifest.actions.iter().map(|action| &action.id);
        assert!(listed.eq(&ids(&query(""))));
    }

    #[test]
    fn each_word_stands_anywhere_in_any_case() {
        assert_eq!(ids(&query("archived")), ["unarchive-contact"]);
        assert_eq!(ids(&query(" MESSAGE  in-app ")), ["send-message"]);
        let found = ids(&query("connection token"));
        assert_eq!(found, ["test-connection", "authorize-url", "exchange-code"]);
        assert_eq!(ids(&query("contact rocket")), [""; 0]);
    }

    #[test]
    fn groups_and_effects_narrow_it_down() {
        let contacts = CatalogueQuery {
            group: Some("contacts".to_owned()),
            ..query("")
        };
        assert_eq!(ids(&contacts).len(), 6);
        let read = CatalogueQuery {
            effect: Some(Effect::Read),
            ..contacts
        };
        assert_eq!(ids(&read), ["get-contact-by-id", "search-contacts"]);
        let unknown = CatalogueQuery {
            group: Some("Companies".to_owned()),
            ..query("")
        };
        assert_eq!(ids(&unknown), [""; 0]);
    }

    #[test]
    fn a_summary_has_one_sentence() {
        let found = catalogue(&query("create-contact"));
        let sentences: Vec<_> = found.iter().map(|action| &action.description).collect();
        assert_eq!(sentences, [&Some("Makes a new contact.".to_owned())]);
        assert_eq!(
            first_sentence("Of version 2.16 only. Never of 2.15."),
            "Of version 2.16 only."
        );
    }

    #[test]
    fn described_as_in_the_manifest_in_the_order_of_the_ids() {
        let asked = ["send-message", "no-such-action", "create-contact"];
        let described = describe(&asked.map(str::to_owned));
        let mut in_manifest = crate::plugin::manifest().actions;
        in_manifest.retain(|action| asked.contains(&action.id.as_str()));
        in_manifest.reverse();
        assert_eq!(format!("{described:?}"), format!("{in_manifest:?}"));
        assert_eq!(described.len(), 2);
    }
}
