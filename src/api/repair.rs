//! Makes a response readable although one field of it is odd: strangers write
//! names, and one of them must not keep all others from being read.

/// How deep a text stays that is nested too deep. Objects of Intercom are some ten
/// levels deep.
const KEPT_DEPTH: usize = 20;

/// A JSON text without what no parser should be given, and what was replaced, as
/// the rest of a sentence.
pub fn repaired(json: &str) -> (String, Vec<&'static str>) {
    let mut out = Vec::with_capacity(json.len());
    let mut replaced = Replaced::default();
    let (mut rest, mut depth) = (json.as_bytes(), 0_usize);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => rest = copy_string(after, &mut out, &mut replaced.halves),
            b'[' | b'{' if depth >= KEPT_DEPTH => {
                replaced.deep = true;
                rest = replace_value(after, &mut out);
            }
            b'{' if opens_reserved(after) => {
                replaced.reserved = true;
                rest = replace_value(after, &mut out);
            }
            b'[' | b'{' => {
                depth += 1;
                out.push(*byte);
            }
            b']' | b'}' => {
                depth = depth.saturating_sub(1);
                out.push(*byte);
            }
            byte => out.push(*byte),
        }
    }
    // Whole strings and ASCII took the place of others.
    (String::from_utf8(out).unwrap_or_default(), replaced.names())
}

/// What was replaced.
#[derive(Default)]
struct Replaced {
    halves: bool,
    deep: bool,
    reserved: bool,
}

impl Replaced {
    fn names(&self) -> Vec<&'static str> {
        let names = [
            (self.halves, "half a character became U+FFFD"),
            (self.deep, "what is nested too deep became null"),
            (
                self.reserved,
                "an object with a key that JSON libraries reserve became null",
            ),
        ];
        let names = names.into_iter().filter(|(replaced, _)| *replaced);
        names.map(|(_, name)| name).collect()
    }
}

/// What JSON libraries keep for themselves: under such a first key, a text would be
/// parsed in turn.
const RESERVED: &str = "$serde_json::private::";

/// Whether the first key of an object is reserved, given what follows its brace.
fn opens_reserved(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let Some((b'"', after)) = rest.split_first() else {
        return false;
    };
    let key = rest.get(..rest.len() - after_string(after).len());
    let key: Option<String> = key.and_then(|key| serde_json::from_slice(key).ok());
    key.is_some_and(|key| key.starts_with(RESERVED))
}

/// Puts null in the place of an array or object. Returns what follows it, given
/// what follows its opening bracket.
fn replace_value<'a>(mut rest: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    out.extend_from_slice(b"null");
    let mut depth = 1_usize;
    while depth > 0
        && let Some((byte, after)) = rest.split_first()
    {
        rest = match byte {
            b'"' => after_string(after),
            _ => after,
        };
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    rest
}

/// What follows a string, given what follows its opening quote.
fn after_string(mut rest: &[u8]) -> &[u8] {
    while let Some((byte, after)) = rest.split_first() {
        rest = match byte {
            b'"' => return after,
            b'\\' => after.get(1..).unwrap_or_default(),
            _ => after,
        };
    }
    rest
}

/// Copies a string, without halves of characters. Returns what follows it, given
/// what follows its opening quote.
fn copy_string<'a>(rest: &'a [u8], out: &mut Vec<u8>, halves: &mut bool) -> &'a [u8] {
    let after = after_string(rest);
    let mut string = rest.get(..rest.len() - after.len()).unwrap_or_default();
    out.push(b'"');
    while let Some((byte, tail)) = string.split_first() {
        let taken = match (byte, unit(string)) {
            (b'\\', Some(first @ 0xd800..=0xdfff)) => {
                let second = string.get(ESCAPE..).and_then(unit);
                let whole = first < 0xdc00 && matches!(second, Some(0xdc00..=0xdfff));
                if whole {
                    2 * ESCAPE
                } else {
                    *halves = true;
                    out.extend_from_slice(b"\\ufffd");
                    string = string.get(ESCAPE..).unwrap_or_default();
                    continue;
                }
            }
            (b'\\', _) if !tail.is_empty() => 2,
            _ => 1,
        };
        let (copied, left) = string.split_at_checked(taken).unwrap_or((string, b""));
        out.extend_from_slice(copied);
        string = left;
    }
    after
}

/// The length of `\uXXXX`.
const ESCAPE: usize = 6;

/// The code unit that a text begins with as `\uXXXX`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.get(..ESCAPE)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_odd_is_replaced() {
        let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let within = format!(r#"{{"a": {}, "b": [2]}}"#, deep(KEPT_DEPTH + 5));
        let cut = format!(
            r#"{{"a": {}null{}, "b": [2]}}"#,
            "[".repeat(KEPT_DEPTH - 1),
            "]".repeat(KEPT_DEPTH - 1)
        );
        for (json, expected, count) in [
            (r#"{"a": "\ud83d\ude00 \\ud83d é"}"#, None, 0),
            (r#"["\ud83d"]"#, Some(r#"["\ufffd"]"#), 1),
            (
                r#"["x\uDE00\ud83d\ud83d\ude00y", "\ud83d\n"]"#,
                Some(r#"["x\ufffd\ufffd\ud83d\ude00y", "\ufffd\n"]"#),
                1,
            ),
            (&within, Some(cut.as_str()), 1),
            (r#"["$serde_json::private::Number"]"#, None, 0),
            (
                r#"{"a": 1, "$serde_json::private::RawValue": "]"}"#,
                None,
                0,
            ),
            (
                r#"[{ "\u0024serde_json::private::RawValue": "}]"}, 2]"#,
                Some("[null, 2]"),
                1,
            ),
            (r#"{"a": "broken \"#, None, 0),
        ] {
            let (repaired, replaced) = repaired(json);
            assert_eq!(repaired, expected.unwrap_or(json));
            assert_eq!(replaced.len(), count, "{json}");
        }
    }
}
