//! Asks for one input after the other, and checks each with the component.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};

use serde_json::Value;

use super::answer::{Answer, is_placeholder, yes_or_no};
use super::choices::{Listing, MORE};
use super::component::{Component, Problem};
use super::heading::{Typing, heading};
use super::question::{AGAIN, Question};
use super::record::Record;
use super::repetition::repetition;
use super::terminal::Terminal;
use connector_host::manifest::{Action, Field, FieldType};

/// The line that ends a multi-line text.
const END: &str = ".";

/// Asks for the required inputs that `input`, an object, lacks, and with `optional` also for the
/// others. Returns the completed input, and shows it if anything was asked.
///
/// # Errors
///
/// When the input ends ([`ErrorKind::UnexpectedEof`]), or the terminal fails.
pub async fn complete(
    action: &Action,
    input: Value,
    optional: bool,
    component: &impl Component,
    terminal: &mut impl Terminal,
) -> io::Result<Value> {
    let mut form = Form {
        action,
        component,
        terminal,
        input,
        optional,
        left_out: BTreeSet::new(),
        problems: Vec::new(),
        has_asked: false,
    };
    let root = Record::default();
    loop {
        form.fill(&root, optional).await?;
        // Inputs that are optional in the description, but required with these other inputs.
        let Some((field, problem)) = form.lacking(&root) else {
            break;
        };
        form.ask(&root, &field.name, field, Some(problem)).await?;
    }
    if form.has_asked {
        form.terminal.say(&repetition(action, &form.input));
    }
    Ok(form.input)
}

struct Form<'a, C, T> {
    action: &'a Action,
    component: &'a C,
    terminal: &'a mut T,
    input: Value,
    optional: bool,
    /// The places of the inputs that the person left out.
    left_out: BTreeSet<String>,
    /// The problems of the last preview.
    problems: Vec<Problem>,
    has_asked: bool,
}

impl<'a, C: Component, T: Terminal> Form<'a, C, T> {
    /// Asks for the missing inputs of a record.
    async fn fill(&mut self, record: &Record, optional: bool) -> io::Result<()> {
        let action = self.action;
        while let Some((key, field)) = record.next(action, &self.input, &self.left_out, optional) {
            self.ask(record, key, field, None).await?;
        }
        Ok(())
    }

    /// The first field without a value in which the last preview found a problem.
    fn lacking(&self, record: &Record) -> Option<(&'a Field, Problem)> {
        let mut problems = self.problems.iter();
        problems.find_map(|problem| {
            let mut fields = record.fields(self.action);
            let is_open = |key: &str| {
                key == problem.field
                    && self.input.get(key).is_none()
                    && !self.left_out.contains(key)
            };
            let (_, field) = fields.find(|(key, _)| is_open(key))?;
            Some((field, problem.clone()))
        })
    }

    /// Asks for one input until the component finds no problem in it, or the person keeps it.
    /// `lack` is the problem without a value.
    async fn ask(
        &mut self,
        record: &Record,
        key: &str,
        field: &Field,
        lack: Option<Problem>,
    ) -> io::Result<()> {
        self.has_asked = true;
        let place = record.place(key);
        let is_required = record.requires(field, self.action, &self.input);
        self.terminal
            .say(&heading(field, is_required || lack.is_some()));
        if let Some(problem) = lack {
            self.terminal.say(&format!("  {problem}"));
        }
        let mut question = Question::new(field, &place, self.action, is_required);
        let mut typed = self.list(&mut question).await?;
        loop {
            let value = match self.answer(&mut question, typed.take()).await? {
                Answer::Parts => return Box::pin(self.parts(record, key, field)).await,
                Answer::LeftOut => {
                    record.remove(&mut self.input, key);
                    self.left_out.insert(place);
                    return Ok(());
                }
                Answer::Value(value) => value,
            };
            record.set(&mut self.input, key, value.clone());
            let answer = Answer::Value(value);
            if question.is_kept(&answer) || !self.finds_problems(&place).await {
                return Ok(());
            }
            let (blank, says) = match is_required {
                true => (answer, "keeps this one"),
                false => (Answer::LeftOut, "leaves it out"),
            };
            question.fail(blank);
            self.terminal
                .say(&format!("  give another value; an empty answer {says}"));
        }
    }

