//! Which tools are listed, and what their hints and schemas say.

use std::collections::BTreeMap;

use connector::mcp::{ALL_DESTRUCTIVE, Rules};
use rmcp::model::{ProtocolVersion, Tool};
use serde_json::{Value, json};

use super::{Client, call, ids, offline, structured, text};

async fn listed(rules: &Rules) -> BTreeMap<String, Tool> {
    let client = Client::new(ProtocolVersion::V_2026_07_28)
        .connect(offline(rules).await)
        .await;
    let tools = client.list_all_tools().await.unwrap();
    let named = tools.into_iter().map(|tool| (tool.name.to_string(), tool));
    named.collect()
}

#[tokio::test]
async fn every_version_of_the_protocol_lists_and_calls() {
    let server = offline(&Rules::default()).await;
    for version in ProtocolVersion::KNOWN_VERSIONS {
        let client = Client::new(version.clone()).connect(server.clone()).await;
        let about = client.peer_info().unwrap();
        assert_eq!(about.protocol_version, *version);
        assert_eq!(about.server_info.as_ref().unwrap().name, "intercom");
        assert!(
            about
                .instructions
                .as_ref()
                .unwrap()
                .contains("outcome-unknown")
        );
        let tools = client.list_all_tools().await.unwrap();
        assert!(tools.len() > 10, "{version}: {}", tools.len());
        let input = json!({ "role": "boss" });
        let refused = call(&client, "create-contact", input).await;
        assert_eq!(refused.is_error, Some(true), "{version}");
        assert!(text(&refused).contains("role: \"boss\" is not a role"));
        let facts = &structured(&refused)["error"];
        assert_eq!(facts["reason"], "invalid-input");
        assert_eq!(facts["retryable"], false);
        let unknown = client.call_tool(super::request("nothing", json!({}))).await;
        assert!(unknown.unwrap_err().to_string().contains("is not a tool"));
    }
}

#[tokio::test]
async fn the_default_list_is_short_and_the_same_each_time() {
    let client = Client::new(ProtocolVersion::V_2026_07_28);
    let client = client.connect(offline(&Rules::default()).await).await;
    let tools = client.list_tools(None).await.unwrap();
    let bytes = serde_json::to_string(&tools).unwrap().len();
    println!("{} tools, {bytes} bytes", tools.tools.len());
    assert!(bytes < 24 * 1024, "{bytes}");
    assert!(tools.ttl_ms > Some(0));
    assert_eq!(client.list_tools(None).await.unwrap().tools, tools.tools);
}

#[tokio::test]
async fn nothing_that_deletes_or_has_an_apps_secret_is_offered_unasked() {
    let default = listed(&Rules::default()).await;
    for withheld in ["custom-action", "authorize-url", "exchange-code"] {
        assert!(!default.contains_key(withheld), "{withheld}");
    }
    let allowed = listed(&Rules {
        allow: ids(&[ALL_DESTRUCTIVE]),
        only: ids(&["custom-action", "delete-contact"]),
        ..Rules::default()
    })
    .await;
    assert!(allowed.contains_key("custom-action") && allowed.contains_key("delete-contact"));
    let read_only = listed(&Rules {
        read_only: true,
        ..Rules::default()
    })
    .await;
    let hints = read_only
        .values()
        .map(|tool| tool.annotations.as_ref().unwrap());
    assert!(
        hints
            .into_iter()
            .all(|hints| hints.read_only_hint == Some(true))
    );
    assert!(read_only.contains_key("search-contacts"));
}

