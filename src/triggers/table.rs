//! The triggers as data, from `triggers/webhooks.json`.

use crate::world::plugin::FieldType;

/// One trigger.
#[derive(Debug)]
pub struct Trigger {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// When it fires.
    pub description: &'static str,
    /// Its group.
    pub group: &'static str,
    /// Intercom's topics.
    pub topics: &'static [&'static str],
    /// The permissions of the app, by Intercom's names.
    pub permissions: &'static [&'static str],
    /// The parts of its item.
    pub parts: &'static [Part],
    /// A sample item, as Intercom sends it.
    pub sample: &'static str,
}

/// One object of an item.
#[derive(Debug)]
pub struct Part {
    /// Its possible places, in the syntax of [`super::item::find`]. The first place with an
    /// object is used.
    pub at: &'static [&'static str],
    /// Its outputs.
    pub outputs: &'static [Output],
}

/// One output.
#[derive(Debug)]
pub struct Output {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its description.
    pub description: &'static str,
    /// Its type.
    pub kind: FieldType,
    /// Its format.
    pub format: Option<&'static str>,
    /// The allowed values.
    pub allowed: &'static [&'static str],
    /// Its place in the part.
    pub from: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/triggers.rs"));

/// The trigger of all topics without their own, including unknown ones. Its data is the topic
/// and the item.
pub const OTHER: Trigger = Trigger {
    id: "other-event",
    title: "Other Event",
    description: "An event that no other trigger covers. The item is passed on as Intercom \
                  sends it.",
    group: "Other",
    topics: OTHER_TOPICS,
    permissions: &[],
    parts: &[],
    sample: r#"{"type":"admin","id":"814860","name":"Grace Admin","email":"grace@example.com","away_mode_enabled":true}"#,
};

impl Trigger {
    /// All triggers, in the order of forms.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TRIGGERS.iter().chain([&OTHER])
    }

    /// The trigger with an id.
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::all().find(|trigger| trigger.id == id)
    }

    /// The trigger of a topic.
    pub fn of_topic(topic: &str) -> &'static Self {
        let mut triggers = TRIGGERS.iter();
        let found = triggers.find(|trigger| trigger.topics.contains(&topic));
        found.unwrap_or(&OTHER)
    }

    /// Its outputs, except `topic` and `item`, which every trigger has.
    pub fn outputs(&self) -> impl Iterator<Item = &'static Output> {
        self.parts.iter().flat_map(|part| part.outputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_one_trigger_and_an_unknown_one_the_other() {
        for trigger in Trigger::all() {
            for topic in trigger.topics {
                assert_eq!(Trigger::of_topic(topic).id, trigger.id, "{topic}");
            }
        }
        assert_eq!(Trigger::of_topic("fin.thought").id, "other-event");
    }
}
