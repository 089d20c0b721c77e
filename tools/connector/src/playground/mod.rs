//! The playground: builds its page, serves it on loopback, and sends the requests of live runs.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`page`] | builds the page with Node.js, and reads its files |
//! | [`bridge`] | sends requests with the token and under the policy of this process |
//! | [`server`] | responds to the browser, and to its own page, which has the key |

mod bridge;
mod page;
mod server;

pub use bridge::Bridge;
pub use page::{Page, PageError};
pub use server::{ServeError, Server};
