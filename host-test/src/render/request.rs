//! Formats a previewed request: as HTTP, and as a curl command.

use connector_host::PreviewedRequest;

/// The placeholder of the access token in a preview, as defined by `preview` in
/// `wit/deps/workflow-plugin`.
const REDACTED: &str = "[redacted]";

/// The request as HTTP: request line with the full URL, headers, an empty line, the unchanged
/// body.
pub fn http(request: &PreviewedRequest) -> String {
    let mut text = format!("{} {} HTTP/1.1\n", request.method, request.url);
    for header in &request.headers {
        text.push_str(&format!("{}: {}\n", header.name, header.value));
    }
    if let Some(body) = &request.body {
        text.push_str(&format!("\n{body}"));
    }
    text.trim_end_matches('\n').to_owned()
}

/// The request as a command for `sh`. It takes the token from the variable `secret`; everything
/// else is quoted, so that no value can become a command.
pub fn curl(request: &PreviewedRequest, secret: Option<&str>) -> String {
    let mut words = vec!["curl".to_owned()];
    // With `-X HEAD`, curl waits for a body that never comes.
    match request.method.as_str() {
        "HEAD" => words.push("--head".to_owned()),
        method => words.push(format!("--request {}", quoted(method))),
    }
    // Brackets and dot segments belong to the URL; curl must not interpret them.
    words.push(format!(
        "--globoff --path-as-is --url {}",
        quoted(&request.url)
    ));
    for header in &request.headers {
        words.push(format!(
            "-H {}",
            header_word(&header.name, &header.value, secret)
        ));
    }
    if let Some(body) = &request.body {
        words.push(format!("--data-raw {}", quoted(body)));
    }
    words.join(" ")
}

fn header_word(name: &str, value: &str, secret: Option<&str>) -> String {
    match (value.split_once(REDACTED), secret) {
        (Some((before, after)), Some(secret)) => {
            let [name, before, after] = [name, before, after].map(escaped);
            format!("\"{name}: {before}${secret}{after}\"")
        }
        // curl removes a header that ends with a colon, and sends an empty one this way.
        _ if value.is_empty() => quoted(&format!("{name};")),
        _ => quoted(&format!("{name}: {value}")),
    }
}

/// Text as one word of `sh`: in single quotes, only the quote itself is special.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Text in double quotes of `sh`.
fn escaped(text: &str) -> String {
    let special = |c: char| matches!(c, '"' | '\\' | '$' | '`');
    let letters = text.chars().flat_map(|c| {
        let escape = special(c).then_some('\\');
        escape.into_iter().chain([c])
    });
    letters.collect()
}
