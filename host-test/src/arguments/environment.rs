//! The variables of a component's environment.

use std::str::FromStr;

use clap::Args;
use connector_host::{Environment, Manifest};

use super::actions_file::{ActionsFile, ActionsFileError};

/// The variable with the workflow's data; every connector may read it.
pub const CONTEXT: &str = "WORKFLOW_CONTEXT";

/// The variable with custom actions.
pub const ACTIONS: &str = "WORKFLOW_ACTIONS";

/// The variables of a component.
#[derive(Debug, Args)]
pub struct EnvironmentArguments {
    /// Set a variable of the component's environment; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<Variable>,
    /// Set WORKFLOW_ACTIONS from a file: custom actions, as an OpenAPI document or a list of
    /// documents
    #[arg(long, value_name = "FILE")]
    actions: Option<ActionsFile>,
}

impl EnvironmentArguments {
    /// The component's variables from this process's environment, and the given ones.
    ///
    /// The manifest alone does not decide: a component may read variables that begin with its
    /// name, and the workflow's context and actions, but no other variables of this process.
    ///
    /// # Errors
    ///
    /// As for [`EnvironmentArguments::given`]; also when a variable of this process that begins
    /// with the component's name is misspelled.
    pub fn read(&self, manifest: &Manifest) -> Result<Environment, EnvironmentError> {
        let given = self.given(manifest)?;
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let set = names.filter(|name| is_its_own(manifest, name));
        check("environment", set, manifest)?;
        let own = manifest.variables.iter().filter_map(|variable| {
            let value = std::env::var(&variable.name).ok()?;
            is_its_own(manifest, &variable.name).then(|| (variable.name.clone(), value))
        });
        Ok(own.chain(given).collect())
    }

    /// The variables of `--env` and `--actions` alone.
    ///
    /// # Errors
    ///
    /// When a name looks like a misspelled variable of the component; when the file of actions
    /// cannot be read, or the component does not read custom actions.
    pub fn given(&self, manifest: &Manifest) -> Result<Environment, EnvironmentError> {
        let names = self.env.iter().map(|variable| variable.name.clone());
        check("--env", names, manifest)?;
        let given = self.env.iter();
        let given = given.map(|variable| (variable.name.clone(), variable.value.clone()));
        let mut given: Environment = given.collect();
        if let Some(file) = &self.actions {
            if !manifest.variables.iter().any(|known| known.name == ACTIONS) {
                return Err(EnvironmentError::NoActions);
            }
            if given.insert(ACTIONS.to_owned(), file.read()?).is_some() {
                return Err(EnvironmentError::ActionsTwice);
            }
        }
        Ok(given)
    }

    /// Whether `--env` or `--actions` sets a variable.
    pub fn has(&self, name: &str) -> bool {
        let is_given = self.env.iter().any(|variable| variable.name == name);
        is_given || (name == ACTIONS && self.actions.is_some())
    }
}

/// Why the environment is invalid.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// A variable is misspelled.
    #[error(transparent)]
    Misspelled(#[from] MisspelledVariable),
    /// The file of actions cannot be read.
    #[error("--actions: {0}")]
    Actions(#[from] ActionsFileError),
    /// The component reads no custom actions.
    #[error("--actions: this connector does not read {ACTIONS}; leave it out")]
    NoActions,
    /// `--env` also sets the actions.
    #[error("--actions: --env also sets {ACTIONS}; give one of them")]
    ActionsTwice,
}

/// A name that looks like a misspelled variable.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {given} is not a variable of this connector; give {meant}")]
pub struct MisspelledVariable {
    /// Where it was given: `--env`, or `environment` for this process's.
    pub place: &'static str,
    /// The given name.
    pub given: String,
    /// The known name.
    pub meant: String,
}

/// Refuses names in `place` that look like misspelled variables of the component.
fn check(
    place: &'static str,
    names: impl Iterator<Item = String>,
    manifest: &Manifest,
) -> Result<(), MisspelledVariable> {
    for given in names {
        let known = manifest.variables.iter().map(|known| known.name.as_str());
        if let Some(meant) = nearly(&given, known.chain([CONTEXT])) {
            let meant = meant.to_owned();
            return Err(MisspelledVariable {
                place,
                given,
                meant,
            });
        }
    }
    Ok(())
}

/// Maximum number of letters that a typing error changes.
const SLIP: usize = 2;

/// The known name that `given` misspells; `None` if it is a known name, or similar to none.
fn nearly<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let upper = given.to_ascii_uppercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&upper, name);
    let nearest = known.min_by_key(|name| distance(name))?;
    (nearest != given && distance(nearest) <= SLIP).then_some(nearest)
}

/// `NAME=VALUE`. The value may be a secret, so there is no `Debug` output.
#[derive(Clone)]
struct Variable {
    name: String,
    value: String,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=…", self.name)
    }
}

impl FromStr for Variable {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("give NAME=VALUE, such as INTERCOM_REGION=eu"),
        }
    }
}

/// Whether a variable belongs to this connector by its name, such as `INTERCOM_REGION` to
/// `intercom`.
fn is_its_own(manifest: &Manifest, variable: &str) -> bool {
    let prefix = format!("{}_", manifest.name.to_ascii_uppercase().replace('-', "_"));
    [CONTEXT, ACTIONS].contains(&variable) || variable.starts_with(&prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_name_is_found() {
        let known = [
            "INTERCOM_REGION",
            "INTERCOM_ACCESS_TOKEN",
            "INTERCOM_VERSION",
        ];
        for (given, meant) in [
            ("INTERCOM_REGON", Some("INTERCOM_REGION")),
            ("INTERCOM_REIGON", Some("INTERCOM_REGION")),
            ("intercom_region", Some("INTERCOM_REGION")),
            ("INTERCOM_ACESS_TOKENS", Some("INTERCOM_ACCESS_TOKEN")),
            ("INTERCOM_REGION", None),
            ("INTERCOM_ANYTHING", None),
            ("PATH", None),
        ] {
            assert_eq!(nearly(given, known.into_iter()), meant, "{given}");
        }
    }

    #[test]
    fn actions_are_refused_where_the_component_does_not_read_them() {
        let given = EnvironmentArguments {
            env: Vec::new(),
            actions: "actions.json".parse().ok(),
        };
        let error = given.given(&Manifest::default()).err();
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        let expected = "--actions: this connector does not read WORKFLOW_ACTIONS; leave it out";
        assert_eq!(error, expected);
        assert!(given.has("WORKFLOW_ACTIONS") && !given.has("WORKFLOW_CONTEXT"));
    }

    #[test]
    fn a_connector_s_variables_begin_with_its_name() {
        let manifest = |name: &str| Manifest {
            name: name.to_owned(),
            ..Manifest::default()
        };
        for (name, variable, expected) in [
            ("intercom", "INTERCOM_ACCESS_TOKEN", true),
            ("intercom", "WORKFLOW_CONTEXT", true),
            ("intercom", "WORKFLOW_ACTIONS", true),
            ("intercom", "INTERCOMX", false),
            ("intercom", "GITHUB_TOKEN", false),
            ("hostile", "INTERCOM_ACCESS_TOKEN", false),
            ("two-words", "TWO_WORDS_TOKEN", true),
            ("", "PATH", false),
        ] {
            let found = is_its_own(&manifest(name), variable);
            assert_eq!(found, expected, "{name} {variable}");
        }
    }
}
