//! What a page shows, compared with what happened: "…" stands for text that is left out, on a
//! line of its own for any number of lines.

use regex::Regex;

/// The output that a block shows.
pub struct Shown(Regex);

impl Shown {
    pub fn new(block: &str) -> Self {
        let lines = block.trim_end().lines().map(|line| match line.trim() {
            "…" => "(?s:.*)".to_owned(),
            _ => regex::escape(line.trim_end()).replace('…', "[^\n]*"),
        });
        let pattern = lines.collect::<Vec<_>>().join("\n");
        Self(Regex::new(&format!("^{pattern}$")).unwrap())
    }

    /// Whether this is what was printed, but for white space at the ends of lines.
    pub fn is(&self, printed: &str) -> bool {
        let lines = printed.trim_end().lines().map(str::trim_end);
        self.0.is_match(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The commands of a block: lines that a backslash continues are one, comments are none.
pub fn commands(block: &str) -> Vec<String> {
    let joined = block.replace("\\\n", " ");
    let lines = joined
        .lines()
        .map(|line| line.split(" #").next().unwrap_or(line));
    let lines = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

/// Whether a script holds a command: its program and subcommand, which are its words up to
/// the first option, quote, path or placeholder. A script may call a program of this repository, or
/// an interpreter, by any path.
pub fn holds(script: &str, command: &str) -> bool {
    let words = command.split(' ').skip_while(|word| word.contains('='));
    let words: Vec<&str> = words.collect();
    let words = match words.as_slice() {
        ["cargo", "run", rest @ ..] => rest.split(|word| *word == "--").nth(1).unwrap_or_default(),
        ["node" | "python3", rest @ ..] => rest,
        words => words,
    };
    let is_odd = |c: char| c.is_uppercase() || "'\"$…[{(&;</".contains(c);
    let named = words
        .iter()
        .take_while(|word| !word.starts_with('-') && !word.contains(is_odd));
    let named: Vec<&str> = named.copied().collect();
    !named.is_empty() && spaced(script).contains(&spaced(&named.join(" ")))
}

/// The words of a text, with one space around each, and paths without what leads up.
fn spaced(text: &str) -> String {
    let in_word = |c: char| c.is_alphanumeric() || "-_./:".contains(c);
    let words = text.split(|c| !in_word(c));
    let words = words.map(|word| word.trim_start_matches("../").trim_start_matches("./"));
    let words = words.filter(|word| !word.is_empty());
    format!(" {} ", words.collect::<Vec<_>>().join(" "))
}

#[test]
fn an_ellipsis_stands_for_text_that_is_left_out() {
    assert!(Shown::new("a … c").is("a b b c\n"));
    assert!(!Shown::new("a … c").is("a b\nc"));
    assert!(Shown::new("a\n…\nc").is("a\nb\nb\nc"));
    assert!(!Shown::new("a").is("a\nb"));
    assert!(!Shown::new("a.").is("ab"));
}

#[test]
fn a_script_holds_a_command_however_it_is_quoted() {
    assert!(holds(
        "spawn('node', ['receive.js'])",
        "SECRET=1 node receive.js"
    ));
    assert!(holds("wkg oci push \"$at/x\"", "wkg oci push REGISTRY/x"));
    assert!(!holds("wkg oci pull", "wkg oci push REGISTRY/x"));
}
