//! Assigns the stand-in of each value: always the same for the same value, in the same format,
//! without information about it.
//!
//! Ids are numbered by first occurrence, for each format. A stand-in may equal another original
//! id; since all are replaced at once, that does no harm. Redacting again gives each id the same
//! stand-in, since the order is the same, so stand-ins of ids need no recognisable format. The
//! others have one, and are not replaced again.

use std::collections::{HashMap, HashSet};

use super::hosts::is_intercom;
use super::kind::Kind;
use super::object_id::is_object_id;
use super::public_examples::{REDACTED, digits};

/// Minimum length of a part of a name that is replaced on its own, in characters; shorter parts
/// occur in too many words.
const SHORTEST_NAME_PART: usize = 4;

/// Minimum digits of a phone number that is replaced in every format: shorter ones occur in too
/// many numbers.
const SHORTEST_NUMBER: usize = 7;

/// The stand-in of every domain, also in email addresses.
const DOMAIN: &str = "example.com";

/// A value with its stand-in and kind.
pub(super) struct Replacement {
    pub kind: Kind,
    pub value: String,
    pub stand_in: String,
}

/// The stand-ins of all values, in order, without those in `taken`.
pub(super) fn allot(values: &[(Kind, String)], taken: &HashSet<String>) -> Vec<Replacement> {
    let mut allotter = Allotter {
        taken,
        counters: HashMap::new(),
        same: HashMap::new(),
    };
    let mut all: Vec<Replacement> = values
        .iter()
        .map(|(kind, value)| Replacement {
            kind: *kind,
            stand_in: allotter.stand_in(*kind, value),
            value: value.clone(),
        })
        .collect();
    let mut known: HashSet<String> = all.iter().map(|one| one.value.clone()).collect();
    let also: Vec<Replacement> = all.iter().flat_map(also).collect();
    all.extend(
        also.into_iter()
            .filter(|one| known.insert(one.value.clone())),
    );
    all
}

/// Other forms of a value, and its parts: a phone number without its plus, the domain of an
/// email address, and a person's first name, which messages use in greetings.
fn also(one: &Replacement) -> Vec<Replacement> {
    let with = |value: String, stand_in: String| Replacement {
        kind: one.kind,
        value,
        stand_in,
    };
    match one.kind {
        Kind::Phone => {
            let (number, stand_in) = (digits(&one.value), digits(&one.stand_in));
            if number.len() < SHORTEST_NUMBER {
                return Vec::new();
            }
            vec![
                with(format!("+{number}"), format!("+{stand_in}")),
                with(number, stand_in),
            ]
        }
        Kind::Email => {
            let domain = one.value.rsplit('@').next().unwrap_or_default();
            // Intercom's staff uses addresses in the API's domain.
            let is_company = domain.contains('.') && !is_intercom(domain);
            let domain = is_company.then(|| with(domain.to_owned(), DOMAIN.to_owned()));
            domain.into_iter().collect()
        }
        Kind::Name => {
            let parts = one.value.split_whitespace().filter(|part| {
                part.chars().count() >= SHORTEST_NAME_PART
                    && part.starts_with(char::is_uppercase)
                    && part.chars().all(char::is_alphabetic)
            });
            parts
                .map(|part| with(part.to_owned(), one.stand_in.clone()))
                .collect()
        }
        _ => Vec::new(),
    }
}

struct Allotter<'a> {
    taken: &'a HashSet<String>,
    /// The number of stand-ins assigned, by format.
    counters: HashMap<String, u64>,
    /// The stand-ins of values with several forms.
    same: HashMap<(Kind, String), String>,
}

