//! Decides which actions an agent may call: reads and ordinary writes, unless the person who
//! starts the server changes that. Uses only the manifest; no action is known by its id.

use connector_host::Manifest;
use connector_host::manifest::{Action, Effect, Field};

/// A value for [`Rules::allow`]: all destructive actions.
pub const ALL_DESTRUCTIVE: &str = "destructive";

/// The format of fields that contain a secret.
pub(super) const SECRET: &str = "secret";

/// Settings of the person who starts the server.
#[derive(Debug, Default)]
pub struct Rules {
    /// Only actions that change nothing.
    pub read_only: bool,
    /// Only these actions, each as a tool; empty for no restriction.
    pub only: Vec<String>,
    /// Not these actions.
    pub except: Vec<String>,
    /// Destructive actions to offer, or [`ALL_DESTRUCTIVE`].
    pub allow: Vec<String>,
}

/// The actions that an agent may call.
#[derive(Debug)]
pub struct Exposed {
    /// Those that are tools.
    pub tools: Vec<Action>,
    /// Those in the catalogue only.
    pub others: Vec<Action>,
    withheld: Vec<(String, Withheld)>,
}

/// Why an action is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// It needs or returns an app's secret.
    Secret,
    /// It may delete, or send any request.
    Destructive,
    /// It is not a read.
    Writes,
    /// The rules exclude it by its id.
    LeftOut,
}

/// Rules that contradict the component or each other.
#[derive(Debug, thiserror::Error)]
pub enum ExposureError {
    /// The action does not exist.
    #[error(
        "{option}: {id:?} is not an action of this component; `host-test catalogue` lists them"
    )]
    Unknown {
        /// The option.
        option: &'static str,
        /// The unknown id.
        id: String,
    },
    /// An action is both requested and excluded.
    #[error("{option}: {id} {}", .why.problem_and_hint())]
    Withheld {
        /// The option.
        option: &'static str,
        /// The action.
        id: String,
        /// Why it is not offered.
        why: Withheld,
    },
}

impl Withheld {
    fn problem_and_hint(self) -> &'static str {
        match self {
            Self::Secret => "needs or returns an app's secret, which no agent gets; leave it out",
            Self::Destructive => "may delete; add it to --allow",
            Self::Writes => "changes something; leave out --read-only",
            Self::LeftOut => "is left out by --only or --except; start the server without that",
        }
    }
}

impl Exposed {
    /// Applies the rules to `catalogue`, all actions of the component, beginning with those of
    /// the manifest.
    ///
    /// # Errors
    ///
    /// When the rules name an unknown action, or one that they exclude.
    pub fn new(
        manifest: &Manifest,
        catalogue: Vec<Action>,
        rules: &Rules,
    ) -> Result<Self, ExposureError> {
        rules.check(manifest, &catalogue)?;
        let mut exposed = Self {
            tools: Vec::new(),
            others: Vec::new(),
            withheld: Vec::new(),
        };
        for action in catalogue {
            let is_listed = manifest.action(&action.id).is_some() || !rules.only.is_empty();
            match rules.withhold(manifest, &action) {
                Some(why) => exposed.withheld.push((action.id, why)),
                None if is_listed => exposed.tools.push(action),
                None => exposed.others.push(action),
            }
        }
        Ok(exposed)
    }

    /// The action with this id, if an agent may call it.
    pub fn action(&self, id: &str) -> Option<&Action> {
        let mut all = self.tools.iter().chain(&self.others);
        all.find(|action| action.id == id)
    }

    /// Why an agent cannot call this action, and what to do about it.
    pub(super) fn refusal(&self, id: &str) -> String {
        let mut withheld = self.withheld.iter();
        match withheld.find(|(known, _)| known == id) {
            None => format!("action: {id:?} is not an action; search the catalogue"),
            Some((_, Withheld::Secret)) => {
                format!("action: {id} needs or returns an app's secret, which no agent gets")
            }
            Some(_) => format!(
                "action: {id} is not offered by this server; ask the person who runs it to \
                 allow it"
            ),
        }
    }
}

impl Rules {
    fn check(&self, manifest: &Manifest, catalogue: &[Action]) -> Result<(), ExposureError> {
        let allow = self.allow.iter().filter(|id| *id != ALL_DESTRUCTIVE);
        let named = (self.only.iter().map(|id| ("--only", id)))
            .chain(self.except.iter().map(|id| ("--except", id)))
            .chain(allow.map(|id| ("--allow", id)));
        for (option, id) in named {
            let known = catalogue.iter().find(|action| action.id == *id);
            let Some(action) = known else {
                let id = id.clone();
                return Err(ExposureError::Unknown { option, id });
            };
            let withheld = self.withhold(manifest, action);
            if let Some(why) = withheld.filter(|_| option != "--except") {
                let id = id.clone();
                return Err(ExposureError::Withheld { option, id, why });
            }
        }
        Ok(())
    }

    fn withhold(&self, manifest: &Manifest, action: &Action) -> Option<Withheld> {
        let names = |ids: &[String]| ids.contains(&action.id);
        let allowed = names(&self.allow) || self.allow.iter().any(|it| it == ALL_DESTRUCTIVE);
        if handles_secrets(manifest, action) {
            return Some(Withheld::Secret);
        }
        if self.read_only && action.effect != Effect::Read {
            return Some(Withheld::Writes);
        }
        if action.destructive && !allowed {
            return Some(Withheld::Destructive);
        }
        let is_left_out = !self.only.is_empty() && !names(&self.only);
        (is_left_out || names(&self.except)).then_some(Withheld::LeftOut)
    }
}

