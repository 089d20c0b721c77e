//! Formats a list of actions as a table by group.

use command_output::COLUMNS;
use connector_host::manifest::ActionSummary;
use connector_host::printable;

/// The width of the column of ids; longer ids shift their description.
const MAX_ID: usize = 30;

/// The actions below their group's name, one a line: the id, and as much of the description as
/// fits a terminal.
pub fn table(actions: &[ActionSummary]) -> String {
    let ids = actions.iter().map(|action| action.id.chars().count());
    let width = ids.max().unwrap_or_default().min(MAX_ID);
    let mut text = String::new();
    for (group, actions) in groups(actions) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", printable::line(group)));
        for action in actions {
            text.push_str(&row(action, width));
        }
    }
    text
}

/// The actions of each group, in the order of their first actions.
pub fn groups(actions: &[ActionSummary]) -> Vec<(&str, Vec<&ActionSummary>)> {
    let mut groups: Vec<(&str, Vec<&ActionSummary>)> = Vec::new();
    for action in actions {
        match groups.iter_mut().find(|(name, _)| *name == action.group) {
            Some((_, members)) => members.push(action),
            None => groups.push((&action.group, vec![action])),
        }
    }
    groups
}

fn row(action: &ActionSummary, width: usize) -> String {
    let description = action.description.as_deref().unwrap_or(&action.title);
    let id = printable::line(&action.id);
    let line = format!("  {id:width$}  {}", printable::line(description));
    format!("{}\n", cut(line.trim_end(), COLUMNS))
}

/// A line of at most this many characters, with `…` if it was cut.
fn cut(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    let kept: String = line.chars().take(columns.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use connector_host::manifest::Effect;

    fn action(id: &str, group: &str, description: Option<&str>) -> ActionSummary {
        ActionSummary {
            id: id.to_owned(),
            title: "Title".to_owned(),
            description: description.map(str::to_owned),
            group: group.to_owned(),
            effect: Effect::Read,
            destructive: false,
        }
    }

    #[test]
    fn actions_stand_below_their_groups_and_fit_a_terminal() {
        let long = "word ".repeat(30);
        let actions = [
            action("get-tag", "Tags", Some("Gets a tag.")),
            action("get-a-company", "Companies", None),
            action("list-tags", "Tags", Some(&long)),
        ];
        let expected = format!(
            "Tags\n  get-tag        Gets a tag.\n  list-tags      {}…\n\n\
             Companies\n  get-a-company  Title\n",
            "word ".repeat(12) + "wo"
        );
        assert_eq!(table(&actions), expected);
        assert!(expected.lines().all(|line| line.chars().count() <= COLUMNS));
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn nothing_steers_a_terminal() {
        let found = table(&[action("a\u{1b}[1m", "b\n", Some("c\r"))]);
        assert_eq!(found, "b\\u000a\n  a\\u001b[1m  c\\u000d\n");
    }
}
