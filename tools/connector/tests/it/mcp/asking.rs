//! The person is asked before a write that may happen twice, and for what a call lacks;
//! in the way of each version of the protocol.

use connector::mcp::Rules;
use intercom_double::{IntercomDouble, Options};
use rmcp::model::{CallToolResponse, ElicitResult, ElicitationAction, ProtocolVersion};
use serde_json::{Value, json};

use super::{Client, call, structured, text, with_double};

/// The versions in which a person can be asked.
const ASKING: [ProtocolVersion; 3] = [
    ProtocolVersion::V_2025_06_18,
    ProtocolVersion::V_2025_11_25,
    ProtocolVersion::V_2026_07_28,
];

async fn double() -> IntercomDouble {
    IntercomDouble::start(Options {
        contacts: 3,
        ..Options::default()
    })
    .await
    .unwrap()
}

fn lead(name: &str) -> Value {
    json!({ "role": "lead", "name": name })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_may_happen_twice_is_confirmed() {
    for version in ASKING {
        let double = double().await;
        let server = with_double(&double, &Rules::default()).await;
        let person = Client::agreeing(version.clone(), json!({}));
        let client = person.clone().connect(server).await;
        let made = call(&client, "create-contact", lead("Maren")).await;
        assert_eq!(structured(&made)["name"], "Maren", "{version}");
        let asked = person.questions();
        assert_eq!(asked.len(), 1, "{version}");
        let message = asked[0]["message"].as_str().unwrap();
        let url = format!("POST {}/contacts", double.url());
        assert!(
            message.starts_with(&format!("Create Contact\n{url}\n")),
            "{message}"
        );
        assert!(message.contains("\"name\": \"Maren\""), "{message}");
        assert_eq!(double.counts().tally.requests_to("POST /contacts"), 1);

        // What changes nothing or may be repeated needs no confirmation.
        let _ = call(&client, "list-admins", json!({})).await;
        assert_eq!(person.questions().len(), 1, "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_declines_stops_it() {
    for version in ASKING {
        let double = double().await;
        let server = with_double(&double, &Rules::default()).await;
        let mut person = Client::agreeing(version.clone(), json!({}));
        person.answer = Some(ElicitResult::new(ElicitationAction::Decline));
        let client = person.connect(server).await;
        let declined = call(&client, "create-contact", lead("Maren")).await;
        assert_eq!(declined.is_error, Some(true));
        assert_eq!(structured(&declined)["error"]["reason"], "declined");
        assert!(text(&declined).contains("nothing was sent"));
        assert_eq!(
            double.counts().tally.requests_to("POST /contacts"),
            0,
            "{version}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_inputs_are_prompted_for_with_their_choices() {
    for version in ASKING {
        let double = double().await;
        let server = with_double(&double, &Rules::default()).await;
        let typed = json!({ "from_id": "814860", "not_asked": "x" });
        let person = Client::agreeing(version.clone(), typed);
        let client = person.clone().connect(server).await;
        let made = call(&client, "create-contact", lead("Maren")).await;
        let message = json!({
            "recipient_contact_type": "lead",
            "recipient_contact_id": structured(&made)["id"],
            "message_type": "in-app",
            "body": "Hello",
        });
        let sent = call(&client, "send-message", message).await;
        assert_eq!(sent.is_error, Some(false), "{version}: {}", text(&sent));
        let asked = &person.questions()[1];
        let properties = &asked["requestedSchema"]["properties"];
        assert_eq!(properties.as_object().unwrap().len(), 1, "{properties}");
        let from = &properties["from_id"];
        let position = from["enum"].as_array().unwrap();
        let position = position.iter().position(|id| id == "814860").unwrap();
        assert!(from["enumNames"][position].is_string(), "{from}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_would_fail_is_not_confirmed() {
    let double = double().await;
    let server = with_double(&double, &Rules::default()).await;
    let person = Client::agreeing(ProtocolVersion::V_2026_07_28, json!({}));
    let client = person.clone().connect(server).await;
    let refused = call(&client, "create-contact", json!({ "role": "boss" })).await;
    assert!(text(&refused).contains("\"boss\" is not a role"));
    assert!(person.questions().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_to_one_call_and_not_to_another() {
    let double = double().await;
    let server = with_double(&double, &Rules::default()).await;
    let person = Client::agreeing(ProtocolVersion::V_2026_07_28, json!({}));
    let client = person.connect(server).await;
    let first = super::request("create-contact", lead("Maren"));
    let CallToolResponse::InputRequired(question) = client.call_tool_once(first).await.unwrap()
    else {
        panic!("nobody is asked");
    };
    let agreed = json!({ "action": "accept", "content": {} });
    let mut other = super::request("create-contact", lead("Mallory"));
    other.request_state = question.request_state;
    other.input_responses = Some([("person".to_owned(), agreed)].into());
    let response = client.call_tool_once(other).await.unwrap();
    assert!(matches!(response, CallToolResponse::InputRequired(_)));
    assert_eq!(double.counts().tally.requests_to("POST /contacts"), 0);
}

/// A client that can't ask is the one that confirms, by its own rules.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_capability_there_is_no_prompt() {
    for version in ProtocolVersion::KNOWN_VERSIONS {
        let double = double().await;
        let server = with_double(&double, &Rules::default()).await;
        let client = Client::new(version.clone()).connect(server).await;
        let made = call(&client, "create-contact", lead("Maren")).await;
        assert_eq!(made.is_error, Some(false), "{version}");
    }
}
