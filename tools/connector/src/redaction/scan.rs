//! Scans files for data that redaction would have replaced.

use std::fmt;
use std::path::{Path, PathBuf};

use intercom_connector::internals::Template;
use serde_json::Value;

use super::detect;
use super::hosts::Hosts;
use super::kind::{Hint, Kind};
use super::pattern::slice;
use super::public_examples;
use super::walk::{Visitor, Walk};
use connector_cases::{FixtureError, without_mark};

/// The kinds that no fixture may contain. Ids, names and texts are not included: their pattern
/// does not say whether they are real.
const FORMS: [Kind; 4] = [Kind::Token, Kind::Email, Kind::Address, Kind::Phone];

/// Minimum digits of a phone number: seven are the shortest local numbers.
const PHONE_DIGITS: usize = 7;

/// How many characters of a finding are shown: enough to locate it.
const SHOWN: usize = 3;

/// A finding in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The file.
    pub path: PathBuf,
    /// The place in it: a JSON path, or a line.
    pub place: String,
    /// Its kind.
    pub kind: Kind,
    /// Its beginning.
    pub beginning: String,
}

impl Leak {
    /// Its place in the file, and its kind.
    pub fn find(&self) -> String {
        format!("{}: {} {}…", self.place, self.kind, self.beginning)
    }
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.find())
    }
}

/// All findings in the files below `folder`, by file.
///
/// # Errors
///
/// When the folder or a file in it cannot be read.
pub fn scan(folder: &Path) -> Result<Vec<Leak>, FixtureError> {
    let mut leaks = Vec::new();
    for path in files(folder)? {
        let bytes = std::fs::read(&path).map_err(unreadable(&path))?;
        leaks.extend(scan_file(&path, without_mark(&bytes)));
    }
    Ok(leaks)
}

fn scan_file(path: &Path, bytes: &[u8]) -> Vec<Leak> {
    let hosts = Hosts::default();
    let visitor = Scan {
        path,
        place: Vec::new(),
        leaks: Vec::new(),
    };
    let mut walk = Walk {
        visitor,
        hosts: &hosts,
        contexts: None,
        levels: 0,
    };
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        walk.json(Hint::Nothing, &value);
    } else {
        for (line, number) in String::from_utf8_lossy(bytes).lines().zip(1..) {
            walk.visitor.enter(&format!("line {number}"));
            walk.visitor.text(Hint::Nothing, line);
            walk.visitor.leave();
        }
    }
    walk.visitor.leaks
}

/// All files below `folder`, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, FixtureError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> FixtureError {
    let path = path.to_owned();
    move |source| FixtureError::Read {
        path: path.clone(),
        source,
    }
}

struct Scan<'a> {
    path: &'a Path,
    place: Vec<String>,
    leaks: Vec<Leak>,
}

impl Scan<'_> {
    fn note(&mut self, kind: Kind, text: &str) {
        let leak = Leak {
            path: self.path.to_owned(),
            place: self.place.join(".").replace(".[", "["),
            kind,
            beginning: text.chars().take(SHOWN).collect(),
        };
        if !self.leaks.contains(&leak) {
            self.leaks.push(leak);
        }
    }

    /// The kind by a text's name, if that kind is not allowed.
    fn by_name(hint: Hint, text: &str) -> Option<Kind> {
        let stays =
            text.is_empty() || public_examples::is_text(text) || Template::find(text).is_some();
        match hint {
            Hint::Is(Kind::Secret) if !stays => Some(Kind::Secret),
            Hint::Is(Kind::Domain) if !stays && !public_examples::is_domain(text) => {
                Some(Kind::Domain)
            }
            Hint::Is(Kind::Phone) if !public_examples::is_phone(text) => {
                let digits = public_examples::digits(text);
                (digits.len() >= PHONE_DIGITS).then_some(Kind::Phone)
            }
            _ => None,
        }
    }
}

impl Visitor for Scan<'_> {
    fn text(&mut self, hint: Hint, text: &str) -> String {
        if let Some(kind) = Self::by_name(hint, text.trim()) {
            self.note(kind, text);
            return text.to_owned();
        }
        for find in detect::finds(text, &FORMS) {
            let found = slice(text, &find.range);
            if find.kind != Kind::Token || !is_readable(&found) {
                self.note(find.kind, &found);
            }
        }
        text.to_owned()
    }

    fn number(&mut self, hint: Hint, number: &str) -> Option<Value> {
        if let Some(kind) = Self::by_name(hint, number) {
            self.note(kind, number);
        }
        None
    }

    fn name(&mut self, name: &str) -> String {
        self.text(Hint::Nothing, name)
    }

    fn enter(&mut self, step: &str) {
        self.place.push(step.to_owned());
    }

    fn leave(&mut self) {
        self.place.pop();
    }
}

/// Whether random-looking text is base64 of plain text without findings, like the invented
/// cursors of fixtures.
fn is_readable(token: &str) -> bool {
    !detect::is_credentials(token)
        && detect::decoded_base64(token).is_some_and(|text| {
            !text.contains(char::is_control)
                && !text.starts_with("tok:")
                && detect::finds(&text, &FORMS).is_empty()
        })
}
