//! Upsert Company.

use super::response::{COMPANY, company};
use crate::actions::custom_attributes::CustomAttributes;
use crate::actions::{Action, Body, OwnCompanyId};
use crate::api::{CORRECT_INPUT, Client, Hints, Method, Request, Settings, Token};
use crate::input::{FromInput, InputError, InputReader, Need, Text, Timestamp, WholeNumber};
use crate::world::companies::Company;
use crate::world::types::ActionError;
use serde_json::Value;

/// `POST /companies`, which finds an existing company by its `company_id`. Without one
/// it would create another each time, so it is required.
#[derive(Debug)]
pub struct UpsertCompany {
    body: Body,
}

impl Action for UpsertCompany {
    const HINTS: Hints = Hints {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the same company_id leaves the same company",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let mut body = Body::default();
        // Read every field, so that the caller gets all errors.
        let id = input.required::<OwnCompanyId>("company_id");
        let texts = ["name", "plan", "website", "industry"];
        let texts = texts.map(|name| set::<Text>(input, &mut body, name, |Text(text)| text.into()));
        let numbers = ["size", "monthly_spend"];
        let numbers = numbers.map(|name| {
            set::<WholeNumber>(input, &mut body, name, |WholeNumber(number)| number.into())
        });
        let date = set::<Timestamp>(input, &mut body, "remote_created_at", |time| {
            time.seconds().into()
        });
        let custom = set::<CustomAttributes>(
            input,
            &mut body,
            "custom_attributes",
            |CustomAttributes(map)| map.into(),
        );
        check_spend(input, &body);
        let OwnCompanyId(id) = id?;
        let read = texts.into_iter().chain(numbers).chain([date, custom]);
        read.collect::<Option<()>>()?;
        body.set("company_id", id);
        Some(Self { body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Company, ActionError> {
        let request = Request::new(Method::Post, "/companies")
            .with_body(self.body.clone())
            .expecting(COMPANY);
        company(client.send(&request)?)
    }
}

/// Reads a field into the body. `None` if an error was noted. Whether null clears a company's
/// field is not documented, so it is an error rather than sent or ignored.
fn set<T: FromInput>(
    input: &mut InputReader<'_>,
    body: &mut Body,
    name: &'static str,
    to_json: impl Fn(T) -> Value,
) -> Option<()> {
    let need = Need::NotNull("and it is not known whether Intercom clears this field");
    let value = input.read::<T>(name, need)?.value();
    body.set_some(name, value.map(to_json));
    Some(())
}

/// Intercom's maximum monthly spend.
const MAX_SPEND: u64 = 2_147_483_647;

fn check_spend(input: &mut InputReader<'_>, body: &Body) {
    let spend = body.get("monthly_spend").and_then(Value::as_u64);
    if spend.is_some_and(|spend| spend > MAX_SPEND) {
        let problem = format!("is more than {MAX_SPEND}, Intercom's maximum");
        input.note(
            "monthly_spend",
            InputError::new(problem, "give it in a larger unit"),
        );
    }
}
