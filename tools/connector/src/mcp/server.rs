//! The requests of the protocol, in all versions that the SDK supports.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ElicitRequest, ElicitRequestParams, ElicitResult,
    ErrorData, GetSkillRequestParams, GetSkillResult, Implementation, InputRequest, InputRequests,
    InputRequiredResult, JsonObject, ListResourcesResult, ListSkillsResult, ListToolsResult,
    PaginatedRequestParams, ProtocolVersion, ReadResourceRequestParams, ReadResourceResponse,
    ReadResourceResult, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer, ServiceError};
use rmcp::{ServerHandler, ServiceExt};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::ask;
use super::call::{Calls, Person, Step};
use super::component::Component;
use super::pages::Pages;
use super::resources::{Guide, Resources};
use super::skill;
use super::tools::Toolbox;
use connector_host::Manifest;

/// How long a client may cache the lists, in milliseconds. They do not change while the server
/// runs.
const LISTS_LAST_MS: u64 = 60 * 60 * 1000;

/// The key of a call's question.
const QUESTION: &str = "person";

/// A server of one component's actions. A clone is the same server for another client.
#[derive(Clone)]
pub struct Server(Arc<Inner>);

struct Inner {
    config: ServerConfig,
    calls: Calls,
    resources: Resources,
}

impl Server {
    /// Creates a server of `component` with these tools. With `raw`, results include the
    /// service's whole response.
    pub fn new(
        component: Component,
        manifest: &Manifest,
        tools: Toolbox,
        guides: &[Guide],
        raw: bool,
    ) -> Self {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_skills()
            .build();
        let about = Implementation::new(manifest.name.as_str(), manifest.version.as_str())
            .with_title(manifest.title.as_str());
        let config = ServerConfig::new(capabilities)
            .with_server_info(about)
            .with_instructions(skill::instructions(manifest, &tools));
        let resources = Resources::new(manifest, &tools, guides);
        let calls = Calls {
            component,
            tools,
            pages: Pages::default(),
            raw,
        };
        Self(Arc::new(Inner {
            config,
            calls,
            resources,
        }))
    }

    /// Serves the client on standard input and output until it disconnects.
    pub async fn serve_stdio(self) {
        // A client may disconnect before the handshake or at any time. Neither is an error.
        if let Ok(running) = self.serve(rmcp::transport::stdio()).await {
            let _ = running.waiting().await;
        }
    }

    /// Calls a tool, and asks the person as the client's protocol version requires.
    async fn answer(
        &self,
        params: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = params.arguments.clone().unwrap_or_default();
        let is_asked_by_result = context
            .protocol_version()
            .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
        let state = state_of(&params.name, &arguments);
        let person = match answered(&params, &state) {
            Some(answer) => Person::Answered(answer),
            None if ask::can_ask(context.client_capabilities().as_ref()) => Person::Present,
            None => Person::Absent,
        };
        match self.step(&params.name, arguments.clone(), person).await? {
            Step::Done(result) => Ok(result.into()),
            Step::Ask(form) if is_asked_by_result => Ok(input_required(form, state).into()),
            Step::Ask(form) => {
                let answer = context.peer.create_elicitation(form).await;
                let person = match answer {
                    Ok(answer) => Person::Answered(answer),
                    Err(error) => return Err(no_answer(&error)),
                };
                match self.step(&params.name, arguments, person).await? {
                    Step::Done(result) => Ok(result.into()),
                    Step::Ask(_) => Err(ErrorData::internal_error("asked twice", None)),
                }
            }
        }
    }

    async fn step(
        &self,
        tool: &str,
        arguments: JsonObject,
        person: Person,
    ) -> Result<Step, ErrorData> {
        let step = self.0.calls.call(tool, arguments, person).await;
        step.ok_or_else(|| ErrorData::invalid_params(format!("{tool:?} is not a tool"), None))
    }
}

/// Binds a person's response to the call that it is about.
fn state_of(tool: &str, arguments: &JsonObject) -> String {
    let call = json!([tool, arguments]).to_string();
    let digest = Sha256::digest(call.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The person's response in the call, if it is about this call.
fn answered(params: &CallToolRequestParams, state: &str) -> Option<ElicitResult> {
    let is_same = params.request_state.as_deref() == Some(state);
    let answer = params.input_responses.as_ref()?.get(QUESTION)?;
    let answer = is_same.then(|| answer.clone())?;
    serde_json::from_value(answer).ok()
}

fn input_required(form: ElicitRequestParams, state: String) -> InputRequiredResult {
    let question = InputRequest::Elicitation(ElicitRequest::new(form));
    let questions = InputRequests::from([(QUESTION.to_owned(), question)]);
    InputRequiredResult::new(Some(questions), Some(state))
}

fn no_answer(error: &ServiceError) -> ErrorData {
    let message = format!("the person was asked and did not answer ({error}); nothing was sent");
    ErrorData::internal_error(message, None)
}

fn unknown(uri: &str) -> ErrorData {
    ErrorData::resource_not_found(
        format!("{uri} is not a resource"),
        Some(json!({ "uri": uri })),
    )
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        self.0.config.clone()
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = ListToolsResult::with_all_items(self.0.calls.tools.list());
        Ok(tools.with_ttl_ms(LISTS_LAST_MS))
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        tokio::select! {
            answer = self.answer(params, &context) => answer,
            // Dropping the call drops its sandbox and closes its connection.
            () = context.ct.cancelled() => Err(ErrorData::internal_error("cancelled", None)),
        }
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let resources = ListResourcesResult::with_all_items(self.0.resources.list());
        Ok(resources.with_ttl_ms(LISTS_LAST_MS))
    }

    async fn read_resource(
        &self,
        params: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let contents = self.0.resources.read(&params.uri);
        let contents = contents.ok_or_else(|| unknown(&params.uri))?;
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    async fn list_skills(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListSkillsResult, ErrorData> {
        let skill = self.0.resources.skill().clone();
        Ok(ListSkillsResult::with_all_items(vec![skill]))
    }

    async fn get_skill(
        &self,
        params: GetSkillRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetSkillResult, ErrorData> {
        let skill = self.0.resources.skill();
        match skill.uri == params.uri {
            true => Ok(GetSkillResult::new(skill.clone())),
            false => Err(ErrorData::invalid_params(
                format!("{} is not a skill", params.uri),
                None,
            )),
        }
    }
}
