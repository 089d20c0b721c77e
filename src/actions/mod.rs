//! What the connector does: each action turns its inputs into a request, and
//! Intercom's answer into a result.
//!
//! [`Action`] is the shape that they share; [`run`] carries one out.

pub mod connection;
pub mod contacts;
pub mod custom;
pub mod messages;
mod output;

pub use output::{JsonObject, Output};

use crate::api::{Advice, Client, Request, Settings, Transport, WireRequest, wire};
use crate::input::{Fields, Form};
use crate::world::types::ActionError;

/// One action, its inputs already read.
pub trait Action: Sized {
    /// The action's id, as `invoke` takes it.
    const ID: &'static str;

    /// What a person can do about its refusals.
    const ADVICE: Advice;

    /// What it answers with.
    type Output: Output;

    /// Reads the inputs; none where a problem was noted.
    fn read(fields: &mut Fields<'_>, settings: &Settings) -> Option<Self>;

    /// The request that it sends first.
    fn request(&self) -> Request;

    /// Carries it out.
    ///
    /// # Errors
    /// Intercom refused, or no answer came that could be used.
    fn perform(&self, client: &mut Client<'_>) -> Result<Self::Output, ActionError>;
}

/// What an action needs from outside of its inputs.
pub struct Surroundings<'a> {
    /// The environment variables, by name and value.
    pub variables: Vec<(String, String)>,
    /// What carries its requests.
    pub transport: &'a mut dyn Transport,
}

/// Runs an action.
///
/// # Errors
/// Everything that can go wrong, as the engine gets it; problems of inputs and
/// of settings are told all at once.
pub fn run<A: Action>(
    form: Form,
    surroundings: Surroundings<'_>,
) -> Result<A::Output, ActionError> {
    let settings = settings::<A>(&surroundings.variables)?;
    let action = read::<A>(form, &settings)?;
    let mut client = Client::new(A::ID, A::ADVICE, &settings, surroundings.transport);
    action.perform(&mut client)
}

/// The request that an action would send first; nothing is sent.
///
/// # Errors
/// Problems of inputs and of settings, as [`run`] tells them.
pub fn plan<A: Action>(
    form: Form,
    variables: &[(String, String)],
) -> Result<WireRequest, ActionError> {
    let settings = settings::<A>(variables)?;
    let action = read::<A>(form, &settings)?;
    Ok(wire(&action.request(), &settings))
}

fn settings<A: Action>(variables: &[(String, String)]) -> Result<Settings, ActionError> {
    Settings::read(variables).map_err(|problems| problems.into_error(A::ID))
}

fn read<A: Action>(form: Form, settings: &Settings) -> Result<A, ActionError> {
    let mut fields = Fields::new(form, &settings.context);
    let action = A::read(&mut fields, settings);
    let problems = fields.finish();
    match action {
        Some(action) if problems.is_empty() => Ok(action),
        _ => Err(problems.into_error(A::ID)),
    }
}
