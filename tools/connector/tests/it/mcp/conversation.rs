//! The conversation of `docs/agents.md`, held with the double.

use connector::mcp::Rules;
use host_test::build;
use intercom_double::{IntercomDouble, Options};
use rmcp::model::ProtocolVersion;
use serde_json::{Value, json};

use super::{Client, call, structured, with_double};
use crate::shows;

/// The blocks of code of the conversation, each with its language.
fn blocks() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(build::workspace().join("docs/agents.md")).unwrap();
    let (_, conversation) = page.split_once("## A conversation").unwrap();
    let conversation = conversation.split("\n## ").next().unwrap();
    let mut fences = conversation.split("```").skip(1).step_by(2);
    let mut blocks = Vec::new();
    while let Some((language, text)) = fences.next().and_then(|it| it.split_once('\n')) {
        blocks.push((language.to_owned(), text.trim().to_owned()));
    }
    blocks
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_as_the_page_shows() {
    let options = Options {
        contacts: 3,
        ..Options::default()
    };
    let double = IntercomDouble::start(options).await.unwrap();
    let server = with_double(&double, &Rules::default()).await;
    let person = Client::agreeing(ProtocolVersion::V_2026_07_28, json!({}));
    let client = person.clone().connect(server).await;
    let (mut last, mut calls, mut questions) = (Value::Null, 0, 0);
    for (language, text) in blocks() {
        if language == "text" {
            let asked = person.questions()[questions]["message"].clone();
            let asked = asked
                .as_str()
                .unwrap()
                .replace(&double.url(), "https://api.intercom.io");
            assert_eq!(asked, text);
            questions += 1;
            continue;
        }
        let block: Value = serde_json::from_str(&text).unwrap();
        match (block.get("tool"), block.get("arguments")) {
            (Some(tool), Some(arguments)) => {
                let result = call(&client, tool.as_str().unwrap(), arguments.clone()).await;
                last = structured(&result).clone();
                calls += 1;
            }
            _ => assert!(shows(&block, &last), "{block} is not in {last}"),
        }
    }
    assert_eq!((calls, questions), (4, 2));
    assert_eq!(person.questions().len(), 2);
}
