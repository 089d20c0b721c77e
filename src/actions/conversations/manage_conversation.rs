//! Manage Conversation: closes, opens, snoozes, assigns or unassigns one
//! (`docs/intercom-api.md`, Conversations).

use super::response::conversation;
use crate::actions::{Action, Body};
use crate::api::{
    AdminId, AssigneeId, CORRECT_INPUT, Client, ConversationId, Hints, Method, NotFound,
    PathSegment, Request, Settings, TeamId, Token,
};
use crate::input::{InputError, InputReader, Need, Text, Timestamp, list_names};
use crate::world::allowed::conversations as allowed;
use crate::world::conversations::Conversation;
use crate::world::types::ActionError;

/// `POST /conversations/{id}/parts`
#[derive(Debug)]
pub struct ManageConversation {
    id: PathSegment,
    body: Body,
    not_found: NotFound,
}

impl Action for ManageConversation {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONVERSATION_AND_ADMIN,
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "check its state, assignee and last part with get-conversation before you run it \
                  again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ConversationId>("conversation_id");
        let operations = &allowed::OPERATION;
        let operation = input.choice(
            "operation",
            Need::Value(""),
            operations,
            "is not an operation",
        );
        let admin = input.required::<AdminId>("admin_id");
        let operation = operation.flatten().and_then(Operation::find);
        let given = Given::read(input, operation);
        let (operation, given) = (operation?, given?);
        if let Some(error) = operation.misfit(&given) {
            input.note("operation", error);
            return None;
        }
        let mut body = Body::default();
        body.set("message_type", operation.message_type);
        body.set("admin_id", admin?.as_text());
        given.write(operation, &mut body);
        Some(Self {
            id: id?.into_segment(),
            body,
            not_found: operation.not_found,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Conversation, ActionError> {
        let path = format!("/conversations/{}/parts", self.id);
        let mut request = Request::new(Method::Post, path)
            .with_body(self.body.clone())
            .expecting(super::CONVERSATION);
        request.not_found = Some(self.not_found);
        conversation(client.send(&request)?)
    }
}

/// One of the things to do with a conversation.
#[derive(Debug, Clone, Copy)]
struct Operation {
    name: &'static str,
    /// What the API calls it.
    message_type: &'static str,
    /// Its inputs.
    takes: &'static [&'static str],
    not_found: NotFound,
}

const NO_CONVERSATION: NotFound = NotFound {
    problem: "Intercom has no such conversation, or no such admin",
    hint: super::CHECK_CONVERSATION_AND_ADMIN,
};

const NO_ASSIGNEE: NotFound = NotFound {
    problem: "Intercom has no such conversation, admin or team",
    hint: "check conversation_id, which is in the URL of the conversation in the inbox, admin_id \
           and the id of the assignee (list-choices with kind admins or teams shows them)",
};

const OPERATIONS: [Operation; 6] = [
    Operation {
        name: "close",
        message_type: "close",
        takes: &["body"],
        not_found: NO_CONVERSATION,
    },
    Operation {
        name: "open",
        message_type: "open",
        takes: &[],
        not_found: NO_CONVERSATION,
    },
    Operation {
        name: "snooze",
        message_type: "snoozed",
        takes: &["snoozed_until"],
        not_found: NO_CONVERSATION,
    },
    Operation {
        name: "assign_to_admin",
        message_type: "assignment",
        takes: &["assignee_admin_id", "body"],
        not_found: NO_ASSIGNEE,
    },
    Operation {
        name: "assign_to_team",
        message_type: "assignment",
        takes: &["assignee_team_id", "body"],
        not_found: NO_ASSIGNEE,
    },
    Operation {
        name: "unassign",
        message_type: "assignment",
        takes: &["unassign_from"],
        not_found: NO_CONVERSATION,
    },
];

impl Operation {
    fn find(name: &str) -> Option<Self> {
        OPERATIONS
            .into_iter()
            .find(|operation| operation.name == name)
    }

