//! Parses tokens into the tree. `OR` binds loosest, then `AND`, then `NOT`.

use super::ast::{Condition, Connective, Literal, Operand, ParsedFormula, Tree, Written};
use super::error::{FormulaError, Location, quoted_part};
use super::lexer::{Token, TokenKind, lex};
use super::operator::{Operator, SPELLINGS, Takes};
use super::words::{bare_literal, is_keyword, word_literal};
use crate::input::shortened;
use crate::search::fields::{MAX_WORDS, Table};

/// Maximum nesting of parentheses and `NOT`. People write fewer than ten; the parser and every
/// later pass recurse as deep, and a sandbox's stack of 1 MB holds
/// thousands.
pub const MAX_DEPTH: usize = 64;

impl ParsedFormula {
    /// Parses a formula. The table is for the examples of errors only.
    ///
    /// # Errors
    /// The first error, with its location.
    pub fn parse(text: &str, table: &Table) -> Result<Self, FormulaError> {
        Self::parse_with(text, table, true)
    }

    /// Parses a formula. Without `templates` it came from a placeholder, and is not
    /// searched for placeholders again.
    ///
    /// # Errors
    /// As for [`ParsedFormula::parse`].
    pub fn parse_with(text: &str, table: &Table, templates: bool) -> Result<Self, FormulaError> {
        let mut parser = Parser {
            text,
            table,
            tokens: lex(text, templates)?,
            at: 0,
            depth: 0,
        };
        let tree = parser.joined(Connective::Or, "a condition")?;
        match parser.peek() {
            TokenKind::End => Ok(Self(tree)),
            _ => Err(parser.expected("AND, OR or the end", AFTER_CONDITION)),
        }
    }
}

const AFTER_CONDITION: &str = "join conditions with AND or OR";
const AN_OPERATOR: &str = "write one such as =, !=, <, >, CONTAINS, IN or IS NULL";
const A_LIST: &str = "write a list, such as IN ('user', 'lead')";

struct Parser<'a> {
    text: &'a str,
    table: &'a Table,
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, FormulaError>;

