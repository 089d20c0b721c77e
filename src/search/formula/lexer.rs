//! Splits a formula into tokens, each with its location in bytes.

use super::ast::{Literal, Written};
use super::error::{FormulaError, Location, quoted_part};
use crate::input::{Part, Placeholder, Template};
use std::ops::Range;

/// A token and its location.
#[derive(Debug)]
pub struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub span: Range<usize>,
}

#[derive(Debug)]
pub enum TokenKind<'a> {
    /// One of [`SYMBOLS`].
    Symbol(&'static str),
    /// A keyword or a plain name.
    Word(&'a str),
    /// A name of several parts, or in back-quotes or brackets: never a keyword.
    Name(String),
    /// A number or a date: it starts with a digit.
    Bare(&'a str),
    /// Quoted text, or a placeholder outside of quotes.
    Value(Written),
    /// After the last token.
    End,
}

/// Longer symbols first.
const SYMBOLS: [&str; 18] = [
    "&&", "||", "==", "!=", "<>", "<=", ">=", "!~", "=", "<", ">", "~", "^", "$", "!", "(", ")",
    ",",
];

/// Symbols of other languages and word processors, and the symbol to write instead.
const FOREIGN: [(&str, &str); 8] = [
    ("=>", ">="),
    ("=<", "<="),
    ("=~", "~"),
    ("&", "AND"),
    ("|", "OR"),
    (";", "AND"),
    ("“", "'"),
    ("‘", "'"),
];

/// Maximum number of closing delimiters tried as a placeholder's end: a quoted name
/// inside may hold some. A higher number helps hostile input only.
const MAX_CLOSINGS: usize = 8;

/// Splits `text` into tokens, the last one `End`. Without `templates`, `{{` and
/// `<<` are ordinary text: `text` itself came from a placeholder.
///
/// # Errors
/// The first text that is not a token.
pub fn lex(text: &str, templates: bool) -> Result<Vec<Token<'_>>, FormulaError> {
    let mut lexer = Lexer {
        text,
        at: 0,
        templates,
    };
    let mut tokens = Vec::new();
    loop {
        let rest = lexer.rest();
        lexer.at += rest.len() - rest.trim_start().len();
        let start = lexer.at;
        let kind = lexer.token()?;
        let done = matches!(kind, TokenKind::End);
        tokens.push(Token {
            kind,
            span: start..lexer.at,
        });
        if done {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    templates: bool,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn error(&self, span: Range<usize>, problem: String, hint: &str) -> FormulaError {
        FormulaError::at(&Location::Span(span), problem, hint)
    }

    fn token(&mut self) -> Result<TokenKind<'a>, FormulaError> {
        let Some(first) = self.peek() else {
            return Ok(TokenKind::End);
        };
        if let Some(placeholder) = self.placeholder()? {
            return Ok(TokenKind::Value(Written::Placeholder(placeholder)));
        }
        if first == '\'' || first == '"' {
            return self.quoted_text(first).map(TokenKind::Value);
        }
        if starts_name(first) {
            return self.name();
        }
        if self.starts_bare() {
            let accept = |c: char| c.is_alphanumeric() || "+-.:_".contains(c);
            return Ok(TokenKind::Bare(self.take_while(accept)));
        }
        self.symbol(first)
    }

    fn symbol(&mut self, first: char) -> Result<TokenKind<'a>, FormulaError> {
        let rest = self.rest();
        let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
        let foreign = FOREIGN.into_iter().find(|(text, _)| rest.starts_with(text));
        match (symbol, foreign) {
            (Some(symbol), Some((text, _))) if symbol.len() >= text.len() => self.accept(symbol),
            (Some(symbol), None) => self.accept(symbol),
            (_, Some((text, here))) => Err(self.error(
                self.at..self.at + text.len(),
                format!("{} has no meaning here", quoted_part(text)),
                &format!("write {here}"),
            )),
            (None, None) => Err(self.error(
                self.at..self.at + first.len_utf8(),
                format!(
                    "{} has no meaning here",
                    quoted_part(first.encode_utf8(&mut [0; 4]))
                ),
                "put text in quotes, such as email = 'name@example.com'",
            )),
        }
    }

    fn accept(&mut self, symbol: &'static str) -> Result<TokenKind<'a>, FormulaError> {
        self.at += symbol.len();
        Ok(TokenKind::Symbol(symbol))
    }

    fn starts_bare(&self) -> bool {
        let rest = self.rest();
        rest.strip_prefix(['+', '-', '.'])
            .unwrap_or(rest)
            .starts_with(|c: char| c.is_ascii_digit())
    }

    /// `part(.part)*`, each part plain, in back-quotes or in brackets.
    fn name(&mut self) -> Result<TokenKind<'a>, FormulaError> {
        let start = self.at;
        let word = self.take_while(continues_name);
        if !word.is_empty() && !matches!(self.peek(), Some('.' | '[')) {
            return Ok(TokenKind::Word(word));
        }
        self.at = start;
        let mut parts = Vec::new();
        loop {
            let start = self.at;
            parts.push(match self.peek() {
                Some('`') => self.enclosed('`', '`')?,
                Some('[') => unquoted(&self.enclosed('[', ']')?),
                _ => self.take_while(continues_name).to_owned(),
            });
            if parts.last().is_none_or(String::is_empty) {
                return Err(self.error(
                    start..self.at,
                    "a name is missing".to_owned(),
                    "write one such as created_at",
                ));
            }
            let more = self.eat(".") || self.peek() == Some('[');
            if !more {
                return Ok(TokenKind::Name(parts.join(".")));
            }
        }
    }

    /// The text between `open` and `close`. A doubled `close` stands for one.
    fn enclosed(&mut self, open: char, close: char) -> Result<String, FormulaError> {
        let start = self.at;
        self.bump();
        let mut inner = String::new();
        while let Some(next) = self.bump() {
            if next != close {
                inner.push(next);
            } else if self.peek() == Some(close) {
                inner.extend(self.bump());
            } else {
                return Ok(inner);
            }
        }
        Err(self.error(
            start..start + 1,
            format!("\"{open}\" has no closing {close}"),
            &format!("close the name with {close}"),
        ))
    }

    /// Text in quotes. Backslashes before a placeholder are [`Template`]'s. A doubled
    /// quote, or one after a backslash, is a quote; a doubled backslash is one
    /// backslash; other backslashes are literal.
    fn quoted_text(&mut self, quote: char) -> Result<Written, FormulaError> {
        let start = self.at;
        self.bump();
        let mut parts = Vec::new();
        let mut literal = String::new();
        loop {
            literal.push_str(self.take_while(|c| c != quote && !matches!(c, '\\' | '{' | '<')));
            let escaped = Template::unescaped(self.rest()).filter(|_| self.templates);
            if let Some((unescaped, after)) = escaped {
                literal.push_str(unescaped);
                self.at = self.text.len() - after.len();
                continue;
            }
            if let Some(placeholder) = self.placeholder()? {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Placeholder(placeholder));
                continue;
            }
            match (self.bump(), self.peek()) {
                (Some('\\'), Some('\\' | '\'' | '"')) => literal.extend(self.bump()),
                (Some(found), Some(next)) if found == quote && next == quote => {
                    literal.extend(self.bump());
                }
                (Some(found), _) if found == quote => break,
                (Some(found), _) => literal.push(found),
                (None, _) => {
                    return Err(self.error(
                        start..start + 1,
                        format!("the text has no closing {quote}"),
                        &format!("close it with {quote}; inside the text, write {quote} twice"),
                    ));
                }
            }
        }
        if parts.is_empty() {
            return Ok(Written::Literal(Literal::Text(literal)));
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Written::Text(parts))
    }

    /// The placeholder that starts here, by [`Template`]'s grammar.
    fn placeholder(&mut self) -> Result<Option<Placeholder>, FormulaError> {
        let rest = self.rest();
        let close = match rest {
            _ if !self.templates => return Ok(None),
            _ if rest.starts_with("{{") => "}}",
            _ if rest.starts_with("<<") => ">>",
            _ => return Ok(None),
        };
        let mut mistake = None;
        for (at, _) in rest.match_indices(close).take(MAX_CLOSINGS) {
            let end = at + close.len();
            match Template::parse(rest.get(..end).unwrap_or_default()) {
                Ok(template) => {
                    if let Some(placeholder) = template.placeholder() {
                        self.at += end;
                        return Ok(Some(placeholder.clone()));
                    }
                }
                Err(error) => _ = mistake.get_or_insert((error.to_string(), end)),
            }
        }
        let (problem, length) = mistake.unwrap_or_else(|| {
            let found = quoted_part(rest);
            (format!("{found} has no closing {close}"), 2)
        });
        Err(self.error(
            self.at..self.at + length,
            problem,
            "write a placeholder such as {{settings.admin}}",
        ))
    }
}

fn starts_name(char: char) -> bool {
    (char.is_alphanumeric() && !char.is_ascii_digit()) || matches!(char, '_' | '`' | '[')
}

fn continues_name(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-')
}

/// `["a name"]` means `[a name]`.
fn unquoted(inner: &str) -> String {
    let inner = inner.trim();
    ['"', '\'']
        .into_iter()
        .find_map(|quote| inner.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(inner)
        .to_owned()
}
