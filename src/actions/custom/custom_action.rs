//! Custom Action: any request to Intercom's API, and to no other host.

use super::headers::Header;
use super::pairs::{Parameter, list};
use super::path::ApiPath;
use crate::actions::Action;
use crate::api::{
    CORRECT_INPUT, Client, Hints, Method, Query, Request, RequestBody, Settings, SuccessResponse,
    Token,
};
use crate::input::{
    FromInput, InputError, InputReader, Need, Patch, Resolver, Wanted, quoted, unexpected,
};
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
        not_found: "check the path and the ids in it",
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "read the data before you send it again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let method = input.required::<Method>("method");
        let wanted = Wanted {
            need: Need::Value(""),
            expected: ApiPath::EXPECTED,
            free_text: false,
        };
        let path = input.read_with("path", &wanted, ApiPath::read);
        let path = path.and_then(Patch::value);
        let query = list::<Parameter>(input, "query");
        let headers = list::<Header>(input, "headers");
        let body = input.optional::<Json>("body");

        let method = method?;
        let ApiPath { path, query: first } = path?;
        let body = body?.map(|Json(body)| RequestBody::Value(body));
        if body.is_some() && matches!(method, Method::Get | Method::Head) {
            let problem = format!("is given, but {} has no body", method.name());
            input.note("body", InputError::new(problem, "leave it out"));
        }
        let query: Vec<_> = query?
            .into_iter()
            .map(|Parameter(name, value)| (name, value))
            .collect();
        let twice = |(name, _): &&(String, String)| query.iter().any(|(other, _)| other == name);
        if let Some((name, _)) = first.iter().find(twice) {
            let problem = format!("{} is also in the path's query", quoted(name));
            input.note("query", InputError::new(problem, "give it once"));
        }
        let headers = headers?
            .into_iter()
            .map(|Header(name, value)| (name, value))
            .collect();
        let request = Request {
            query: Query(first.into_iter().chain(query).collect()),
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
        let name = allowed::METHOD.find(value.as_str());
        let found = Self::ALL
            .into_iter()
            .find(|method| Some(method.name()) == name);
        found.ok_or_else(|| unexpected::<Self>(&value, "is not a method"))
    }
}

/// Any JSON.
#[derive(Debug)]
struct Json(Value);

impl FromInput for Json {
    const EXPECTED: &'static str = "JSON";
    const FREE_TEXT: bool = true;
    const RESOLVE: Resolver = |resolve, written| resolve.json_input(written);

    fn from_value(value: Value) -> Result<Self, InputError> {
        Ok(Self(value))
    }
}
