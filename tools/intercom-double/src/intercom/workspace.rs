//! The workspace and its admins, as `GET /me` and `GET /admins` tell them.

use std::fmt;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::router::Call;
use super::state::State;

/// When the workspace was made: January 2021, in Unix seconds.
const CREATED: i64 = 1_609_459_200;

/// The region that a workspace is hosted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Region {
    /// The United States.
    #[default]
    #[value(name = "US")]
    Us,
    /// The European Union.
    #[value(name = "EU")]
    Eu,
    /// Australia.
    #[value(name = "AU")]
    Au,
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Us => "US",
            Self::Eu => "EU",
            Self::Au => "AU",
        })
    }
}

/// A workspace. Its clock is UTC.
#[derive(Debug)]
pub struct Workspace {
    /// Its id.
    pub id: &'static str,
    name: &'static str,
    region: Region,
    admins: [Admin; 3],
}

/// A teammate.
#[derive(Debug, Clone, Copy)]
pub struct Admin {
    id: u64,
    name: &'static str,
    email: &'static str,
}

impl Workspace {
    /// The workspace of every double, in `region`.
    pub fn new(region: Region) -> Self {
        let admin = |id, name, email| Admin { id, name, email };
        Self {
            id: "lk7t2w9q",
            name: "Larkspur Tea",
            region,
            admins: [
                admin(814_860, "Ines Okafor", "ines@example.org"),
                admin(814_861, "Tomas Riel", "tomas@example.org"),
                admin(814_862, "Yuki Brandt", "yuki@example.org"),
            ],
        }
    }

    /// The admin with this id, written as text or as a number.
    pub fn admin(&self, id: &Value) -> Option<&Admin> {
        let id = match id {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        self.admins.iter().find(|admin| Some(admin.id) == id)
    }
}

impl Admin {
    /// The admin's id, as contacts carry it.
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// The admin as lists and messages show one.
    pub fn to_json(self) -> Value {
        json!({
            "type": "admin",
            "id": self.id(),
            "name": self.name,
            "email": self.email,
            "away_mode_enabled": false,
            "away_mode_reassign": false,
            "has_inbox_seat": true,
            "team_ids": [],
        })
    }
}

/// `GET /me`: every token is the first admin's.
pub fn me(state: &mut State, _: &Call<'_>) -> Result<Answer, Refusal> {
    let workspace = &state.workspace;
    let [admin, ..] = workspace.admins;
    Ok(Answer::Json(json!({
        "type": "admin",
        "id": admin.id(),
        "name": admin.name,
        "email": admin.email,
        "email_verified": true,
        "app": {
            "type": "app",
            "id_code": workspace.id,
            "name": workspace.name,
            "region": workspace.region.to_string(),
            "timezone": "Etc/UTC",
            "created_at": CREATED,
            "identity_verification": false,
        },
        "has_inbox_seat": true,
    })))
}

/// `GET /admins`
pub fn admins(state: &mut State, _: &Call<'_>) -> Result<Answer, Refusal> {
    let admins = state.workspace.admins.map(Admin::to_json);
    Ok(Answer::Json(
        json!({ "type": "admin.list", "admins": admins }),
    ))
}
