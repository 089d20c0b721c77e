//! Escapes control characters in foreign text for a terminal.

/// A value: control characters except tabs are escaped as in `\u001b`, including line breaks, so
/// that a value cannot imitate a line of ours. JSON stays equivalent.
pub fn line(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => printable.push(character),
            _ if character.is_control() => {
                printable += &format!("\\u{:04x}", u32::from(character));
            }
            _ => printable.push(character),
        }
    }
    printable
}

/// Text with its own layout, such as an error with a caret below the place: its line breaks
/// stay.
pub fn lines(text: &str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        for (text, as_line, as_lines) in [
            ("Zoë & Co\t7", "Zoë & Co\t7", "Zoë & Co\t7"),
            ("a\nb\r\n", r"a\u000ab\u000d\u000a", "a\nb\\u000d\n"),
            (
                "\u{1b}]0;title\u{7}",
                r"\u001b]0;title\u0007",
                r"\u001b]0;title\u0007",
            ),
            ("\u{9b}31m\u{7f}", r"\u009b31m\u007f", r"\u009b31m\u007f"),
        ] {
            assert_eq!(line(text), as_line, "{text:?}");
            assert_eq!(lines(text), as_lines, "{text:?}");
        }
    }
}
