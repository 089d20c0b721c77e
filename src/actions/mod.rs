//! What the connector does: each action turns inputs into requests, and
//! responses into a result.
//!
//! An action is a type that implements [`Action`], in a module of its own. The WIT
//! function `create-contact` of the interface `contacts` is the type
//! `contacts::create_contact::CreateContact`: `build/` relies on that name to write
//! the rest (the action's id, effect and result, its part of `invoke` and of the
//! exports, see [`contract`]).

pub mod choices;
pub mod companies;
mod company_ref;
pub mod connection;
mod contact_ref;
pub mod contacts;
mod contract;
pub mod conversations;
pub mod custom;
mod custom_attributes;
pub mod events;
mod json;
pub mod messages;
pub mod notes;
mod search;
pub mod tags;
mod target;
pub mod tickets;

pub use company_ref::{CHECK_COMPANY, CompanyRef, OwnCompanyId};
pub use contact_ref::{CHECK_CONTACT, ContactRef, ExternalKey};
pub use contract::{Contract, FromResponse, Noted, ToJson, WithBody, into_record};
pub use json::JsonObject;
pub use target::{Target, TargetId};

use crate::api::{Client, Clock, Credentials, Hints, Settings, Transport};
use crate::input::{InputErrors, InputReader, Notes, RawInput};
use crate::world::types::ActionError;

/// One action with its inputs read.
pub trait Action: Contract + Sized {
    /// Hints for errors that depend on the action.
    const HINTS: Hints;

    /// What authorizes it. No other credentials are read.
    type Credentials: Credentials;

    /// Reads the inputs. `None` if an error was noted.
    fn read(
        input: &mut InputReader<'_>,
        settings: &Settings,
        credentials: &Self::Credentials,
    ) -> Option<Self>;

    /// Sends its requests.
    ///
    /// # Errors
    /// Intercom refused, or sent no usable response.
    fn perform(&self, client: &mut Client<'_>) -> Result<Self::Output, ActionError>;

    /// Runs the action for its result as JSON. An action of many rows writes each row as
    /// it is read.
    ///
    /// # Errors
    /// As for [`run`].
    fn run_as_json(input: RawInput, host: HostContext<'_>) -> Result<String, ActionError> {
        run::<Self>(input, host).map(|output| output.to_json())
    }
}

/// What the host gives an action beside its input.
pub struct HostContext<'a> {
    /// The environment variables, by name and value.
    pub variables: Vec<(String, String)>,
    /// Sends the requests.
    pub transport: &'a mut dyn Transport,
    /// Measures the action's time, and waits between retries.
    pub clock: &'a mut dyn Clock,
}

/// Runs an action.
///
/// # Errors
/// Everything that can go wrong, as the engine gets it. Errors of all variables,
/// or of all inputs, are reported together.
pub fn run<A: Action>(input: RawInput, host: HostContext<'_>) -> Result<A::Output, ActionError> {
    run_with::<A, _>(input, host, |action, client, notes| {
        let mut output = action.perform(client)?;
        prepend(notes, output.notes());
        Ok(output)
    })
}

/// Runs an action by `perform`, which gets the notes on the input.
///
/// # Errors
/// As for [`run`].
pub fn run_with<A: Action, T>(
    input: RawInput,
    host: HostContext<'_>,
    perform: impl FnOnce(&A, &mut Client<'_>, Vec<String>) -> Result<T, ActionError>,
) -> Result<T, ActionError> {
    let HostContext {
        variables,
        transport,
        clock,
    } = host;
    let (settings, credentials) = environment::<A::Credentials>(A::ID, variables)?;
    let (action, notes) = read::<A>(input, &settings, &credentials)?;
    let mut client = Client::new(
        A::ID,
        A::EFFECT,
        A::HINTS,
        &settings,
        &credentials,
        transport,
        clock,
    );
    let mut performed = perform(&action, &mut client, notes);
    if let Err(error) = &mut performed {
        client.redact(error);
    }
    performed
}

/// Adds notes before others.
fn prepend(mut first: Vec<String>, notes: &mut Vec<String>) {
    first.append(notes);
    *notes = first;
}

/// The settings and credentials of an action.
///
/// # Errors
/// All variables that can't be used.
pub fn environment<C: Credentials>(
    action: &str,
    variables: Vec<(String, String)>,
) -> Result<(Settings, C), ActionError> {
    let mut errors = InputErrors::default();
    let credentials = C::read(&variables, &mut errors);
    let settings = Settings::read(&variables, &mut errors);
    settings
        .zip(credentials)
        .ok_or_else(|| errors.into_error(action))
}

/// An action, and notes on its inputs.
fn read<A: Action>(
    input: RawInput,
    settings: &Settings,
    credentials: &A::Credentials,
) -> Result<(A, Vec<String>), ActionError> {
    let noted = Notes::default();
    let mut reader = InputReader::new(input, &settings.context, &noted);
    let action = A::read(&mut reader, settings, credentials);
    let (errors, notes) = reader.finish();
    match action {
        Some(action) if errors.is_empty() => Ok((action, notes)),
        _ => Err(errors.into_error(A::ID)),
    }
}