/// Whether an action needs or returns a secret of the app, or is a step of its OAuth.
fn handles_secrets(manifest: &Manifest, action: &Action) -> bool {
    let oauth = manifest.auth.as_ref().and_then(|auth| auth.oauth.as_ref());
    let is_oauth = oauth.is_some_and(|it| it.authorize == action.id || it.exchange == action.id);
    let mut secrets = manifest
        .variables
        .iter()
        .filter(|variable| variable.secret && manifest.secret() != Some(variable.name.as_str()));
    let needs_one = secrets.any(|secret| action.variables.contains(&secret.name));
    let holds = |field: &Field| field.format.as_deref() == Some(SECRET);
    is_oauth || needs_one || action.inputs.iter().chain(&action.outputs).any(holds)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use connector_host::manifest::{Auth, Oauth, Variable};

    fn action(id: &str, effect: Effect) -> Action {
        Action {
            id: id.to_owned(),
            effect,
            ..Action::default()
        }
    }

    fn manifest() -> Manifest {
        let variable = |name: &str| Variable {
            name: name.to_owned(),
            secret: true,
            ..Variable::default()
        };
        let signs = Action {
            variables: vec!["APP_KEY".to_owned()],
            ..action("sign", Effect::Read)
        };
        let shows = Action {
            outputs: vec![Field {
                format: Some("secret".to_owned()),
                ..Field::default()
            }],
            ..action("show-key", Effect::Read)
        };
        let reads = Action {
            variables: vec!["TOKEN".to_owned()],
            ..action("read", Effect::Read)
        };
        Manifest {
            variables: vec![variable("TOKEN"), variable("APP_KEY")],
            auth: Some(Auth {
                token: "TOKEN".to_owned(),
                test: None,
                oauth: Some(Oauth {
                    authorize: "open".to_owned(),
                    exchange: "swap".to_owned(),
                }),
            }),
            actions: vec![
                reads,
                action("write", Effect::WriteOnce),
                signs,
                shows,
                action("open", Effect::Read),
                action("swap", Effect::WriteOnce),
            ],
            ..Manifest::default()
        }
    }

    fn exposed(rules: &Rules) -> Result<Exposed, ExposureError> {
        let manifest = manifest();
        let remove = Action {
            destructive: true,
            ..action("remove", Effect::WriteIdempotent)
        };
        let rest = [remove, action("list", Effect::Read)];
        let catalogue = manifest.actions.iter().cloned().chain(rest).collect();
        Exposed::new(&manifest, catalogue, rules)
    }

    /// The ids of the tools, then after a `|` the other ids.
    fn ids(rules: &Rules) -> String {
        let exposed = exposed(rules).unwrap();
        let ids = |actions: &[Action]| {
            let ids: Vec<&str> = actions.iter().map(|action| action.id.as_str()).collect();
            ids.join(" ")
        };
        format!("{}|{}", ids(&exposed.tools), ids(&exposed.others))
    }

    fn names(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn reads_and_ordinary_writes_are_offered_and_no_secrets() {
        assert_eq!(ids(&Rules::default()), "read write|list");
        let allow = names(&["remove"]);
        assert_eq!(
            ids(&Rules {
                allow,
                ..Rules::default()
            }),
            "read write|remove list"
        );
        let allow = names(&[ALL_DESTRUCTIVE]);
        assert_eq!(
            ids(&Rules {
                allow,
                ..Rules::default()
            }),
            "read write|remove list"
        );
    }

    #[test]
    fn rules_narrow_it() {
        let read_only = Rules {
            read_only: true,
            ..Rules::default()
        };
        assert_eq!(ids(&read_only), "read|list");
        let only = Rules {
            only: names(&["list", "write"]),
            ..Rules::default()
        };
        assert_eq!(ids(&only), "write list|");
        let except = Rules {
            except: names(&["write", "list"]),
            ..Rules::default()
        };
        assert_eq!(ids(&except), "read|");
    }

    #[test]
    fn rules_that_contradict_are_refused() {
        let only = |id: &str| Rules {
            only: names(&[id]),
            ..Rules::default()
        };
        for (rules, expected) in [
            (
                only("lsit"),
                "--only: \"lsit\" is not an action of this component; `host-test catalogue` lists them",
            ),
            (
                only("remove"),
                "--only: remove may delete; add it to --allow",
            ),
            (
                Rules {
                    read_only: true,
                    ..only("write")
                },
                "--only: write changes something; leave out --read-only",
            ),
            (
                Rules {
                    allow: names(&["swap"]),
                    ..Rules::default()
                },
                "--allow: swap needs or returns an app's secret, which no agent gets; leave it out",
            ),
        ] {
            let found = exposed(&rules).unwrap_err().to_string();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_refusal_says_who_can_help() {
        let exposed = exposed(&Rules::default()).unwrap();
        assert!(exposed.refusal("remove").ends_with("to allow it"));
        assert!(exposed.refusal("swap").contains("secret"));
        assert!(exposed.refusal("nothing").contains("search the catalogue"));
        assert!(exposed.action("remove").is_none());
        assert!(exposed.action("list").is_some());
    }
}
