//! A stateful Intercom on loopback: contacts with unique identities, searches,
//! messages, conversations, tickets, OAuth, rate limits and errors, as Intercom's
//! documentation and its published API description define them.
//!
//! [`respond`] is the whole double without a socket: state and request in,
//! response out. Where the documentation leaves Intercom's behaviour open, the
//! double is strict: it rejects pages of more than 150 rows, and groups that mix
//! filters with groups. Text comparisons are case-sensitive, days are in UTC unless
//! [`State::set_utc_offset`] says otherwise, and an archived contact can be read and
//! changed, but not searched or messaged.
//!
//! Modules, outermost first; each depends only on those below:
//!
//! | Module | Contents |
//! |---|---|
//! | `double` | the server, and its counts |
//! | `router` | all routes, and the checks that every request passes |
//! | `operations` | the operations of the API, and their routes |
//! | `route` | which operation a method and a path stand for |
//! | `state` | everything that a double remembers |
//! | `options`, `seed` | how it is set up, and the contacts that it starts with |
//! | `workspace`, `contacts`, `companies`, `conversations`, `tickets`, `parts`, `search`, `messages`, `auth`, `script`, `rate_limit`, `violations` | the parts of the state |
//! | `call`, `version`, `response` | requests and responses |

mod auth;
mod call;
mod companies;
mod contacts;
mod conversations;
mod double;
mod events;
mod lists;
mod messages;
mod notes;
mod operations;
mod options;
mod parts;
mod rate_limit;
mod response;
mod route;
mod router;
mod script;
mod search;
mod seed;
mod state;
mod tags;
#[cfg(test)]
mod tests;
mod tickets;
mod version;
mod violations;
mod workspace;

pub use auth::Client;
pub use double::{COUNTS_PATH, Counts, IntercomDouble};
pub use options::{CLIENT_ID, CLIENT_SECRET, Options, REDIRECT_URI, TOKEN};
pub use router::respond;
pub use script::SCRIPT_PATH;
pub use state::State;
pub use workspace::Region;