    /// The error about all inputs that the operation does not have.
    fn misfit(&self, given: &Given) -> Option<InputError> {
        let given = given.names().into_iter();
        let wrong: Vec<&str> = given.filter(|name| !self.takes.contains(name)).collect();
        if wrong.is_empty() {
            return None;
        }
        let (any, all) = (list_names(&wrong, "or"), list_names(&wrong, "and"));
        let problem = format!("is {}, which takes no {any}", self.name);
        let others = OPERATIONS
            .iter()
            .filter(|operation| !operation.takes.is_empty());
        let others: Vec<String> = others
            .map(|operation| format!("{} ({})", operation.name, operation.takes.join(", ")))
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let hint = format!("leave {all} out, or give {}", list_names(&others, "or"));
        Some(InputError::new(problem, hint))
    }
}

/// The inputs of all operations.
#[derive(Default)]
struct Given {
    assignee_admin: Option<AdminId>,
    assignee_team: Option<TeamId>,
    unassign_from: Option<&'static str>,
    snoozed_until: Option<Timestamp>,
    body: Option<Text>,
}

impl Given {
    /// Reads all of them. `None` if an error was noted.
    fn read(input: &mut InputReader<'_>, operation: Option<Operation>) -> Option<Self> {
        let needed_by = |name, what| match operation {
            Some(operation) if operation.name == name => Need::Value(what),
            _ => Need::Nothing,
        };
        let admin = needed_by("assign_to_admin", "to assign to an admin");
        let assignee_admin = input.read("assignee_admin_id", admin);
        let team = needed_by("assign_to_team", "to assign to a team");
        let assignee_team = input.read("assignee_team_id", team);
        let assignees = &allowed::UNASSIGN_FROM;
        let unassign_from = input.choice(
            "unassign_from",
            Need::Nothing,
            assignees,
            "is not an assignee",
        );
        let snoozed_until = input.read("snoozed_until", needed_by("snooze", "to snooze"));
        let body = input.optional("body");
        Some(Self {
            assignee_admin: assignee_admin?.value(),
            assignee_team: assignee_team?.value(),
            unassign_from: unassign_from?,
            snoozed_until: snoozed_until?.value(),
            body: body?,
        })
    }

    fn names(&self) -> Vec<&'static str> {
        let given = [
            ("assignee_admin_id", self.assignee_admin.is_some()),
            ("assignee_team_id", self.assignee_team.is_some()),
            ("unassign_from", self.unassign_from.is_some()),
            ("snoozed_until", self.snoozed_until.is_some()),
            ("body", self.body.is_some()),
        ];
        let given = given.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(name, _)| name).collect()
    }

    /// Adds the operation's inputs to a request's body.
    fn write(self, operation: Operation, body: &mut Body) {
        match operation.name {
            "close" => body.set("type", "admin"),
            "snooze" => {
                let until = self.snoozed_until.map(Timestamp::seconds);
                body.set("snoozed_until", until);
            }
            "assign_to_admin" => {
                body.set("type", "admin");
                body.set("assignee_id", self.assignee_admin.map(|id| id.as_text()));
            }
            "assign_to_team" => {
                body.set("type", "team");
                body.set("assignee_id", self.assignee_team.map(|id| id.as_text()));
            }
            "unassign" => {
                body.set("type", self.unassign_from.unwrap_or("admin"));
                body.set("assignee_id", AssigneeId::NOBODY);
            }
            _ => {}
        }
        body.set_some("body", self.body.map(|Text(text)| text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_allowed_operation_is_there() {
        let names = OPERATIONS.map(|operation| operation.name);
        assert_eq!(names.as_slice(), allowed::OPERATION.values);
    }

    #[test]
    fn one_error_tells_what_goes_with_which_operation() {
        let given = || Given {
            unassign_from: Some("team"),
            body: Some(Text("Bye".to_owned())),
            ..Given::default()
        };
        let misfit = |name| Operation::find(name).and_then(|found| found.misfit(&given()));
        let error = misfit("close")
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(
            error.starts_with("is close, which takes no unassign_from; leave unassign_from out"),
            "{error}"
        );
        let error = misfit("open")
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains("takes no unassign_from or body"), "{error}");
        assert!(error.contains("snooze (snoozed_until)"), "{error}");
    }
}
