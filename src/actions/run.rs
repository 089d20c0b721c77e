//! Runs an action. What does not depend on its type is compiled once.

use super::{Action, Noted};
use crate::api::{Client, Clock, Credentials, Effect, Hints, Settings, Transport};
use crate::input::{InputErrors, InputReader, Notes, RawInput};
use crate::world::types::ActionError;

/// What the host gives an action besides its input.
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
/// Every error, as the engine gets it. Errors of all variables, or of all inputs, are reported
/// together.
pub fn run<A: Action>(input: RawInput, host: HostContext<'_>) -> Result<A::Output, ActionError> {
    run_with(input, host, |action: &A, client, notes| {
        let mut output = action.perform(client)?;
        prepend(notes, output.notes());
        Ok(output)
    })
}

/// Sends an action's requests. The notes are on its inputs.
pub type Perform<A, T> = fn(&A, &mut Client<'_>, Vec<String>) -> Result<T, ActionError>;

/// Runs an action by `perform`.
///
/// # Errors
/// As for [`run`].
pub fn run_with<A: Action, T>(
    input: RawInput,
    host: HostContext<'_>,
    perform: Perform<A, T>,
) -> Result<T, ActionError> {
    let mut call = Call {
        perform,
        action: None,
        result: None,
    };
    let about = About {
        id: A::ID,
        effect: A::EFFECT,
        hints: A::HINTS,
    };
    take_steps(about, &mut call, input, host)?;
    call.result.ok_or(ActionError::ExecutionFailed)
}

/// What an action says about itself.
struct About {
    id: &'static str,
    effect: Effect,
    hints: Hints,
}

/// The steps of a call that depend on the action's type.
trait Steps<C> {
    /// Reads the inputs. `None` if an error was noted.
    fn read(
        &mut self,
        input: &mut InputReader<'_>,
        settings: &Settings,
        credentials: &C,
    ) -> Option<()>;

    /// Sends the requests. `notes` are on the inputs.
    fn perform(&mut self, client: &mut Client<'_>, notes: Vec<String>) -> Result<(), ActionError>;
}

/// A call of an action: its inputs once they are read, then its result.
struct Call<A, T> {
    perform: Perform<A, T>,
    action: Option<A>,
    result: Option<T>,
}

impl<A: Action, T> Steps<A::Credentials> for Call<A, T> {
    fn read(
        &mut self,
        input: &mut InputReader<'_>,
        settings: &Settings,
        credentials: &A::Credentials,
    ) -> Option<()> {
        self.action = Some(A::read(input, settings, credentials)?);
        Some(())
    }

    fn perform(&mut self, client: &mut Client<'_>, notes: Vec<String>) -> Result<(), ActionError> {
        if let Some(action) = &self.action {
            self.result = Some((self.perform)(action, client, notes)?);
        }
        Ok(())
    }
}

fn take_steps<C: Credentials>(
    about: About,
    steps: &mut dyn Steps<C>,
    input: RawInput,
    host: HostContext<'_>,
) -> Result<(), ActionError> {
    let About { id, effect, hints } = about;
    let HostContext {
        variables,
        transport,
        clock,
    } = host;
    let (settings, credentials) = environment::<C>(id, variables)?;
    let noted = Notes::default();
    let mut reader = InputReader::new(input, &settings.context, &noted);
    let is_read = steps.read(&mut reader, &settings, &credentials).is_some();
    let (errors, notes) = reader.finish();
    if !is_read || !errors.is_empty() {
        return Err(errors.into_error(id));
    }
    let mut client = Client::new(id, effect, hints, &settings, &credentials, transport, clock);
    let mut performed = steps.perform(&mut client, notes);
    if let Err(error) = &mut performed {
        client.redact(error);
    }
    performed
}

/// Adds notes before others.
pub fn prepend(mut first: Vec<String>, notes: &mut Vec<String>) {
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
