//! Events as lines of a table, for people.

use connector_host::bindings::triggers::Event;
use connector_host::printable;

/// The columns.
pub const HEADING: &str = "trigger                   workspace   event";

/// An event as a line, with what is special about its delivery.
pub fn row(event: &Event, is_duplicate: bool) -> String {
    let mut notes = Vec::new();
    if event.attempt > 1 {
        notes.push(format!("attempt {}", event.attempt));
    }
    if is_duplicate {
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
