//! The connection to a workspace: whether the token works and whose it is, whom
//! an owner or a sender is picked from, and how an app gets a token
//! (`docs/intercom-api.md`, OAuth).

mod authorize;
mod exchange;

pub use authorize::AuthorizeUrl;
pub use exchange::ExchangeCode;

use super::{Action, JsonObject, Output};
use crate::api::{Advice, Client, Method, Object, Place, Request, Settings, Token};
use crate::input::Fields;
use crate::world::connection::{Admin, AdminList, Identity};
use crate::world::types::ActionError;

const ADVICE: Advice = Advice {
    not_found: "Check INTERCOM_BASE_URL and INTERCOM_VERSION",
    conflict: "Try again later",
    outcome: "Try again; it only reads",
};

/// `GET /me`
#[derive(Debug)]
pub struct TestConnection {
    place: Place,
}

impl Action for TestConnection {
    const ID: &'static str = "test-connection";
    const ADVICE: Advice = ADVICE;
    type Credentials = Token;
    type Output = Identity;

    fn read(_: &mut Fields<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let place = settings.place.clone();
        Some(Self { place })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Identity, ActionError> {
        let request = Request::new(Method::Get, "/me");
        let answer = client.send(&request)?;
        let (identity, body) = answer.into_document(|me| {
            // Once as the admin's, once as the whole answer.
            client.hold(2 * me.as_json().len())?;
            Ok(identity(me))
        })?;
        let identity = identity?;
        let region = identity.region.as_deref();
        let elsewhere = region.and_then(|region| self.place.elsewhere(region));
        Ok(Identity {
            notes: body.notes.into_iter().chain(elsewhere).collect(),
            response: body.json,
            ..identity
        })
    }
}

/// `GET /admins`
#[derive(Debug)]
pub struct ListAdmins;

impl Action for ListAdmins {
    const ID: &'static str = "list-admins";
    const ADVICE: Advice = ADVICE;
    type Credentials = Token;
    type Output = AdminList;

    fn read(_: &mut Fields<'_>, _: &Settings, _: &Token) -> Option<Self> {
        Some(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<AdminList, ActionError> {
        let request = Request::new(Method::Get, "/admins");
        let answer = client.send(&request)?;
        let (admins, body) = answer.into_list("admins", |answer| {
            // Each admin's part, and the whole answer.
            client.hold(2 * answer.as_json().len())?;
            let items = answer.list("admins").into_iter();
            Ok(items.map(|item| admin(&item.object())).collect())
        })?;
        Ok(AdminList {
            admins: admins?,
            notes: body.notes,
            response: body.json,
        })
    }
}

/// What `GET /me` says; its `response` is left to the caller.
fn identity(me: &Object<'_>) -> Identity {
    let app = me.object("app").unwrap_or_default();
    Identity {
        admin: admin(me),
        workspace_id: app.text("id_code"),
        workspace_name: app.text("name"),
        region: app.text("region"),
        notes: Vec::new(),
        response: String::new(),
    }
}

fn admin(admin: &Object<'_>) -> Admin {
    Admin {
        id: admin.text("id"),
        name: admin.text("name"),
        email: admin.text("email"),
        response: admin.as_json().to_owned(),
    }
}

impl Output for Admin {
    fn to_json(&self) -> String {
        JsonObject::default()
            .value("id", &self.id)
            .value("name", &self.name)
            .value("email", &self.email)
            .json("response", &self.response)
            .finish()
    }
}

impl Output for Identity {
    fn to_json(&self) -> String {
        JsonObject::default()
            .json("admin", &self.admin.to_json())
            .value("workspace_id", &self.workspace_id)
            .value("workspace_name", &self.workspace_name)
            .value("region", &self.region)
            .value("notes", &self.notes)
            .json("response", &self.response)
            .finish()
    }
}

impl Output for AdminList {
    fn to_json(&self) -> String {
        JsonObject::default()
            .list("admins", &self.admins)
            .value("notes", &self.notes)
            .json("response", &self.response)
            .finish()
    }
}
