//! List Admins.

use super::admin::admin;
use crate::actions::{Action, WithBody};
use crate::api::{Client, Hints, Method, Request, Settings, Token};
use crate::input::InputReader;
use crate::world::connection::AdminList;
use crate::world::types::ActionError;

/// `GET /admins`
#[derive(Debug)]
pub struct ListAdmins;

impl Action for ListAdmins {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(_: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        Some(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<AdminList, ActionError> {
        let response = client.send(&Request::new(Method::Get, "/admins"))?;
        let (admins, body) = response.into_list("admins", |object| {
            // The sandbox holds each row three times: its fields, its JSON from Intercom, and its
            // JSON in the result.
            client.hold(3 * object.as_json().len())?;
            let items = object.list("admins").into_iter();
            Ok(items.map(|item| admin(&item.object())).collect())
        })?;
        let list = AdminList {
            admins: admins?,
            notes: Vec::new(),
            response: String::new(),
        };
        Ok(list.with_body(body))
    }
}
