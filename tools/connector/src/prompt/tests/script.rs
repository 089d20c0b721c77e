//! A person, a component and a form for tests.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};

use serde_json::{Value, json};

use crate::prompt::{Component, Problem, Terminal, complete};
use connector_host::manifest::{Action, Field};

/// The answer that ends the input (Ctrl-D).
pub const END: &str = "\u{4}";

/// A person who gives these answers; `shown` is what a terminal would show.
struct Script {
    answers: VecDeque<&'static str>,
    shown: String,
}

impl Terminal for Script {
    fn say(&mut self, text: &str) {
        self.shown += &format!("{text}\n");
    }

    fn line(&mut self, question: &str) -> io::Result<String> {
        assert!(
            !question.contains('\n'),
            "a terminal would escape it: {question:?}"
        );
        let answer = self.answers.pop_front().unwrap_or(END);
        self.shown += &format!("{question}{answer}\n");
        match answer {
            END => Err(ErrorKind::UnexpectedEof.into()),
            answer => Ok(answer.to_owned()),
        }
    }

    async fn hidden(&mut self, question: &str) -> io::Result<String> {
        self.shown += &format!("{question}\n");
        Ok(self.answers.pop_front().unwrap().to_owned())
    }
}

/// A component that lists pets and finds problems in an input.
struct Double {
    find: fn(&Value) -> Vec<(&'static str, &'static str)>,
    listed: RefCell<Vec<Value>>,
}

impl Component for Double {
    async fn problems(&self, input: &Value) -> Vec<Problem> {
        let found = (self.find)(input).into_iter();
        let problem = |(field, message): (&str, &str)| Problem {
            field: field.to_owned(),
            message: message.to_owned(),
        };
        found.map(problem).collect()
    }

    async fn list(&self, action: &str, input: &Value) -> Result<Value, String> {
        self.listed.borrow_mut().push(input.clone());
        match action {
            "list-pets" => Ok(json!({ "pets": [
                { "id": 41, "name": "Rex" },
                { "id": 42, "name": "Tom" },
            ] })),
            _ => Err(format!("{action}: no such list")),
        }
    }
}

/// The outcome of a form.
pub struct Filled {
    pub input: io::Result<Value>,
    pub shown: String,
    /// The inputs that the lists were called with.
    pub listed: Vec<Value>,
}

/// Fills in a form of these inputs.
pub struct Form {
    pub inputs: Vec<Field>,
    pub given: Value,
    pub optional: bool,
    pub find: fn(&Value) -> Vec<(&'static str, &'static str)>,
}

impl Form {
    pub fn of(inputs: &[Field]) -> Self {
        Self {
            inputs: inputs.to_vec(),
            given: json!({}),
            optional: false,
            find: |_| Vec::new(),
        }
    }

    pub async fn answer(self, answers: &[&'static str]) -> Filled {
        let action = Action {
            inputs: self.inputs,
            ..Action::default()
        };
        let double = Double {
            find: self.find,
            listed: RefCell::default(),
        };
        let mut script = Script {
            answers: answers.iter().copied().collect(),
            shown: String::new(),
        };
        let input = complete(&action, self.given, self.optional, &double, &mut script).await;
        assert!(script.answers.is_empty(), "{}", script.shown);
        Filled {
            input,
            shown: script.shown,
            listed: double.listed.take(),
        }
    }
}
