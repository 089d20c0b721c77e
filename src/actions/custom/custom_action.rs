//! Custom Action: any request to Intercom's API, and to no other host.

use super::headers::Header;
use super::path::ApiPath;
use crate::actions::Action;
use crate::api::{Client, Hints, Method, Query, Request, Settings, SuccessResponse, Token};
use crate::input::{FromInput, InputError, InputReader, Patch, Record, Resolve, Text, unexpected};
use crate::world::allowed::custom as allowed;
use crate::world::custom::{CustomActionOutput, ResponseHeader};
use crate::world::types::ActionError;
use serde_json::Value;

/// A request that the user defines.
#[derive(Debug)]
pub struct CustomAction {
    request: Request,
}

impl Action for CustomAction {
    const HINTS: Hints = Hints {
        not_found: "Check the path and the ids in it",
        no_effect: "Nothing was changed. ",
        conflict: "Correct what it names",
        outcome: "Read what it changes before sending it again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let method = input.required::<Method>("method");
        let path = input.required::<ApiPath>("path");
        let query = input.list::<Parameter>("query");
        let headers = input.list::<Header>("headers");
        let body = input.optional::<Json>("body");

        let (method, ApiPath(path)) = (method?, path?);
        let body = body?.map(|Json(body)| body);
        if body.is_some() && matches!(method, Method::Get | Method::Head) {
            let message = format!("is given, and {} takes none; leave it out", method.name());
            input.note("body", InputError::new(message));
        }
        let query = query?
            .into_iter()
            .map(|Parameter(name, value)| (name, value))
            .collect();
        let headers = headers?
            .into_iter()
            .map(|Header(name, value)| (name, value))
            .collect();
        let request = Request {
            query: Query(query),
            headers,
            body,
            ..Request::new(method, path)
        };
        Some(Self { request })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<CustomActionOutput, ActionError> {
        let response = client.send(&self.request)?;
        let (status, headers) = (response.status(), helpful(&response));
        let body = response.into_any()?;
        Ok(CustomActionOutput {
            status,
            headers,
            body: body.json,
            notes: body.notes,
        })
    }
}

/// The response headers that help in a workflow.
const HELPFUL: [&str; 9] = [
    "content-type",
    "intercom-version",
    "link",
    "location",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

fn helpful(response: &SuccessResponse<'_>) -> Vec<ResponseHeader> {
    HELPFUL
        .into_iter()
        .filter_map(|name| {
            let value = response.headers().get(name)?.to_owned();
            Some(ResponseHeader {
                name: name.to_owned(),
                value,
            })
        })
        .collect()
}

impl FromInput for Method {
    const EXPECTED: &'static str = allowed::METHOD.listed;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let named = |method: &Self| value == method.name();
        let found = Self::ALL.into_iter().find(named);
        found.ok_or_else(|| unexpected::<Self>(&value, "is not a method"))
    }
}

/// Any JSON.
#[derive(Debug)]
struct Json(Value);

impl FromInput for Json {
    const EXPECTED: &'static str = "JSON";

    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        Patch::parse(resolve.json_input(written)?)
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        Ok(Self(value))
    }
}

/// One parameter of the query.
#[derive(Debug)]
struct Parameter(String, String);

impl Record for Parameter {
    const EXPECTED: &'static str = "a list such as [{\"name\": \"per_page\", \"value\": \"50\"}]";

    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let name = input.required::<Text>("name");
        let value = input.required::<Text>("value");
        Some(Self(name?.0, value?.0))
    }
}
