//! Serves a connector's actions to agents with the Model Context Protocol. All texts come from
//! the component, whatever its service.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`server`] | dispatches the protocol's requests to the other modules |
//! | [`http`] | Streamable HTTP on the loopback |
//! | `call` | calls a tool in its own sandbox |
//! | `ask` | asks the person to confirm a call, and for inputs that it lacks |
//! | `result` | formats results and errors for an agent |
//! | `pages` | the rest of long results, by cursor |
//! | `resources` | the reference, guides and the skill |
//! | `skill` | when to use which tool |
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
