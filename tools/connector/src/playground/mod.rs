//! The playground: builds its page, serves it on the loopback, and sends the requests
//! of actions that are run there.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`page`] | builds the page with Node.js, and reads it |
//! | [`bridge`] | sends requests with the token and under the policy of this process |
//! | [`server`] | answers the browser; only a page of its own, which has the key |

mod bridge;
mod page;
mod server;

pub use bridge::Bridge;
pub use page::{Page, PageError};
pub use server::{ServeError, Server};
