use serde_json::json;

use super::{empty, get, send};

#[test]
fn a_note_is_written_by_an_admin() {
    let mut state = empty();
    let contact = send(
        &mut state,
        "POST /contacts",
        &json!({ "email": "ada@example.org" }),
    );
    let notes = format!("/contacts/{}/notes", contact.id());
    for (body, stored, author) in [
        (json!({ "body": "One" }), "<p>One</p>", "814860"),
        (
            json!({ "body": "<b>Two</b>", "admin_id": "814861" }),
            "<b>Two</b>",
            "814861",
        ),
    ] {
        let note = send(&mut state, &format!("POST {notes}"), &body);
        assert_eq!(note.body["body"], stored);
        assert_eq!(note.body["author"]["id"], author);
        assert_eq!(note.body["contact"]["id"], contact.id());
    }
    assert_eq!(get(&mut state, &notes).body["total_count"], 2);
    for (path, body, outcome) in [
        (notes.as_str(), json!({}), "400 parameter_invalid"),
        (
            notes.as_str(),
            json!({ "body": "x", "admin_id": "1" }),
            "404 not_found",
        ),
        ("/contacts/7/notes", json!({ "body": "x" }), "404 not_found"),
        (
            "/companies/7/notes",
            json!({ "body": "x" }),
            "404 company_not_found",
        ),
        (
            "/tickets/7/reply",
            json!({ "body": "x", "message_type": "note", "type": "admin" }),
            "404 ticket_not_found",
        ),
    ] {
        let refused = send(&mut state, &format!("POST {path}"), &body);
        assert_eq!(refused.outcome(), outcome, "{path} {body}");
    }
}
