//! The contacts that a double starts with: invented, and the same every time.

use serde_json::{Value, json};

use super::contacts::{Changes, Contacts};

/// The time between one contact and the next, in seconds: most of a day, so that
/// a few dozen of them are on different days and at different hours.
const APART: i64 = 80_000;

/// One in so many contacts is a lead.
const LEADS: usize = 5;

const PLANS: [&str; 3] = ["free", "team", "business"];

/// So many contacts, the last of them made at `now`, in Unix seconds.
pub fn contacts(count: usize, now: i64) -> Contacts {
    let mut contacts = Contacts::default();
    let mut time = now.saturating_sub(APART.saturating_mul(count.saturating_sub(1) as i64));
    for (number, plan) in (1..=count).zip(PLANS.into_iter().cycle()) {
        // No two have the same email or external id, so none is refused.
        let _ = contacts.create(contact(number, plan, time), time);
        time = time.saturating_add(APART);
    }
    contacts
}

fn contact(number: usize, plan: &str, time: i64) -> Changes {
    let lead = number.is_multiple_of(LEADS);
    Changes::trusted([
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
