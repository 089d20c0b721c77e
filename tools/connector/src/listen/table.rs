//! Events as lines of a table, for people.

use super::Heard;
use connector_host::printable;

/// The columns.
pub const HEADING: &str = "trigger                   workspace   event";

/// An event as a line, with what is special about its delivery.
pub fn row(heard: &Heard) -> String {
    let event = &heard.event;
    let mut notes = Vec::new();
    if event.attempt > 1 {
        notes.push(format!("attempt {}", event.attempt));
    }
    if heard.is_duplicate {
        notes.push("duplicate".to_owned());
    }
    let notes = match notes.is_empty() {
        true => String::new(),
        false => format!("  ({})", notes.join(", ")),
    };
    let scope = event.scope.as_deref().unwrap_or("-");
    printable::line(&format!(
        "{:25} {scope:11} {}{notes}",
        event.trigger, event.id
    ))
}
