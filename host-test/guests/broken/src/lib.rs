//! A connector that keeps the contract but for one clause. The variable `BREAKS` says
//! which one, so that the tests of `host-test conform` build it once for all faults.

mod define;
mod events;
mod fault;
mod input;
mod offer;
mod request;
mod respond;

use exports::workflow::plugin::plugin::*;
use exports::workflow::plugin::types::{ActionError, InputProblem};

wit_bindgen::generate!({
    path: "../../../wit/deps/workflow-plugin",
    inline: "package broken:connector;
        world connector {
            export workflow:plugin/types@0.2.0;
            export workflow:plugin/plugin@0.2.0;
            export workflow:plugin/triggers@0.2.0;
        }",
});

struct Broken;
export!(Broken);

impl Guest for Broken {
    fn manifest() -> ConnectorManifest {
        let mut manifest = offer::manifest();
        fault::in_manifest(&mut manifest);
        define::in_manifest(&mut manifest);
        manifest
    }

    fn catalogue(query: CatalogueQuery) -> Vec<ActionSummary> {
        let mut actions: Vec<_> = Self::manifest().actions.into_iter().map(summary).collect();
        fault::in_catalogue(&mut actions);
        if fault::is("3.2-phrase") {
            actions.retain(|action| action.title.contains(&query.words));
        }
        actions.retain(|action| is_selected(&query, action));
        actions
    }

    fn describe(ids: Vec<String>) -> Vec<Action> {
        let actions = Self::manifest().actions;
        let found = ids.iter().filter_map(|id| {
            let known = actions.iter().find(|action| action.id == *id);
            known.or(actions.first().filter(|_| fault::is("3.3-unknown")))
        });
        let mut found: Vec<Action> = found.cloned().collect();
        fault::in_descriptions(&mut found);
        found
    }

    fn problems() -> Vec<InputProblem> {
        let problem = respond::problem("BROKEN_REGION", "is not set");
        let regions = fault::is("2.12").then_some(problem).into_iter();
        regions.chain(define::problem()).collect()
    }

    fn preview_defined(
        document: String,
        action: String,
        _: String,
    ) -> Result<Vec<HttpRequest>, ActionError> {
        let request = define::request(&document, &action, request::REDACTED)?;
        if fault::is("7.3-sends") {
            let _ = request::send(&Some(request.clone()));
        }
        let mut shown = request::shown(request);
        fault::in_defined(&mut shown);
        Ok(vec![shown])
    }

    fn invoke_defined(document: String, action: String, _: String) -> Result<String, ActionError> {
        let token = request::variable(offer::TOKEN).unwrap_or_default();
        let request = define::request(&document, &action, &token)?;
        respond::result(&action, &request, &token)
    }

    fn preview(action: String, input: String) -> Result<Vec<HttpRequest>, ActionError> {
        if let Some(document) = define::of_environment(&action) {
            let mut shown = Self::preview_defined(document, action, input)?;
            if fault::is("7.2-preview") {
                shown.clear();
            }
            return Ok(shown);
        }
        let input = input::read(&action, &input, input::Caller::Preview)?;
        if fault::is("5.1-sends") {
            let _ = request::send(&request::of(&action, &input, "none"));
        }
        let needed = offer::needed(&action).filter(|name| *name == offer::TOKEN);
        let token = needed.and_then(request::variable);
        if fault::is("5.1-needs") && needed.is_some() && token.is_none() {
            return Err(respond::not_set(offer::TOKEN));
        }
        let token = token.filter(|_| fault::is("5.1-shows"));
        let token = token.unwrap_or_else(|| request::REDACTED.to_owned());
        let mut shown: Vec<_> = request::of(&action, &input, &token)
            .into_iter()
            .map(request::shown)
            .collect();
        fault::in_preview(&mut shown);
        Ok(shown)
    }

    fn invoke(action: String, input: String) -> Result<String, ActionError> {
        if let Some(document) = define::of_environment(&action) {
            let result = Self::invoke_defined(document, action, input);
            return result.map(|result| match fault::is("7.2-invoke") {
                true => r#"{"id": "7"}"#.to_owned(),
                false => result,
            });
        }
        let input = input::read(&action, &input, input::Caller::Invoke)?;
        let needed = offer::needed(&action);
        let value =
            needed.map(|name| request::variable(name).ok_or_else(|| respond::not_set(name)));
        let token = value.transpose()?.unwrap_or_default();
        match request::of(&action, &input, &token) {
            None => Ok(r#"{"url": "https://things.example/authorize"}"#.to_owned()),
            Some(request) => respond::result(&action, &request, &token),
        }
    }
}

fn is_selected(query: &CatalogueQuery, action: &ActionSummary) -> bool {
    let holds = |word: &str| action.title.contains(word) || action.group.contains(word);
    let (words, group, effect) = (&query.words, &query.group, query.effect);
    (words.split_whitespace().all(holds) || fault::is("3.2-words"))
        && (group.as_ref().is_none_or(|group| *group == action.group) || fault::is("3.2-group"))
        && (effect.is_none_or(|effect| effect == action.effect) || fault::is("3.2-effect"))
}

fn summary(action: Action) -> ActionSummary {
    ActionSummary {
        id: action.id,
        title: action.title,
        description: action.description,
        group: action.group,
        effect: action.effect,
        destructive: action.destructive,
    }
}
