//! OAuth: consent, code and token.

use serde_json::{Value, json};

use super::{TestResponse, empty, send_raw};
use crate::intercom::{CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, State};

/// Authorizes the app, and returns the redirect.
fn authorize(state: &mut State, query: &str) -> TestResponse {
    send_raw(state, &format!("GET /oauth?{query}"), &[], "")
}

fn code(state: &mut State) -> String {
    let response = authorize(state, &format!("client_id={CLIENT_ID}&state=s"));
    let (_, query) = response.header("location").split_once('?').unwrap();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(name, _)| name == "code")
        .unwrap()
        .1
        .into_owned()
}

fn exchange(state: &mut State, code: &str, secret: &str) -> TestResponse {
    let body = json!({ "code": code, "client_id": CLIENT_ID, "client_secret": secret });
    send_raw(state, "POST /auth/eagle/token", &[], &body.to_string())
}

fn status_with(state: &mut State, token: &Value) -> u16 {
    let token = format!("Bearer {}", token.as_str().unwrap());
    send_raw(state, "GET /me", &[("authorization", &token)], "").status
}

#[test]
fn consent_redirects_with_the_code_and_the_state() {
    let code = "code=b2F1dGgtY29kZS0wMDAwMQ%3D%3D";
    let to = "https%3A%2F%2Fexample.org%2Fback%3Fa%3D1";
    let known = format!("client_id={CLIENT_ID}");
    for (query, status, location) in [
        (
            format!("{known}&state=s-1"),
            302,
            format!("{REDIRECT_URI}?{code}&state=s-1"),
        ),
        (
            format!("{known}&state=a%26b%3D&redirect_uri={to}"),
            302,
            format!("https://example.org/back?a=1&{code}&state=a%26b%3D"),
        ),
        (known.clone(), 400, String::new()),
        ("state=s".to_owned(), 400, String::new()),
        ("client_id=other&state=s".to_owned(), 400, String::new()),
    ] {
        let response = authorize(&mut empty(), &query);
        assert_eq!(response.status, status, "{query}");
        assert_eq!(response.header("location"), location, "{query}");
    }
}

#[test]
fn a_code_yields_one_valid_token() {
    let mut state = empty();
    let code = code(&mut state);
    assert!(code.ends_with('='), "{code}");
    let wrong = exchange(&mut state, &code, "wrong");
    assert_eq!(wrong.outcome(), "401 unauthorized");
    assert_eq!(wrong.message(), "Unauthorized Code");
    let granted = exchange(&mut state, &code, CLIENT_SECRET).body;
    assert_eq!(granted["token_type"], "Bearer");
    assert_eq!(granted["token"], granted["access_token"]);
    assert_eq!(status_with(&mut state, &granted["token"]), 200);
    let again = exchange(&mut state, &code, CLIENT_SECRET);
    assert_eq!(again.outcome(), "401 unauthorized");
    let unknown = exchange(&mut state, "other", CLIENT_SECRET);
    assert_eq!(unknown.outcome(), "401 unauthorized");
}

#[test]
fn a_form_works_as_well_as_json_and_tokens_differ() {
    let mut state = empty();
    let tokens = [(); 2].map(|()| {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code(&mut state))
            .append_pair("client_id", CLIENT_ID)
            .append_pair("client_secret", CLIENT_SECRET)
            .finish();
        send_raw(&mut state, "POST /auth/eagle/token", &[], &form).body["token"].clone()
    });
    assert_ne!(tokens[0], tokens[1]);
    for token in &tokens {
        assert_eq!(status_with(&mut state, token), 200);
    }
}

#[test]
fn debug_output_has_no_secrets() {
    let mut state = empty();
    let code = code(&mut state);
    let token = exchange(&mut state, &code, CLIENT_SECRET).body["token"].clone();
    let printed = format!("{state:?}");
    for secret in [CLIENT_SECRET, super::TOKEN, token.as_str().unwrap()] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
