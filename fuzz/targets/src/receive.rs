//! Deliveries: any body is replied to, and nothing of it is known before its signature
//! is right; an event of a verified one has its trigger's fields, and matching it ends.

use intercom_connector::internals::triggers::{Delivery, Meaning, RefusalReason};
use intercom_connector::internals::{matches, plugin, receive as received, sample};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The client secret, which nothing may show.
const SECRET: &str = "fuzz-client-secret";

/// Inputs of a trigger, a line end, and a body.
pub fn receive(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n');
    let (inputs, body) = data.split_at(end.unwrap_or(0));
    let inputs = String::from_utf8_lossy(inputs);
    let body = body.get(1..).unwrap_or_default();
    let variables = [("INTERCOM_CLIENT_SECRET".to_owned(), SECRET.to_owned())];

    let outcome = received(&delivery(body, false), &variables);
    let outcome = outcome.expect("the secret is there");
    assert_eq!(outcome.reply.status, 401);
    assert!(!format!("{outcome:?}").contains(SECRET));
    let Meaning::Refused(refusal) = outcome.meaning else {
        panic!("accepted without a signature: {:?}", outcome.meaning);
    };
    assert_eq!(refusal.reason, RefusalReason::Unsigned);

    let outcome = received(&delivery(body, true), &[]).expect("it needs no secret");
    assert_ne!(outcome.reply.status, 410, "it would end the subscription");
    let is_refused = matches!(outcome.meaning, Meaning::Refused(_));
    assert_eq!(outcome.reply.status == 200, !is_refused);
    let Meaning::Events(events) = outcome.meaning else {
        return;
    };
    for event in events {
        assert!(!event.id.is_empty() && event.attempt > 0);
        let data: Map<String, Value> = serde_json::from_str(&event.data).expect("an object");
        let sample = sample(&event.trigger).expect("a trigger");
        let fields: Map<String, Value> = serde_json::from_str(&sample.data).expect("an object");
        let names = |data: &Map<String, Value>| data.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&data), names(&fields));
        assert_eq!(data.get("topic"), Some(&Value::from(event.topic.as_str())));
        let found = matches(&event.trigger, &inputs, &event, &[]);
        if let Err(plugin_error) = &found {
            assert!(
                format!("{plugin_error:?}").contains("problems: [Input"),
                "{found:?}"
            );
        }
        assert_eq!(matches(&event.trigger, "{}", &event, &[]).ok(), Some(true));
    }
}

fn delivery(body: &[u8], verified: bool) -> Delivery {
    Delivery {
        method: "POST".to_owned(),
        query: String::new(),
        headers: vec![plugin::HttpHeader {
            name: "content-type".to_owned(),
            value: "application/json".to_owned(),
        }],
        body: body.to_vec(),
        verified,
        received_at_ms: None,
    }
}