impl Allotter<'_> {
    fn stand_in(&mut self, kind: Kind, value: &str) -> String {
        match kind {
            Kind::Secret => REDACTED.to_owned(),
            Kind::Domain => DOMAIN.to_owned(),
            Kind::Token => self.next(|n| format!("token-{n}")),
            Kind::Cursor => self.next(|n| format!("cursor-{n}")),
            Kind::Name => self.once(kind, value.to_lowercase(), |n| format!("Person {n}")),
            Kind::Text => self.next(|n| format!("Text {n}")),
            Kind::Host => self.next(|n| format!("host-{n}.example")),
            Kind::Link => self.next(|n| format!("https://example.com/link-{n}")),
            Kind::Email => self.once(kind, value.to_lowercase(), |n| {
                format!("person-{n}@{DOMAIN}")
            }),
            Kind::Phone => self.phone(value),
            Kind::Address if value.contains(':') => self.next(|n| format!("2001:db8::{n:x}")),
            Kind::Address => self.next(documentation_address),
            Kind::Id => self.id(value),
        }
    }

    /// The next unused stand-in of a format.
    fn next(&mut self, form: impl Fn(u64) -> String) -> String {
        let counter = self.counters.entry(form(0)).or_default();
        loop {
            *counter += 1;
            let candidate = form(*counter);
            if !self.taken.contains(&candidate) {
                return candidate;
            }
        }
    }

    /// A common key for all forms of a value.
    fn once(&mut self, kind: Kind, plain: String, form: impl Fn(u64) -> String) -> String {
        if let Some(same) = self.same.get(&(kind, plain.clone())) {
            return same.clone();
        }
        let stand_in = self.next(form);
        self.same.insert((kind, plain), stand_in.clone());
        stand_in
    }

    fn phone(&mut self, value: &str) -> String {
        let number = self.once(Kind::Phone, digits(value), |n| {
            format!("+155501{:02}", n.saturating_sub(1))
        });
        if value.contains(|c: char| !c.is_ascii_digit()) {
            number
        } else {
            digits(&number)
        }
    }

    fn id(&mut self, value: &str) -> String {
        let shape = Shape::of(value);
        let counter = self.counters.entry(format!("{shape:?}")).or_default();
        let stand_in = shape.nth(*counter);
        *counter += 1;
        stand_in
    }
}

/// The three documentation ranges in order (RFC 5737).
fn documentation_address(n: u64) -> String {
    let n = n.saturating_sub(1);
    let range = match n / 254 % 3 {
        0 => "192.0.2",
        1 => "198.51.100",
        _ => "203.0.113",
    };
    format!("{range}.{}", n % 254 + 1)
}

/// The format of an id: ids of one format are interchangeable. A stand-in has its id's format.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    Uuid,
    /// 24 hexadecimal digits.
    ObjectId,
    /// This many digits, with or without a leading zero.
    Digits {
        length: usize,
        nought: bool,
    },
    /// Letters, digits and underscores after a prefix such as `con_`.
    Word {
        prefix: String,
        length: usize,
    },
    Other,
}

/// Maximum length of an id whose stand-in has the same length, in bytes: Intercom's limit for
/// texts (`docs/intercom-api.md`, Custom attributes). A response can contain a longer one, and
/// the standard library panics if it pads to more than 65,535 characters.
const LONGEST_ID: usize = 255;

