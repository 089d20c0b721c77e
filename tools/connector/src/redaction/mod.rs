//! Redacts a recording: removes secrets, and replaces data about people and workspaces by
//! stand-ins. A value has the same stand-in everywhere, so the recording still replays.
//!
//! | Data | Stand-in |
//! |---|---|
//! | `Authorization` | `REDACTED`; other headers with credentials are dropped |
//! | known secrets in any encoding, values named token, secret, password, … | `REDACTED` |
//! | JWTs, bearers, Intercom's tokens, base64 of a name and a password, long random text | `token-1` |
//! | cursors of pages | `cursor-1` |
//! | ids of four or more characters | an id of the same length and kind |
//! | email addresses and their domains | `person-1@example.com`, `example.com` |
//! | phone numbers | `+15550100` |
//! | names | `Person 1` |
//! | texts of custom attributes, cities, postal codes | `Text 1` |
//! | public IP addresses | `192.0.2.1`, `2001:db8::1` |
//! | URLs of other hosts, such as avatars | `https://example.com/link-1` |
//! | a host used instead of the API's | `host-1.example` |
//!
//! Public examples stay: the example values of the reference page, the domains, numbers and
//! addresses that are reserved for examples, and all of these stand-ins. So redaction is
//! idempotent.
//!
//! [`collect`] finds the values by their names and patterns; [`stand_ins`] assigns the
//! stand-ins; [`rewrite`] replaces the values everywhere, whatever their names. [`walk`] visits
//! all parts of a recording for them and for [`scan`]. They run twice, for secrets and for the
//! rest.

mod collect;
mod contexts;
mod detect;
mod hosts;
mod json_text;
mod kind;
mod object_id;
mod opaque;
mod pattern;
mod public_examples;
mod recording;
mod rewrite;
mod scan;
mod secrets;
mod stand_ins;
mod substitution;
mod url_text;
mod walk;

pub use kind::Kind;
pub use recording::{Redacted, redact};
pub use scan::{Leak, scan};
