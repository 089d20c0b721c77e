//! Calls a tool: finds the action, asks the person if necessary, and runs the action in its own
//! sandbox.

use rmcp::model::{CallToolResult, ElicitRequestParams, ElicitResult};
use serde_json::{Map, Value, json};

use super::ask::{self, Choices};
use super::component::{CallError, Component};
use super::exposure::Exposed;
use super::pages::Pages;
use super::result;
use super::tools::{MAX_DESCRIBED, Own, Route, Toolbox};
use connector_host::manifest::{Action, CatalogueQuery, Effect, Field};
use connector_host::schema::{
    Audience, agent_description, agent_result, input_schema, output_schema,
};

/// Data that calls need.
pub(super) struct Calls {
    pub component: Component,
    pub tools: Toolbox,
    pub pages: Pages,
    /// Whether results include the service's whole response.
    pub raw: bool,
}

/// Whether the person can be asked, or was asked.
pub(super) enum Person {
    /// The client cannot ask.
    Absent,
    /// The client can ask.
    Present,
    /// The person was asked about this call.
    Answered(ElicitResult),
}

/// The next step of a call.
pub(super) enum Step {
    /// The call is done.
    Done(CallToolResult),
    /// Ask the person first; then the client calls again.
    Ask(ElicitRequestParams),
}

/// Maximum number of actions in a search result; for more, the agent gives more words.
const MAX_FOUND: usize = 50;

type Input = Map<String, Value>;

impl Calls {
    /// Calls the tool with this name; `None` if there is no such tool.
    pub(super) async fn call(&self, tool: &str, arguments: Input, person: Person) -> Option<Step> {
        let own = match self.tools.route(tool)? {
            Route::Action(action) => return Some(self.act(action, arguments, person).await),
            Route::Own(own) => own,
        };
        Some(match own {
            Own::Catalogue => Step::Done(self.catalogue(&arguments).await),
            Own::Describe => Step::Done(self.describe(&arguments)),
            Own::Preview => Step::Done(self.preview(&arguments).await),
            Own::More => Step::Done(self.more(&arguments)),
            Own::ReadAction | Own::WriteAction => {
                match self
                    .named(&arguments)
                    .and_then(|named| self.fits(own, named))
                {
                    Ok((action, input)) => self.act(action, input, person).await,
                    Err(problem) => Step::Done(result::refused(&problem)),
                }
            }
        })
    }

    /// Runs an action, after asking the person if necessary.
    async fn act(&self, action: &Action, input: Input, person: Person) -> Step {
        let missing = ask::missing(action, &input);
        let input = match person {
            Person::Absent => input,
            Person::Answered(answer) => match ask::completed(input, &missing.fields, answer) {
                Some(input) => input,
                None => return Step::Done(result::declined(&action.id)),
            },
            Person::Present => match self.question(action, &input, missing).await {
                Ok(Some(question)) => return Step::Ask(question),
                Ok(None) => input,
                Err(failed) => return Step::Done(self.failure(action, failed)),
            },
        };
        let invoked = self.component.invoke(&action.id, &input.into()).await;
        Step::Done(match invoked {
            Ok(result) => self.success(action, result),
            Err(failed) => self.failure(action, failed),
        })
    }

    /// The question to the person before this call, if any. A call that would fail is not asked
    /// about.
    async fn question(
        &self,
        action: &Action,
        input: &Input,
        missing: ask::Missing<'_>,
    ) -> Result<Option<ElicitRequestParams>, CallError> {
        let asks_inputs = !missing.fields.is_empty() && !missing.others;
        if !asks_inputs && !ask::needs_confirmation(action) {
            return Ok(None);
        }
        let value = Value::Object(input.clone());
        let mut requests = Vec::new();
        let mut asked = Vec::new();
        if asks_inputs {
            for field in missing.fields {
                asked.push((field, self.choices(field).await));
            }
        } else {
            let previewed = self.component.preview(&action.id, &value).await?;
            let lines = previewed
                .iter()
                .map(|it| format!("{} {}", it.method, it.url));
            requests.extend(lines);
        }
        Ok(ask::form(ask::message(action, &requests, &value), &asked))
    }

    /// The values to choose from; empty if they cannot be listed.
    async fn choices(&self, field: &Field) -> Choices {
        let source = field.choices.as_ref();
        let lists = source.and_then(|it| Some((it, self.tools.exposed.action(&it.action)?)));
        let Some((source, lists)) = lists.filter(|(_, lists)| lists.effect == Effect::Read) else {
            return Choices::new();
        };
        match self.component.invoke(&lists.id, &source.input).await {
            Ok(result) => ask::choices(field, &result),
            Err(_) => Choices::new(),
        }
    }

    fn success(&self, action: &Action, result: Value) -> CallToolResult {
        let result = agent_result(action, result, self.raw);
        result::success(self.pages.cut(result, |key| goes_on(action, key)))
    }

    fn failure(&self, action: &Action, failed: CallError) -> CallToolResult {
        result::failure(&action.id, failed, action.effect == Effect::Read)
    }