impl Shape {
    fn of(id: &str) -> Self {
        let length = id.len();
        if length > LONGEST_ID {
            return Self::Other;
        }
        if id.bytes().all(|byte| byte.is_ascii_digit()) {
            let nought = id.starts_with('0');
            return Self::Digits { length, nought };
        }
        if is_object_id(id) {
            return if id.contains('-') {
                Self::Uuid
            } else {
                Self::ObjectId
            };
        }
        if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Self::Other;
        }
        let prefix = id.split_inclusive('_').next().unwrap_or_default();
        let letters = prefix.trim_end_matches('_');
        let is_prefix = prefix != id
            && (1..=5).contains(&letters.len())
            && letters.bytes().all(|b| b.is_ascii_lowercase());
        let prefix = if is_prefix {
            prefix.to_owned()
        } else {
            String::new()
        };
        Self::Word {
            length: length - prefix.len(),
            prefix,
        }
    }

    /// The stand-in of the `n`th id of its format, from 0.
    fn nth(&self, n: u64) -> String {
        match self {
            Self::Uuid => format!("00000000-0000-4000-8000-{:012x}", n + 1),
            Self::ObjectId => format!("a{:023x}", n + 1),
            Self::Digits {
                length,
                nought: true,
            } => format!("{n:0length$}"),
            Self::Digits {
                length,
                nought: false,
            } => {
                // All numbers of this length are available, so there is always one left.
                let rest = length - 1;
                let room = u32::try_from(rest)
                    .ok()
                    .and_then(|rest| 10_u64.checked_pow(rest));
                let (first, n) = room.map_or((1, n), |room| (1 + n / room, n % room));
                format!("{first}{n:0rest$}")
            }
            Self::Word { prefix, length } => {
                let rest = length.saturating_sub(1);
                format!("{prefix}x{:0rest$}", n + 1)
            }
            Self::Other => format!("id-{}", n + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand_ins(values: &[(Kind, &str)]) -> Vec<String> {
        let owned = values
            .iter()
            .map(|(kind, value)| (*kind, (*value).to_owned()));
        let owned: Vec<(Kind, String)> = owned.collect();
        let all = allot(&owned, &HashSet::new()).into_iter();
        all.take(values.len()).map(|one| one.stand_in).collect()
    }

    #[test]
    fn a_stand_in_has_the_shape_of_the_original() {
        let table = [
            (
                Kind::Id,
                "69a2b19f8bbe006006968bec",
                "a00000000000000000000001",
            ),
            (
                Kind::Id,
                "9f2c1a00-77aa-4a10-9d3e-0123456789ab",
                "00000000-0000-4000-8000-000000000001",
            ),
            (Kind::Id, "814861", "100000"),
            (Kind::Id, "0048", "0000"),
            (Kind::Id, "con_k2j4h5", "con_x00001"),
            (Kind::Id, "lk7t2w9q", "x0000001"),
            (Kind::Id, "crm/jo 5", "id-1"),
            (Kind::Email, "jo@acme.io", "person-1@example.com"),
            (Kind::Phone, "+47 22 33 44 55", "+15550100"),
            (Kind::Name, "Jo Ha", "Person 1"),
            (Kind::Address, "8.8.8.8", "192.0.2.1"),
            (Kind::Address, "2a00::1", "2001:db8::1"),
        ];
        for (kind, value, expected) in table {
            assert_eq!(stand_ins(&[(kind, value)]), [expected], "{value}");
        }
    }

    #[test]
    fn an_id_of_any_length_has_a_stand_in() {
        for (id, expected) in [
            (
                "9".repeat(LONGEST_ID),
                format!("1{}", "0".repeat(LONGEST_ID - 1)),
            ),
            ("9".repeat(LONGEST_ID + 1), "id-1".to_owned()),
            ("0".repeat(70_000), "id-1".to_owned()),
            ("x".repeat(70_000), "id-1".to_owned()),
        ] {
            assert_eq!(stand_ins(&[(Kind::Id, id.as_str())]), [expected]);
        }
    }

    #[test]
    fn spellings_of_one_person_share_a_stand_in() {
        let emails = stand_ins(&[(Kind::Email, "Jo@Acme.io"), (Kind::Email, "jo@acme.io")]);
        assert_eq!(emails, ["person-1@example.com", "person-1@example.com"]);
        let phones = stand_ins(&[
            (Kind::Phone, "+47 22334455"),
            (Kind::Phone, "4722334455"),
            (Kind::Phone, "+4799887766"),
        ]);
        assert_eq!(phones, ["+15550100", "15550100", "+15550101"]);
    }

    #[test]
    fn different_ids_never_share_one() {
        let ids: Vec<String> = (1000..=9999).map(|id| id.to_string()).collect();
        let values: Vec<(Kind, &str)> = ids.iter().map(|id| (Kind::Id, id.as_str())).collect();
        let mut stand_ins = stand_ins(&values);
        assert!(
            stand_ins
                .iter()
                .all(|one| Shape::of(one) == Shape::of("1000"))
        );
        stand_ins.sort();
        stand_ins.dedup();
        assert_eq!(stand_ins.len(), ids.len());
    }
}
