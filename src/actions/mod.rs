//! What the connector does: each action turns its inputs into requests, and
//! Intercom's answers into a result.
//!
//! [`Action`] is the shape that they share; [`run`] carries one out.

pub mod connection;
pub mod contacts;
pub mod custom;
pub mod messages;
mod output;

pub use output::{JsonObject, Output};

use crate::api::{Advice, Client, Clock, Credentials, Settings, Transport};
use crate::input::{Fields, Form, Problems};
use crate::world::types::ActionError;

/// One action, its inputs already read.
pub trait Action: Sized {
    /// The action's id, as `invoke` takes it.
    const ID: &'static str;

    /// What a person can do about its refusals.
    const ADVICE: Advice;

    /// What it proves its right with; no other is read.
    type Credentials: Credentials;

    /// What it answers with.
    type Output: Output;

    /// Reads the inputs; none where a problem was noted.
    fn read(
        fields: &mut Fields<'_>,
        settings: &Settings,
        credentials: &Self::Credentials,
    ) -> Option<Self>;

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
    /// What its waits and its time are measured by.
    pub clock: &'a mut dyn Clock,
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
    let Surroundings {
        variables,
        transport,
        clock,
    } = surroundings;
    let (settings, credentials) = environment::<A::Credentials>(A::ID, variables)?;
    let action = read::<A>(form, &settings, &credentials)?;
    let mut client = Client::new(A::ID, A::ADVICE, &settings, &credentials, transport, clock);
    let mut performed = action.perform(&mut client);
    if let Err(error) = &mut performed {
        client.redact(error);
    }
    performed
}

fn environment<C: Credentials>(
    action: &str,
    variables: Vec<(String, String)>,
) -> Result<(Settings, C), ActionError> {
    let mut problems = Problems::default();
    let credentials = C::read(&variables, &mut problems);
    let settings = Settings::read(&variables, &mut problems);
    settings
        .zip(credentials)
        .ok_or_else(|| problems.into_error(action))
}

fn read<A: Action>(
    form: Form,
    settings: &Settings,
    credentials: &A::Credentials,
) -> Result<A, ActionError> {
    let mut fields = Fields::new(form, &settings.context);
    let action = A::read(&mut fields, settings, credentials);
    let problems = fields.finish();
    match action {
        Some(action) if problems.is_empty() => Ok(action),
        _ => Err(problems.into_error(A::ID)),
    }
}
