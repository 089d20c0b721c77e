//! A previewed request as text: as HTTP writes it, and as a curl line.

use connector_host::PreviewedRequest;

/// What stands for the access token in a preview; `preview` in
/// `wit/deps/workflow-plugin` says so.
const REDACTED: &str = "[redacted]";

/// The request as HTTP: request line with the whole URL, headers, an empty
/// line, the body as it is.
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

/// The request as a line for `sh`. Where the preview left out the token, the
/// line takes it from the variable `secret`; everything else is quoted, so that
/// no value can become a command.
pub fn curl(request: &PreviewedRequest, secret: Option<&str>) -> String {
    let mut words = vec!["curl".to_owned()];
    // With the method HEAD alone, curl waits for a body that never comes.
    match request.method.as_str() {
        "HEAD" => words.push("--head".to_owned()),
        method => words.push(format!("--request {}", quoted(method))),
    }
    // Brackets and dot segments are part of the URL, not instructions to curl.
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
        // curl takes a header that ends in a colon away, and sends this empty.
        _ if value.is_empty() => quoted(&format!("{name};")),
        _ => quoted(&format!("{name}: {value}")),
    }
}

/// Text as one word of `sh`: nothing is special between single quotes but the
/// quote itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Text between double quotes of `sh`.
fn escaped(text: &str) -> String {
    let special = |c: char| matches!(c, '"' | '\\' | '$' | '`');
    let letters = text.chars().flat_map(|c| {
        let escape = special(c).then_some('\\');
        escape.into_iter().chain([c])
    });
    letters.collect()
}