impl<'a> Parser<'a> {
    fn ahead(&self, steps: usize) -> &TokenKind<'a> {
        match self.tokens.get(self.at + steps) {
            Some(token) => &token.kind,
            None => &TokenKind::End,
        }
    }

    fn peek(&self) -> &TokenKind<'a> {
        self.ahead(0)
    }

    fn span(&self) -> std::ops::Range<usize> {
        let end = self.text.len();
        self.tokens
            .get(self.at)
            .map_or(end..end, |token| token.span.clone())
    }

    fn location(&self) -> Location {
        Location::Span(self.span())
    }

    /// The end of the token before this one.
    fn last_end(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.span.end)
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), TokenKind::Symbol(found) if *found == symbol)
    }

    fn is_word(&self, steps: usize, word: &str) -> bool {
        matches!(self.ahead(steps), TokenKind::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn eat(&mut self, symbol: &str, word: &str) -> bool {
        let found = self.is_symbol(symbol) || self.is_word(0, word);
        self.at += usize::from(found);
        found
    }

    /// `expected …, found …` at the current token, or after the last one.
    fn expected(&self, what: &str, hint: &str) -> FormulaError {
        let (found, span) = match self.peek() {
            TokenKind::End => ("the end".to_owned(), self.last_end()..self.last_end()),
            _ => {
                let span = self.span();
                let found = self.text.get(span.clone()).unwrap_or_default();
                (quoted_part(found), span)
            }
        };
        FormulaError::at(
            &Location::Span(span),
            format!("expected {what}, found {found}"),
            hint,
        )
    }

    fn joined(
        &mut self,
        connective: Connective,
        mut what: &'static str,
    ) -> Parsed<Tree<Condition<Written>>> {
        let (symbol, word, next) = match connective {
            Connective::Or => ("||", "OR", "a condition after OR"),
            Connective::And => ("&&", "AND", "a condition after AND"),
        };
        let mut parts = Vec::new();
        loop {
            parts.push(match connective {
                Connective::Or => self.joined(Connective::And, what)?,
                Connective::And => self.negated(what)?,
            });
            if !self.eat(symbol, word) {
                return Ok(Tree::join(connective, parts));
            }
            what = next;
        }
    }

    fn negated(&mut self, what: &'static str) -> Parsed<Tree<Condition<Written>>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FormulaError::at(
                &self.location(),
                format!("is nested more than {MAX_DEPTH} levels deep"),
                "remove parentheses",
            ));
        }
        let open = self.location();
        let tree = if self.eat("!", "NOT") {
            Tree::Not(Box::new(self.negated("a condition after NOT")?))
        } else if self.eat("(", "(") {
            let inner = self.joined(Connective::Or, "a condition after (")?;
            if !self.eat(")", ")") {
                return Err(match self.peek() {
                    TokenKind::End => unclosed(&open),
                    _ => self.expected("AND, OR or )", AFTER_CONDITION),
                });
            }
            inner
        } else {
            Tree::Leaf(self.condition(what)?)
        };
        self.depth -= 1;
        Ok(tree)
    }

    fn condition(&mut self, what: &str) -> Parsed<Condition<Written>> {
        let field_location = self.location();
        let field = match self.peek() {
            TokenKind::Word(word) if !is_keyword(word) => (*word).to_owned(),
            TokenKind::Name(name) => name.clone(),
            TokenKind::Value(Written::Placeholder(_)) => {
                let hint = "write the field's name, since a placeholder stands for a value";
                return Err(self.expected(what, hint));
            }
            TokenKind::Value(_) | TokenKind::Bare(_) => {
                let hint = format!("begin with the field, such as {}", self.table.condition());
                return Err(self.expected(what, &hint));
            }
            _ => {
                let example = self.table.condition();
                let hint = format!("write a field, an operator and a value, such as {example}");
                return Err(self.expected(what, &hint));
            }
        };
        self.at += 1;
        let start = self.span().start;
        let operator = self.operator(&field)?;
        let operator_location = Location::Span(start..self.last_end());
        let (operator, operands) = self.operands(operator)?;
        Ok(Condition {
            field,
            field_location,
            operator,
            operator_location,
            operands,
        })
    }

    fn operator(&mut self, field: &str) -> Parsed<Operator> {
        if let Some((tokens, operator)) = self.spelled_here() {
            self.at += tokens;
            return Ok(operator);
        }
        let what = format!("an operator after {field}");
        Err(match self.peek() {
            TokenKind::Word(word) => {
                if let Some(name) = self.name_with_spaces(field) {
                    let hint = format!("quote a name with spaces: `{name}`");
                    return Err(self.expected(&what, &hint));
                }
                let hint = match Operator::nearest(word) {
                    _ if word.eq_ignore_ascii_case("LIKE") => "write CONTAINS".to_owned(),
                    _ if word.eq_ignore_ascii_case("IS") => "write IS NULL or IS NOT NULL".into(),
                    Some(near) => format!("write {near} if you meant that"),
                    None => AN_OPERATOR.to_owned(),
                };
                self.expected(&what, &hint)
            }
            _ => self.expected(&what, AN_OPERATOR),
        })
    }

    /// The field whose title starts with `field` and continues here.
    fn name_with_spaces(&self, field: &str) -> Option<String> {
        let mut name = field.to_owned();
        for steps in 0..MAX_WORDS - 1 {
            let TokenKind::Word(word) = self.ahead(steps) else {
                return None;
            };
            name = format!("{name} {word}");
            if self.table.find(&name).is_some() {
                return Some(name);
            }
        }
        None
    }

    /// The operator that starts here, in as many tokens as it can have.
    fn spelled_here(&self) -> Option<(usize, Operator)> {
        let spelled = |spelling: &str| match self.peek() {
            TokenKind::Symbol(symbol) => (*symbol == spelling).then_some(1),
            TokenKind::Word(word) => self.words(word, spelling),
            _ => None,
        };
        let found = SPELLINGS
            .into_iter()
            .filter_map(|(spelling, operator)| Some((spelled(spelling)?, operator)));
        found.max_by_key(|(tokens, _)| *tokens)
    }

    /// The number of words of a spelling, if it occurs here. `first` is the first word.
    fn words(&self, first: &str, spelling: &str) -> Option<usize> {
        let begins = spelling.get(..first.len())?.eq_ignore_ascii_case(first);
        let mut words = spelling.split(' ').enumerate();
        (begins && words.all(|(at, word)| self.is_word(at, word)))
            .then(|| spelling.split(' ').count())
    }

    fn operands(&mut self, operator: Operator) -> Parsed<(Operator, Vec<Operand<Written>>)> {
        let mut operands = Vec::new();
        match operator.takes() {
            Takes::Nothing => {}
            Takes::Value => operands.push(self.operand(operator.name())?),
            Takes::Range => {
                operands.push(self.operand(operator.name())?);
                if !self.eat("&&", "AND") {
                    let hint = "write both ends, such as BETWEEN '2023-01-01' AND '2023-12-31'";
                    return Err(self.expected("AND and the upper end of BETWEEN", hint));
                }
                operands.push(self.operand("AND")?);
            }
            Takes::List => self.list(operator, &mut operands)?,
        }
        // IS NULL means equality with null.
        let null = matches!(
            operands.as_slice(),
            [Operand {
                value: Written::Literal(Literal::Null),
                ..
            }]
        );
        let operator = match operator {
            Operator::Equal if null => Operator::IsNull,
            Operator::NotEqual if null => Operator::IsNotNull,
            _ => return Ok((operator, operands)),
        };
        Ok((operator, Vec::new()))
    }

    /// Values in parentheses, or one placeholder that is a list.
    fn list(&mut self, operator: Operator, operands: &mut Vec<Operand<Written>>) -> Parsed<()> {
        if matches!(self.peek(), TokenKind::Value(Written::Placeholder(_))) {
            operands.push(self.operand(operator.name())?);
            return Ok(());
        }
        let open = self.location();
        if !self.eat("(", "(") {
            let what = format!("( after {}", operator.name());
            return Err(self.expected(&what, A_LIST));
        }
        let mut after = "(";
        loop {
            operands.push(self.operand(after)?);
            if self.eat(")", ")") {
                return Ok(());
            }
            if !self.eat(",", ",") {
                return Err(match self.peek() {
                    TokenKind::End => unclosed(&open),
                    _ => self.expected(", or )", A_LIST),
                });
            }
            after = "the comma";
        }
    }

    fn operand(&mut self, after: &str) -> Parsed<Operand<Written>> {
        let value = match self.peek() {
            TokenKind::Value(_) => self.take_value(),
            TokenKind::Bare(bare) => match bare_literal(bare) {
                Some(literal) => Written::Literal(literal),
                None => {
                    return Err(
                        self.expected("a number, a date or text in quotes", &in_quotes(bare))
                    );
                }
            },
            TokenKind::Word(word) => match word_literal(word) {
                Some(literal) => Written::Literal(literal),
                None => {
                    let hint = match is_keyword(word) {
                        true => self.example(),
                        false => in_quotes(word),
                    };
                    return Err(self.expected(&format!("a value after {after}"), &hint));
                }
            },
            TokenKind::Name(name) => {
                return Err(self.expected(&format!("a value after {after}"), &in_quotes(name)));
            }
            TokenKind::Symbol(_) | TokenKind::End => {
                return Err(self.expected(&format!("a value after {after}"), &self.example()));
            }
        };
        let location = self.location();
        self.at += 1;
        Ok(Operand {
            value,
            location,
            source: None,
        })
    }

    /// Takes the value out of the current token, without a copy.
    fn take_value(&mut self) -> Written {
        const TAKEN: Written = Written::Literal(Literal::Null);
        match self.tokens.get_mut(self.at).map(|token| &mut token.kind) {
            Some(TokenKind::Value(value)) => std::mem::replace(value, TAKEN),
            _ => TAKEN,
        }
    }

    /// The hint where a value of the last field is missing.
    fn example(&self) -> String {
        let before = self.tokens.get(..self.at).unwrap_or_default();
        let field = before.iter().rev().find_map(|token| match &token.kind {
            TokenKind::Word(word) if !is_keyword(word) => Some(*word),
            TokenKind::Name(name) => Some(name.as_str()),
            _ => None,
        });
        let example = field.map_or("a value, such as 'user'", |field| {
            self.table.example_of(field)
        });
        format!("write {example}")
    }
}

fn unclosed(open: &Location) -> FormulaError {
    FormulaError::at(open, "\"(\" has no closing )", "add a )")
}

fn in_quotes(text: &str) -> String {
    format!("put text in quotes: '{}'", shortened(text))
}
