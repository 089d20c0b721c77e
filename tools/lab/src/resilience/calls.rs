//! The actions that are called, and with which inputs.

/// How an action is called.
#[derive(Debug)]
pub struct Call {
    /// The action's id.
    pub action: &'static str,
    /// Its input, with `#` for the number of the call: no two calls write the
    /// same, so that what is written twice was sent twice.
    input: &'static str,
}

/// All that send a request; `authorize-url` sends none.
pub static CALLS: [Call; 9] = [
    call(
        "create-contact",
        r#"{"role": "user", "email": "call-#@example.com"}"#,
    ),
    call(
        "update-contact",
        r#"{"contact_id": "id-#", "name": "Call #"}"#,
    ),
    call("get-contact-by-id", r#"{"contact_id": "id-#"}"#),
    // More rows than one page has: where there is a next page, it is asked for.
    call(
        "search-contacts",
        r#"{"filter_formula": "email = 'call-#@example.com'", "pagination_parameters": "limit=100"}"#,
    ),
    call(
        "send-message",
        r#"{"recipient_contact_type": "user", "recipient_contact_id": "id-#", "from_id": "1",
            "message_type": "in-app", "body": "Call #"}"#,
    ),
    call(
        "custom-action",
        r#"{"method": "POST", "path": "/things", "body": {"name": "call-#"}}"#,
    ),
    call("test-connection", "{}"),
    call("list-admins", "{}"),
    call("exchange-code", r#"{"code": "code-#"}"#),
];

const fn call(action: &'static str, input: &'static str) -> Call {
    Call { action, input }
}

impl Call {
    /// The input of the call with this number.
    pub fn input(&self, number: u64) -> String {
        self.input.replace('#', &number.to_string())
    }
}
