//! Custom Action: any request to Intercom's API, and to nowhere else.

mod headers;
mod path;

use super::{Action, JsonObject, Output};
use crate::api::{Advice, Answer, Client, Method, Query, Request, Settings, Token};
use crate::input::{
    Fields, Form, FromInput, Given, Problem, Record, Resolve, Text, list_names, shown,
};
use crate::world::custom::{
    self, CustomActionInput, CustomActionOutput, QueryParameter, ResponseHeader,
};
use crate::world::types::ActionError;
use headers::Header;
use path::ApiPath;
use serde_json::Value;

/// A request that the user makes up.
#[derive(Debug)]
pub struct CustomAction {
    request: Request,
}

impl Action for CustomAction {
    const ID: &'static str = "custom-action";
    const ADVICE: Advice = Advice {
        not_found: "Check the path and the ids in it",
        conflict: "Nothing was changed. Correct what it names",
        outcome: "Read what it changes before sending it again",
    };
    type Credentials = Token;
    type Output = CustomActionOutput;

    fn read(fields: &mut Fields<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let method = fields.required::<Method>("method");
        let path = fields.required::<ApiPath>("path");
        let query = fields.list::<Parameter>("query");
        let headers = fields.list::<Header>("headers");
        let body = fields.optional::<Json>("body");

        let (method, ApiPath(path)) = (method?, path?);
        let body = body?.map(|Json(body)| body);
        if body.is_some() && matches!(method, Method::Get | Method::Head) {
            let message = format!("is given, and {} takes none; leave it out", method.name());
            fields.note("body", Problem::new(message));
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
        let answer = client.send(&self.request)?;
        let (status, headers) = (answer.status(), helpful(&answer));
        let body = answer.into_any()?;
        Ok(CustomActionOutput {
            status,
            headers,
            body: body.json,
            notes: body.notes,
        })
    }
}

/// The headers of an answer that help in a workflow; the others are the
/// transport's business.
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

fn helpful(answer: &Answer<'_>) -> Vec<ResponseHeader> {
    HELPFUL
        .into_iter()
        .filter_map(|name| {
            let value = answer.headers().get(name)?.to_owned();
            Some(ResponseHeader {
                name: name.to_owned(),
                value,
            })
        })
        .collect()
}

impl FromInput for Method {
    const EXPECTED: &'static str = "GET, HEAD, POST, PUT, PATCH or DELETE";

    fn from_value(value: Value) -> Result<Self, Problem> {
        let named = |method: &Self| value == method.name();
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            Problem::new(format!(
                "{} is not a method; give {}",
                shown(&value),
                list_names(&names, "or")
            ))
        })
    }
}

/// Any JSON.
#[derive(Debug)]
struct Json(Value);

impl FromInput for Json {
    const EXPECTED: &'static str = "JSON";

    fn read(resolve: Resolve<'_>, written: Value) -> Result<Given<Self>, Problem> {
        Given::parse(resolve.json_input(written)?)
    }

    fn from_value(value: Value) -> Result<Self, Problem> {
        Ok(Self(value))
    }
}

/// One parameter of the query.
#[derive(Debug)]
struct Parameter(String, String);

impl Record for Parameter {
    const EXPECTED: &'static str = "a list such as [{\"name\": \"per_page\", \"value\": \"50\"}]";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let name = fields.required::<Text>("name");
        let value = fields.required::<Text>("value");
        Some(Self(name?.0, value?.0))
    }
}

impl From<CustomActionInput> for Form {
    fn from(input: CustomActionInput) -> Self {
        Form::default()
            .with("method", input.method)
            .with("path", input.path)
            .with_list("query", input.query)
            .with_list("headers", input.headers)
            .with_option("body", input.body)
    }
}

impl From<QueryParameter> for Form {
    fn from(parameter: QueryParameter) -> Self {
        Form::default()
            .with("name", parameter.name)
            .with("value", parameter.value)
    }
}

impl From<custom::Header> for Form {
    fn from(header: custom::Header) -> Self {
        Form::default()
            .with("name", header.name)
            .with("value", header.value)
    }
}

impl Output for CustomActionOutput {
    fn to_json(&self) -> String {
        JsonObject::default()
            .value("status", self.status)
            .list("headers", &self.headers)
            .json("body", &self.body)
            .value("notes", &self.notes)
            .finish()
    }
}

impl Output for ResponseHeader {
    fn to_json(&self) -> String {
        JsonObject::default()
            .value("name", &self.name)
            .value("value", &self.value)
            .finish()
    }
}
