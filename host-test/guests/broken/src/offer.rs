//! What the connector offers, without a fault: a service of things.

use crate::define;
use crate::exports::workflow::plugin::plugin::*;

pub const HOST: &str = "things.example";
pub const TOKEN: &str = "BROKEN_TOKEN";
pub const CLIENT_SECRET: &str = "BROKEN_CLIENT_SECRET";
pub const REGION: &str = "BROKEN_REGION";

/// The variable that an action needs.
pub fn needed(action: &str) -> Option<&'static str> {
    match action {
        "authorize-url" => None,
        "exchange-code" => Some(CLIENT_SECRET),
        _ => Some(TOKEN),
    }
}

pub fn manifest() -> ConnectorManifest {
    ConnectorManifest {
        name: "broken".into(),
        title: "Broken".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        api_version: "1".into(),
        summary: "Keeps things.".into(),
        docs_url: None,
        hosts: vec![HOST.into()],
        variables: vec![
            variable(TOKEN, true, None),
            variable(CLIENT_SECRET, true, None),
            variable(REGION, false, Some("us")),
            variable(define::ACTIONS, false, None),
        ],
        auth: Some(Auth {
            token: TOKEN.into(),
            test: Some("list-things".into()),
            oauth: Some(Oauth {
                authorize: "authorize-url".into(),
                exchange: "exchange-code".into(),
            }),
        }),
        signature: Some(Signature {
            header: "x-signature".into(),
            prefix: String::new(),
            algorithm: SignatureAlgorithm::HmacSha256,
            encoding: SignatureEncoding::Hex,
            variable: CLIENT_SECRET.into(),
        }),
        actions: vec![
            list_things(),
            get_thing(),
            create_thing(),
            rename_thing(),
            authorize_url(),
            exchange_code(),
        ],
        triggers: vec![trigger()],
    }
}

fn list_things() -> Action {
    let outputs = vec![
        Field {
            type_: FieldType::RecordList,
            ..field("things")
        },
        field("things[].id"),
        field("things[].name"),
    ];
    action("list-things", Effect::Read, vec![field("search")], outputs)
}

fn get_thing() -> Action {
    let choices = Choices {
        action: "list-things".into(),
        input: "{}".into(),
        rows: "things".into(),
        value: "id".into(),
        label: "name".into(),
        search: Some("search".into()),
    };
    let id = Field {
        choices: Some(choices),
        ..required(id())
    };
    action("get-thing", Effect::Read, vec![id], thing())
}

fn create_thing() -> Action {
    let is_painted = || Condition {
        field: "kind".into(),
        values: vec!["painted".into()],
    };
    let kind = Field {
        allowed: vec!["plain".into(), "painted".into()],
        ..required(field("kind"))
    };
    let color = Field {
        required: Requirement::When(is_painted()),
        applies_when: Some(is_painted()),
        ..field("color")
    };
    let count = Field {
        type_: FieldType::Integer,
        example: Some("2".into()),
        default_value: Some("1".into()),
        ..field("count")
    };
    let inputs = vec![required(field("name")), kind, color, count];
    action("create-thing", Effect::WriteOnce, inputs, thing())
}

fn rename_thing() -> Action {
    let inputs = vec![required(id()), required(field("name"))];
    action("rename-thing", Effect::WriteIdempotent, inputs, thing())
}

fn authorize_url() -> Action {
    let url = Field {
        format: Some("url".into()),
        ..field("url")
    };
    let redirect = Field {
        example: Some(r#""https://example.com/back""#.into()),
        format: Some("url".into()),
        ..field("redirect_uri")
    };
    let inputs = vec![required(field("state")), redirect];
    action("authorize-url", Effect::Read, inputs, vec![url])
}

fn exchange_code() -> Action {
    let secret = |name: &str| Field {
        format: Some("secret".into()),
        ..field(name)
    };
    let inputs = vec![required(secret("code"))];
    let outputs = vec![secret("access_token")];
    action("exchange-code", Effect::WriteOnce, inputs, outputs)
}

fn trigger() -> Trigger {
    Trigger {
        id: "thing-made".into(),
        title: "Thing made".into(),
        description: None,
        group: "Things".into(),
        sources: TriggerSources::WEBHOOK,
        topics: vec!["thing.made".into()],
        setup: None,
        variables: vec![],
        permissions: vec![],
        inputs: vec![],
        outputs: thing(),
        sample: r#"{"id": "7", "name": "a"}"#.into(),
    }
}

fn thing() -> Vec<Field> {
    vec![id(), field("name")]
}

/// An action by its id.
pub fn action(id: &str, effect: Effect, inputs: Vec<Field>, outputs: Vec<Field>) -> Action {
    Action {
        id: id.into(),
        title: id.into(),
        description: None,
        group: if needed(id) == Some(TOKEN) {
            "Things"
        } else {
            "Connection"
        }
        .into(),
        effect,
        destructive: false,
        variables: needed(id).into_iter().map(String::from).collect(),
        permissions: vec![],
        inputs,
        outputs,
    }
}

fn id() -> Field {
    Field {
        format: Some("id".into()),
        example: Some(r#""7""#.into()),
        ..field("id")
    }
}

fn required(field: Field) -> Field {
    Field {
        required: Requirement::Always,
        ..field
    }
}

/// A text that may be left out.
fn field(name: &str) -> Field {
    Field {
        name: name.into(),
        title: name.into(),
        description: None,
        type_: FieldType::Text,
        also: JsonTypes::empty(),
        format: None,
        required: Requirement::Optional,
        applies_when: None,
        templated: false,
        default_value: None,
        example: None,
        allowed: vec![],
        choices: None,
        lines: 1,
        advanced: false,
    }
}

fn variable(name: &str, secret: bool, default: Option<&str>) -> Variable {
    Variable {
        name: name.into(),
        description: name.into(),
        secret,
        default_value: default.map(String::from),
    }
}
