//! The contacts that a double starts with: invented and deterministic.

use serde_json::{Value, json};

use super::contacts::{Changes, Contacts};

/// The time between two contacts, in seconds: most of a day, so that a few dozen
/// of them differ in day and hour.
const INTERVAL: i64 = 80_000;

/// Every fifth contact is a lead.
const LEAD_EVERY: usize = 5;

const PLANS: [&str; 3] = ["free", "team", "business"];

/// Creates `count` contacts, the last of them at `now`, in Unix seconds.
pub fn contacts(count: usize, now: i64) -> Contacts {
    let mut contacts = Contacts::default();
    let mut time = now.saturating_sub(INTERVAL.saturating_mul(count.saturating_sub(1) as i64));
    for (number, plan) in (1..=count).zip(PLANS.into_iter().cycle()) {
        // Emails and external ids are unique, so there is no conflict.
        let _ = contacts.create(contact(number, plan, time), time);
        time = time.saturating_add(INTERVAL);
    }
    contacts
}

fn contact(number: usize, plan: &str, time: i64) -> Changes {
    let lead = number.is_multiple_of(LEAD_EVERY);
    Changes::unchecked([
        ("role", json!(if lead { "lead" } else { "user" })),
        ("name", json!(format!("Contact {number}"))),
        ("email", json!(format!("contact{number}@example.com"))),
        ("external_id", json!(format!("external-{number}"))),
        ("signed_up_at", if lead { Value::Null } else { json!(time) }),
        (
            "custom_attributes",
            json!({ "plan": plan, "seats": number }),
        ),
    ])
}
