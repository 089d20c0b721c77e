//! `catalogue` and `describe`.

use super::outcome;

#[test]
fn catalogue_lists_actions_below_their_groups() {
    let (status, out, error) = outcome(&["catalogue"]);
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(out.starts_with("Contacts\n  create-contact "), "{out}");
    assert!(out.contains("\n\nTags\n  tag "), "{out}");
    let too_long = out.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_long, None);

    let (_, out, _) = outcome(&["catalogue", "TAG", "snippet"]);
    let ids: Vec<&str> = out
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    assert!(
        ids[0].starts_with("tag-content-snippet    Adds a tag"),
        "{out}"
    );
    assert!(ids[1].starts_with("untag-content-snippet  "), "{out}");

    let (_, out, _) = outcome(&["catalogue", "--group", "tags", "--effect", "read", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ids: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert_eq!(ids, ["list-tags", "get-tag"]);
    assert_eq!(found[0]["effect"], "read");
}

#[test]
fn catalogue_says_why_it_found_nothing() {
    let (status, out, error) = outcome(&["catalogue", "teleport"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(
        error.ends_with("is selected; give fewer or shorter words\n"),
        "{error}"
    );
    let (status, out, error) = outcome(&["catalogue", "--group", "Tag", "--json"]);
    assert_eq!((status, out.as_str()), (1, "[]\n"));
    let start = "--group: \"Tag\" is not a group of this component; give one of Contacts, ";
    assert!(error.starts_with(start), "{error}");
}

#[test]
fn describe_prints_what_an_action_takes() {
    let (status, out, error) = outcome(&["describe", "tag-article", "send-message"]);
    assert_eq!((status, error.as_str()), (0, ""));
    for part in [
        "tag-article: Tag Article (Articles)\n",
        "  effect       write-idempotent: a retry leaves the same result\n",
        "  variables    INTERCOM_ACCESS_TOKEN\n",
        "  article_id  text (id), required\n",
        "    choices: list-choices {\"kind\":\"tags\"} (value value, label label)\n",
        "\nsend-message: Send Message (Messages)\n",
        "  subject  text, required when message_type is email\n",
    ] {
        assert!(out.contains(part), "{part} is not in:\n{out}");
    }

    let (_, out, _) = outcome(&["describe", "send-message", "tag-article", "--json"]);
    let actions: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(actions[0]["id"], "send-message");
    assert_eq!(actions[1]["inputs"][0]["name"], "article_id");
}

#[test]
fn describe_suggests_the_id_that_was_meant() {
    let (status, out, error) = outcome(&["describe", "tag-artcile", "list-tags", "fly"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(
        error,
        "describe: \"tag-artcile\" is not an action of this component; give tag-article\n\
         describe: \"fly\" is not an action of this component; `host-test catalogue` lists the actions\n"
    );
}
