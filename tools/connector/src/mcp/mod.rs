//! Serves a connector's actions to agents, by the Model Context Protocol. All that it
//! says comes from the component: it knows no particular service.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`server`] | the protocol's requests, each passed on to one of the others |
//! | [`http`] | Streamable HTTP on the loopback |
//! | `call` | a call of a tool, in a sandbox of its own |
//! | `ask` | asks the person to confirm a call, and for inputs that it lacks |
//! | `result` | results and errors as an agent reads them |
//! | `pages` | what was cut off long results, by cursor |
//! | `resources` | the reference, guides and the skill |
//! | `skill` | which tool when |
//! | [`tools`](Toolbox) | the list of tools |
//! | [`exposure`](Exposed) | which actions an agent may call |
//! | [`component`](Component) | sandboxes, each for one call |

mod ask;
mod call;
mod component;
mod exposure;
pub mod http;
mod pages;
mod resources;
mod result;
pub mod server;
mod skill;
mod tools;

pub use component::Component;
pub use exposure::{ALL_DESTRUCTIVE, Exposed, ExposureError, Rules};
pub use resources::{Guide, GuideError};
pub use server::Server;
pub use tools::Toolbox;