    /// Shows the preview's problems at `place` and stores the others. Returns whether there were
    /// any at `place`.
    async fn finds_problems(&mut self, place: &str) -> bool {
        self.problems = self.component.problems(&self.input).await;
        let found = self.problems.iter().filter(|problem| problem.is_at(place));
        let lines: Vec<String> = found.map(|problem| format!("  {problem}")).collect();
        if !lines.is_empty() {
            self.terminal.say(&lines.join("\n"));
        }
        !lines.is_empty()
    }

    /// Asks for the parts of a record, or of each record of a list.
    async fn parts(&mut self, record: &Record, key: &str, field: &Field) -> io::Result<()> {
        if field.kind == FieldType::Record {
            record.set(&mut self.input, key, Value::Object(serde_json::Map::new()));
            return self.fill_part(&record.within(key)).await;
        }
        record.set(&mut self.input, key, Value::Array(Vec::new()));
        for index in 0.. {
            record.add_row(&mut self.input, key);
            self.fill_part(&record.row(key, index)).await?;
            let more = format!("{}: another? [y/N] ", record.place(key));
            self.terminal.say("");
            if yes_or_no(self.terminal.line(&more)?.trim()) != Some(true) {
                break;
            }
        }
        Ok(())
    }

    /// A record that is entered should have content: if none of its fields is required, all are
    /// asked for.
    async fn fill_part(&mut self, record: &Record) -> io::Result<()> {
        let required = record.next(self.action, &self.input, &self.left_out, false);
        let optional = self.optional || required.is_none();
        self.fill(record, optional).await
    }

    /// Asks until the answer is valid.
    async fn answer(
        &mut self,
        question: &mut Question<'_>,
        mut typed: Option<String>,
    ) -> io::Result<Answer> {
        loop {
            let text = match typed.take() {
                Some(text) => text,
                None => self.read(question).await?,
            };
            if text == MORE && question.listing.has_more() {
                self.terminal.say(&question.listing.next_page());
                continue;
            }
            if text == AGAIN && question.can_search() {
                typed = self.list(question).await?;
                continue;
            }
            match question.read(&text) {
                Ok(answer) => return Ok(answer),
                Err(expected) => self.terminal.say(&format!("  give {expected}")),
            }
        }
    }

    async fn read(&mut self, question: &Question<'_>) -> io::Result<String> {
        let prompt = question.prompt();
        match question.typing {
            Typing::Line => Ok(self.terminal.line(&prompt)?.trim().to_owned()),
            Typing::Hidden => Ok(self.terminal.hidden(&prompt).await?.trim().to_owned()),
            Typing::Lines => {
                self.terminal.say(&format!(
                    "  several lines; end them with a line that contains only a dot, or Ctrl-D\n{}",
                    prompt.trim_end()
                ));
                self.lines()
            }
        }
    }

    /// Reads lines up to a single dot or the end of input; `None` if the first is empty.
    fn lines(&mut self) -> io::Result<String> {
        let mut lines: Vec<String> = Vec::new();
        loop {
            match self.terminal.line("> ") {
                Ok(line) if line == END || (line.is_empty() && lines.is_empty()) => break,
                Ok(line) => lines.push(line),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof && !lines.is_empty() => {
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(lines.join("\n"))
    }

    /// Lists the choices, after asking for search words if the choices can be searched. A
    /// placeholder typed there is the answer.
    async fn list(&mut self, question: &mut Question<'_>) -> io::Result<Option<String>> {
        if let Some(source) = &question.field.choices {
            let mut input = source.input.clone();
            if let Some(search) = &source.search {
                let words = self.terminal.line("  search for: ")?.trim().to_owned();
                if is_placeholder(question.field, &words) {
                    return Ok(Some(words));
                }
                if let Some(input) = input.as_object_mut().filter(|_| !words.is_empty()) {
                    input.insert(search.clone(), words.into());
                }
            }
            match self.component.list(&source.action, &input).await {
                Ok(result) => question.listing = Listing::listed(source, &result),
                Err(error) => self
                    .terminal
                    .say(&format!("  no choices: {error}; any value is accepted")),
            }
        }
        if let Some(choices) = question.choices() {
            self.terminal.say(&choices);
        }
        Ok(None)
    }
}
