//! Test Connection.

use super::admin::admin;
use crate::actions::{Action, WithBody};
use crate::api::{Client, Endpoint, Expected, Hints, Method, Object, Request, Settings, Token};
use crate::input::InputReader;
use crate::world::connection::Identity;
use crate::world::types::ActionError;

/// `GET /me`
#[derive(Debug)]
pub struct TestConnection {
    endpoint: Endpoint,
}

impl Action for TestConnection {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(_: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let endpoint = settings.endpoint.clone();
        Some(Self { endpoint })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Identity, ActionError> {
        let response = client.send(&Request::new(Method::Get, "/me").expecting(ADMIN))?;
        let (identity, mut body) = response.into_document(|me| {
            // The result contains it twice: the admin's, and its own.
            client.hold(2 * me.as_json().len())?;
            Ok(identity(me))
        })?;
        let identity: Identity = identity?;
        let region = identity.region.as_deref();
        let elsewhere = region.and_then(|region| self.endpoint.elsewhere(region));
        body.notes.extend(elsewhere);
        Ok(identity.with_body(body))
    }
}

/// What the response must be.
const ADMIN: Expected = Expected::Object {
    types: &["admin"],
    id: None,
};

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
