//! The door: the functions that the world promises, one line each.

use crate::actions::connection::{AuthorizeUrl, ExchangeCode, ListAdmins, TestConnection};
use crate::actions::contacts::{CreateContact, GetContactById, SearchContacts, UpdateContact};
use crate::actions::custom::CustomAction;
use crate::actions::messages::SendMessage;
use crate::actions::{Action, run};
use crate::host::Host;
use crate::input::Form;
use crate::plugin::{invoke, preview};
use crate::world::types::ActionError;
use crate::world::{connection, contacts, custom, messages, plugin};

/// The component.
struct Connector;

// The names that an export has on wasm do not link anywhere else.
#[cfg(target_arch = "wasm32")]
mod abi {
    #![allow(unsafe_code, reason = "generated; the component ABI is made of it")]
    use super::Connector;

    crate::world::export!(Connector with_types_in crate::world);
}

fn call<A: Action>(form: impl Into<Form>) -> Result<A::Output, ActionError> {
    run::<A>(form.into(), Host::default().surroundings())
}

impl plugin::Guest for Connector {
    fn manifest() -> plugin::ConnectorManifest {
        crate::plugin::manifest()
    }

    fn preview(action: String, input: String) -> Result<Vec<plugin::HttpRequest>, ActionError> {
        preview(&action, &input, Host::default().surroundings().variables)
    }

    fn invoke(action: String, input: String) -> Result<String, ActionError> {
        invoke(&action, &input, Host::default().surroundings())
    }
}

impl connection::Guest for Connector {
    fn test_connection() -> Result<connection::Identity, ActionError> {
        call::<TestConnection>(Form::default())
    }

    fn list_admins() -> Result<connection::AdminList, ActionError> {
        call::<ListAdmins>(Form::default())
    }

    fn authorize_url(
        input: connection::AuthorizeUrlInput,
    ) -> Result<connection::AuthorizationPage, ActionError> {
        call::<AuthorizeUrl>(input)
    }

    fn exchange_code(
        input: connection::ExchangeCodeInput,
    ) -> Result<connection::AccessGrant, ActionError> {
        call::<ExchangeCode>(input)
    }
}

impl contacts::Guest for Connector {
    fn create_contact(
        input: contacts::CreateContactInput,
    ) -> Result<contacts::Contact, ActionError> {
        call::<CreateContact>(input)
    }

    fn update_contact(
        input: contacts::UpdateContactInput,
    ) -> Result<contacts::Contact, ActionError> {
        call::<UpdateContact>(input)
    }

    fn get_contact_by_id(
        input: contacts::GetContactByIdInput,
    ) -> Result<contacts::Contact, ActionError> {
        call::<GetContactById>(input)
    }

    fn search_contacts(
        input: contacts::SearchContactsInput,
    ) -> Result<contacts::ContactPage, ActionError> {
        call::<SearchContacts>(input)
    }
}

impl messages::Guest for Connector {
    fn send_message(input: messages::SendMessageInput) -> Result<messages::Message, ActionError> {
        call::<SendMessage>(input)
    }
}

impl custom::Guest for Connector {
    fn custom_action(
        input: custom::CustomActionInput,
    ) -> Result<custom::CustomActionOutput, ActionError> {
        call::<CustomAction>(input)
    }
}
