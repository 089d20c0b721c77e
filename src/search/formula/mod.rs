//! The filter formula as a language: text in, a tree of conditions out.
//!
//! Knows the grammar and the locations in the text, not what Intercom can search for. Uses fields
//! only for examples in errors.
//!
//! ```
//! use intercom_connector::internals::{CONTACTS, formula::ParsedFormula};
//!
//! let formula = ParsedFormula::parse("role = 'user' and not (email $ '@example.com')", &CONTACTS);
//! let formula = formula.unwrap();
//! assert_eq!(formula.to_string(), "role = 'user' AND NOT email ENDS WITH '@example.com'");
//! ```

mod ast;
mod display;
mod error;
mod lexer;
mod operator;
mod parser;
mod words;

pub use ast::{Condition, Connective, Literal, Operand, ParsedFormula, Tree, Written};
pub use error::{FormulaError, Location, quoted_part};
pub use operator::{Operator, SPELLINGS, Takes};
pub use parser::MAX_DEPTH;
