//! The triggers as data, as the build packs them from `triggers/webhooks.json`.

use crate::operations::{Entry, Table};
pub use connector_definitions::trigger::{Output, Trigger};

/// What the build has packed.
const TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/triggers.bin"));

/// The trigger of all topics without their own, including unknown ones. Its data is the topic
/// and the item.
pub const OTHER: &str = "other-event";

/// All triggers, in the order of forms.
pub fn all() -> Vec<Trigger> {
    Table::open(TABLE).entries().map(Entry::read).collect()
}

/// All ids.
pub fn ids() -> Vec<String> {
    let table = Table::open(TABLE);
    table.entries().map(|entry| entry.id().to_owned()).collect()
}

/// The whole trigger with an id.
pub fn find(id: &str) -> Option<Trigger> {
    Table::open(TABLE).find(id)
}

/// The trigger with an id, as far as an event needs it: its topics and the places of its
/// outputs. Other fields are empty.
pub fn for_events(id: &str) -> Option<Trigger> {
    let table = Table::open(TABLE);
    let mut entries = table.entries();
    entries.find(|entry| entry.has_id(id)).map(Entry::summary)
}

/// The same of the trigger of a topic.
pub fn of_topic(topic: &str) -> Trigger {
    let table = Table::open(TABLE);
    let mut entries = table.entries().filter(|entry| !entry.has_id(OTHER));
    let found = entries.find(|entry| entry.lists(topic)).map(Entry::summary);
    // It has no outputs of its own, and events do not need its many topics.
    found.unwrap_or_else(|| Trigger {
        id: OTHER.to_owned(),
        ..Trigger::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_one_trigger_and_an_unknown_one_the_other() {
        for trigger in all() {
            for topic in &trigger.topics {
                assert_eq!(of_topic(topic).id, trigger.id, "{topic}");
            }
        }
        assert_eq!(of_topic("fin.thought").id, OTHER);
    }

    #[test]
    fn an_event_needs_no_texts_of_the_manifest() {
        let whole = find("contact-replied");
        let outputs = |trigger: &Option<Trigger>| {
            let outputs = trigger.iter().flat_map(Trigger::outputs);
            outputs
                .map(|output| (output.name.clone(), output.from.clone()))
                .collect::<Vec<_>>()
        };
        let part = for_events("contact-replied");
        assert!(!outputs(&part).is_empty());
        assert_eq!(outputs(&part), outputs(&whole));
        assert!(whole.is_some_and(|trigger| !trigger.sample.is_empty()));
        assert!(part.is_some_and(|trigger| trigger.sample.is_empty()));
    }
}