#[tokio::test]
async fn the_rules_hold_for_the_catalogue_too() {
    let rules = Rules {
        except: ids(&["list-tags"]),
        ..Rules::default()
    };
    let client = Client::new(ProtocolVersion::V_2025_11_25)
        .connect(offline(&rules).await)
        .await;
    let input = |id: &str| json!({ "action": id, "input": {} });
    for (tool, id, expected) in [
        ("write-action", "delete-contact", "is not offered"),
        ("read-action", "list-tags", "is not offered"),
        (
            "read-action",
            "tag-article",
            "changes something; call write-action",
        ),
        (
            "write-action",
            "list-contact-tags",
            "changes nothing; call read-action",
        ),
        ("write-action", "exchange-code", "an app's secret"),
        ("preview", "exchange-code", "an app's secret"),
        ("preview", "delete-contact", "is not offered"),
        ("read-action", "lsit-tags", "search the catalogue"),
    ] {
        let refused = call(&client, tool, input(id)).await;
        assert_eq!(refused.is_error, Some(true), "{tool} {id}");
        assert!(text(&refused).contains(expected), "{}", text(&refused));
    }
    let refused = call(
        &client,
        "describe",
        json!({ "actions": ["delete-contact"] }),
    )
    .await;
    assert!(text(&refused).contains("is not offered"));
    let found = call(&client, "catalogue", json!({ "words": "tag" })).await;
    let found = structured(&found)["actions"].as_array().unwrap().clone();
    let found: Vec<&str> = found.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(found.contains(&"create-tag"), "{found:?}");
    assert!(
        !found.contains(&"delete-tag") && !found.contains(&"list-tags"),
        "{found:?}"
    );
}

#[tokio::test]
async fn only_makes_tools_of_any_action() {
    let only = listed(&Rules {
        only: ids(&["search-contacts", "list-contact-tags"]),
        ..Rules::default()
    })
    .await;
    let names: Vec<&str> = only.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["list-contact-tags", "more", "preview", "search-contacts"]
    );
}

#[tokio::test]
async fn hints_follow_the_effect() {
    let tools = listed(&Rules {
        allow: ids(&["custom-action"]),
        only: ids(&[
            "search-contacts",
            "create-contact",
            "update-contact",
            "custom-action",
        ]),
        ..Rules::default()
    })
    .await;
    let hints = |name: &str| {
        let hints = tools[name].annotations.clone().unwrap();
        json!([
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint
        ])
    };
    assert_eq!(hints("search-contacts"), json!([true, null, null]));
    assert_eq!(hints("create-contact"), json!([false, false, null]));
    assert_eq!(hints("update-contact"), json!([false, true, true]));
    assert_eq!(hints("custom-action"), json!([false, true, null]));
    assert_eq!(hints("preview"), json!([true, null, null]));
}

#[tokio::test]
async fn schemas_are_typed_and_have_no_lists_of_types() {
    for (name, tool) in listed(&Rules::default()).await {
        let input = Value::Object(tool.input_schema.as_ref().clone());
        assert_typed(&input, &name);
        if let Some(output) = &tool.output_schema {
            assert_typed(&Value::Object(output.as_ref().clone()), &name);
        }
    }
}

fn assert_typed(schema: &Value, name: &str) {
    if let Some(forms) = schema["anyOf"].as_array() {
        return forms.iter().for_each(|form| assert_typed(form, name));
    }
    assert!(schema["type"].is_string(), "{name}: {schema}");
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.for_each(|(key, property)| assert_typed(property, &format!("{name}.{key}")));
}

#[tokio::test]
async fn pages_and_the_skill_are_there_to_read() {
    let client = Client::new(ProtocolVersion::V_2026_07_28);
    let client = client.connect(offline(&Rules::default()).await).await;
    let uris: Vec<String> = client
        .list_all_resources()
        .await
        .unwrap()
        .into_iter()
        .map(|resource| resource.uri)
        .collect();
    assert_eq!(
        uris,
        [
            "connector://intercom/reference.md",
            "skill://intercom/SKILL.md"
        ]
    );
    let skills = client.list_all_skills().await.unwrap();
    assert_eq!(skills[0].uri, uris[1]);
    let params = rmcp::model::ReadResourceRequestParams::new(uris[1].as_str());
    let read = client.read_resource(params).await.unwrap();
    let read = serde_json::to_value(&read.contents[0]).unwrap();
    let text = read["text"].as_str().unwrap();
    assert!(text.starts_with("---\nname: intercom\n"), "{text}");
    assert!(
        text.contains("- `search-contacts`: ") && !text.contains("exchange-code"),
        "{text}"
    );
    let rmcp::model::SkillResources::Files(files) = &skills[0].resources else {
        panic!("the skill's files are not listed");
    };
    files[0].verify(text.as_bytes()).unwrap();
    let nothing = rmcp::model::ReadResourceRequestParams::new("connector://intercom/nothing");
    assert!(client.read_resource(nothing).await.is_err());
}
