//! What the connector does: each action turns its inputs into requests, and
//! Intercom's answers into a result.
//!
//! [`Action`] is the shape that they share; [`run`] carries one out, and
//! [`plan`] shows what it would send.

pub mod connection;
pub mod contacts;
pub mod custom;
pub mod messages;
mod output;
mod plan;

pub use output::{JsonObject, Output};
pub use plan::plan;

use crate::api::{Advice, Client, Credentials, Secret, Settings, Transport, redact};
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

    /// The inputs that are secrets: no preview shows them, no error repeats
    /// them.
    fn secrets(&self) -> Vec<&Secret> {
        Vec::new()
    }

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
    Ready::<A>::new(form, &surroundings.variables)?.perform(surroundings.transport)
}

/// An action with all that it needs to be carried out.
struct Ready<A: Action> {
    action: A,
    settings: Settings,
    credentials: A::Credentials,
}

impl<A: Action> Ready<A> {
    fn new(form: Form, variables: &[(String, String)]) -> Result<Self, ActionError> {
        let mut problems = Problems::default();
        let credentials = A::Credentials::read(variables, &mut problems);
        let settings = Settings::read(variables, &mut problems);
        let (Some(credentials), Some(settings)) = (credentials, settings) else {
            return Err(problems.into_error(A::ID));
        };
        let mut fields = Fields::new(form, &settings.context);
        let action = A::read(&mut fields, &settings, &credentials);
        let problems = fields.finish();
        match action {
            Some(action) if problems.is_empty() => Ok(Self {
                action,
                settings,
                credentials,
            }),
            _ => Err(problems.into_error(A::ID)),
        }
    }

    fn perform(&self, transport: &mut dyn Transport) -> Result<A::Output, ActionError> {
        let (settings, credentials) = (&self.settings, &self.credentials);
        let mut client = Client::new(A::ID, A::ADVICE, settings, credentials, transport);
        self.action.perform(&mut client).map_err(|error| {
            let mut secrets = self.action.secrets();
            secrets.extend(credentials.secret());
            redact(error, &secrets)
        })
    }
}
