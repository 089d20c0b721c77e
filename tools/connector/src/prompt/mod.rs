//! Asks a person for the missing inputs of a call, as `describe` describes them. Works for any
//! connector; reaches component and terminal through two traits.
//!
//! | Module | What it is for |
//! |---|---|
//! | `form` | asks for one input after the other |
//! | `record` | the next input, and the place of its value |
//! | `repetition` | the completed input, for a call without questions |
//! | `question` | the question for one input |
//! | `answer` | parses a typed text |
//! | `choices` | the values to choose from, as a numbered list |
//! | `heading` | the heading of an input, and how it is typed |
//! | `component`, `terminal` | the traits that the form needs |

mod answer;
mod choices;
mod component;
mod form;
mod heading;
mod question;
mod record;
mod repetition;
mod terminal;
#[cfg(test)]
mod tests;

pub use component::{Component, Problem};
pub use form::complete;
pub use terminal::{Console, Terminal};
