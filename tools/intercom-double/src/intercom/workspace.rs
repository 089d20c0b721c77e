//! The workspace and its admins.

use std::fmt;

use clap::ValueEnum;
use serde_json::{Value, json};

/// When the workspace was created: January 2021, in Unix seconds.
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

/// A workspace.
#[derive(Debug)]
pub struct Workspace {
    /// How far its time zone is ahead of UTC, in seconds.
    pub utc_offset: i64,
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
            utc_offset: 0,
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

    /// All admins.
    pub fn admins(&self) -> [Admin; 3] {
        self.admins
    }

    /// The first admin and the workspace, as `GET /me` shows them.
    pub fn to_json(&self) -> Value {
        let [admin, ..] = &self.admins;
        json!({
            "type": "admin",
            "id": admin.id(),
            "name": admin.name,
            "email": admin.email,
            "email_verified": true,
            "app": {
                "type": "app",
                "id_code": self.id,
                "name": self.name,
                "region": self.region.to_string(),
                "timezone": "Etc/UTC",
                "created_at": CREATED,
                "identity_verification": false,
            },
            "has_inbox_seat": true,
        })
    }

    /// The admin with this id, a string or a number.
    pub fn admin(&self, id: &Value) -> Option<&Admin> {
        let id = match id {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        self.admins.iter().find(|admin| Some(admin.id) == id)
    }
}

impl Admin {
    /// The id, in the format of a contact's `owner_id`.
    pub fn id(&self) -> String {
        self.id.to_string()
    }

    /// The admin as lists and messages show it.
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
