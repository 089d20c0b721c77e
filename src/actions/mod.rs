//! What the connector does: each action turns inputs into requests, and
//! responses into a result.
//!
//! An action is a type that implements [`Action`], in a module of its own. The WIT
//! function `create-contact` of the interface `contacts` is the type
//! `contacts::create_contact::CreateContact`: `build/` relies on that name to write
//! the rest (the action's id, effect and result, its part of `invoke` and of the
//! exports, see [`contract`]).

mod body;
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
mod run;
pub mod search;
pub mod tags;
mod target;
pub mod tickets;

pub use body::Body;
pub use company_ref::{CHECK_COMPANY, CompanyRef, OwnCompanyId};
pub use contact_ref::{CHECK_CONTACT, ContactRef, ExternalKey};
pub use contract::{Contract, FromResponse, Noted, ToJson, WithBody, WriteRow, into_record};
pub use json::JsonObject;
pub use run::{HostContext, environment, prepend, run, run_with};
pub use target::{Target, TargetId};

use crate::api::{Client, Credentials, Hints, Settings};
use crate::input::{InputReader, RawInput};
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