    /// The actions of a query that are not tools, or their groups.
    async fn catalogue(&self, arguments: &Input) -> CallToolResult {
        let query = CatalogueQuery {
            words: text(arguments, "words").unwrap_or_default().to_owned(),
            group: text(arguments, "group").map(str::to_owned),
            effect: None,
        };
        let is_whole = query == CatalogueQuery::default();
        let found = match self.component.find(query).await {
            Ok(found) => found,
            Err(failed) => return result::failure("catalogue", failed.into(), true),
        };
        let offered = found.iter().filter_map(|id| self.tools.exposed.action(id));
        let offered: Vec<&Action> = offered.collect();
        if is_whole {
            return result::success(groups(&offered));
        }
        let listed = offered.iter().take(MAX_FOUND);
        let listed = listed.map(|action| summary(&self.tools.exposed, action));
        let listed: Vec<Value> = listed.collect();
        let cut = offered.len().saturating_sub(listed.len());
        let mut result = json!({ "actions": listed });
        if let Some(object) = result.as_object_mut().filter(|_| cut > 0) {
            let note = format!("{cut} more; give more words");
            object.insert("note".to_owned(), json!(note));
        }
        result::success(result)
    }

    fn describe(&self, arguments: &Input) -> CallToolResult {
        let ids = arguments.get("actions").and_then(Value::as_array);
        let ids = ids.into_iter().flatten().filter_map(Value::as_str);
        let ids: Vec<&str> = ids.take(MAX_DESCRIBED).collect();
        if ids.is_empty() {
            return result::refused("actions: is missing; give a list of ids");
        }
        let mut described = Vec::new();
        for id in ids {
            match self.tools.exposed.action(id) {
                Some(action) => described.push(whole(action)),
                None => return result::refused(&self.tools.exposed.refusal(id)),
            }
        }
        result::success(json!({ "actions": described }))
    }

    async fn preview(&self, arguments: &Input) -> CallToolResult {
        let (action, input) = match self.named(arguments) {
            Ok(named) => named,
            Err(problem) => return result::refused(&problem),
        };
        match self.component.preview(&action.id, &input.into()).await {
            Err(failed) => result::failure(&action.id, failed, true),
            Ok(requests) => {
                let requests = requests.into_iter().map(|request| {
                    let headers = request.headers.into_iter();
                    let headers = headers.map(|header| (header.name, header.value.into()));
                    json!({
                        "method": request.method,
                        "url": request.url,
                        "headers": headers.collect::<Input>(),
                        "body": request.body,
                    })
                });
                result::success(json!({ "requests": requests.collect::<Vec<_>>() }))
            }
        }
    }

    fn more(&self, arguments: &Input) -> CallToolResult {
        let cursor = text(arguments, "cursor").unwrap_or_default();
        match self.pages.rest(cursor) {
            Some(rest) => result::success(rest),
            None => result::refused("cursor: has expired; call the action again"),
        }
    }

    /// Refuses an action whose effect does not fit the tool: a client may allow all calls of the
    /// read-only tool.
    fn fits<'a>(
        &self,
        own: Own,
        (action, input): (&'a Action, Input),
    ) -> Result<(&'a Action, Input), String> {
        let (does, fitting) = match action.effect {
            Effect::Read => ("nothing", Own::ReadAction),
            Effect::WriteIdempotent | Effect::WriteOnce => ("something", Own::WriteAction),
        };
        if own == fitting {
            return Ok((action, input));
        }
        let tool = self.tools.name(fitting.name());
        Err(format!("action: {} changes {does}; call {tool}", action.id))
    }

    /// The action and the input in the arguments.
    fn named(&self, arguments: &Input) -> Result<(&Action, Input), String> {
        let id = text(arguments, "action").unwrap_or_default();
        let action = self.tools.exposed.action(id);
        let action = action.ok_or_else(|| self.tools.exposed.refusal(id))?;
        match arguments.get("input") {
            Some(Value::Object(input)) => Ok((action, input.clone())),
            None | Some(Value::Null) => Ok((action, Input::new())),
            Some(_) => Err("input: is not an object; give the action's inputs by name".to_owned()),
        }
    }
}

fn text<'a>(arguments: &'a Input, key: &str) -> Option<&'a str> {
    arguments.get(key).and_then(Value::as_str)
}

/// Whether an output is a cursor or the like, which continues a list.
fn goes_on(action: &Action, key: &str) -> bool {
    let mut outputs = action.outputs.iter();
    let is_pagination = |field: &Field| field.format.as_deref() == Some("pagination");
    let is_input = action.inputs.iter().any(|input| input.name == key);
    is_input || outputs.any(|output| output.name == key && is_pagination(output))
}

/// The number of actions in each group.
fn groups(actions: &[&Action]) -> Value {
    let mut groups = Input::new();
    for action in actions {
        let count = groups.get(&action.group).and_then(Value::as_u64);
        groups.insert(action.group.clone(), json!(count.unwrap_or_default() + 1));
    }
    json!({ "groups": groups })
}

/// An action in a list.
fn summary(exposed: &Exposed, action: &Action) -> Value {
    let mut summary = json!({
        "id": action.id,
        "description": agent_description(action),
        "effect": action.effect,
    });
    let is_tool = exposed.tools.iter().any(|tool| tool.id == action.id);
    if let Some(object) = summary.as_object_mut().filter(|_| is_tool) {
        object.insert("is_tool".to_owned(), json!(true));
    }
    summary
}

/// The full description of an action for a caller.
fn whole(action: &Action) -> Value {
    json!({
        "id": action.id,
        "effect": action.effect,
        "destructive": action.destructive,
        "permissions": action.permissions,
        "input": input_schema(action, Audience::Agent),
        "output": output_schema(action, Audience::Agent),
    })
}
