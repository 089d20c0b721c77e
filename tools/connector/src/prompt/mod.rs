//! Asks a person for the inputs that a call lacks, as `describe` describes them.
//! Knows no connector, and reaches component and terminal through two traits.
//!
//! | Module | What it is for |
//! |---|---|
//! | `form` | asks for one input after the other |
//! | `record` | which input is next, and where its value goes |
//! | `repetition` | the completed input, for a call without questions |
//! | `question` | the question for one input |
//! | `answer` | what a typed text stands for |
//! | `choices` | the values to choose from, as a numbered list |
//! | `heading` | what is shown before an input is asked for, and how it is typed |
//! | `component`, `terminal` | what the form needs from outside |

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
