//! Takes out of a recording what must not be shown: secrets go, and whatever
//! tells of a person or a workspace gets a stand-in, the same one wherever it
//! occurs, so that the recording still replays.
//!
//! | What | Left of it |
//! |---|---|
//! | `Authorization` | `REDACTED`; other headers with credentials are dropped |
//! | known secrets in any encoding, values named token, secret, password, … | `REDACTED` |
//! | JWTs, bearers, Intercom's tokens, base64 of a name and a password, long random text | `token-1` |
//! | cursors of pages | `cursor-1` |
//! | ids, from four characters on | as long and of the same make |
//! | email addresses and their domains | `person-1@example.com`, `example.com` |
//! | phone numbers | `+15550100` |
//! | names | `Person 1` |
//! | texts of custom attributes, cities, postal codes | `Text 1` |
//! | public IP addresses | `192.0.2.1`, `2001:db8::1` |
//! | URLs that lead away from the API, avatars' among them | `https://example.com/link-1` |
//! | a host that stands in for the API's | `host-1.example` |
//!
//! What belongs to nobody stays: the example values of the reference page, the
//! domains, numbers and addresses that are reserved for examples, and all of
//! the above. Redacting twice is redacting once.
//!
//! [`collect`] notes the values, by the names above them and by their form;
//! [`stand_ins`] gives each its stand-in; [`rewrite`] puts these wherever the
//! values stand, whatever the names there. [`walk`] leads both, and [`scan`],
//! through the parts of a recording. They run twice, for secrets and for the
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
