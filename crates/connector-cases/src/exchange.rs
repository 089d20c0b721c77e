//! Requests and exchanges in the form that replay compares: parsed once, so recorded and sent
//! requests have the same type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::EntryProblem;
use crate::har::{self, Fault};

/// Response headers about the encoding of the body. An archive has decoded bodies, so these
/// headers would be wrong.
pub const CONNECTION_HEADERS: [HeaderName; 3] = [
    http::header::CONTENT_ENCODING,
    http::header::CONTENT_LENGTH,
    http::header::TRANSFER_ENCODING,
];

/// A request, recorded or sent.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpRequest {
    /// The method in capitals.
    pub method: String,
    /// Scheme, host and port, without a port that the scheme implies.
    pub origin: String,
    /// The path, percent-encoded as it is sent.
    pub path: String,
    /// The query's parameters, decoded and sorted.
    pub query: Vec<(String, String)>,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<Body>,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A body that parses as JSON.
    Json(Value),
    /// Any other body.
    Text(String),
}

impl Body {
    /// Parses a body; an empty one becomes `None`.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        Some(match serde_json::from_slice(bytes) {
            Ok(value) => Self::Json(value),
            Err(_) => Self::Text(String::from_utf8_lossy(bytes).into_owned()),
        })
    }
}

impl HttpRequest {
    /// A sent request, from its head and its complete body. `None` if its URL is not absolute.
    pub fn sent(head: &http::request::Parts, body: &[u8]) -> Option<Self> {
        let headers = head.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Some(Self {
            method: head.method.to_string(),
            origin: origin(&head.uri)?,
            path: head.uri.path().to_owned(),
            query: query(head.uri.path_and_query()),
            headers: headers.collect(),
            body: Body::parse(body),
        })
    }

    fn recorded(request: har::Request) -> Result<Self, EntryProblem> {
        let parsed = request.url.parse::<Uri>().ok();
        let Some((origin, uri)) = parsed.and_then(|uri| Some((origin(&uri)?, uri))) else {
            return Err(EntryProblem::Url(request.url));
        };
        let mut query = query(uri.path_and_query());
        if query.is_empty() {
            query = pairs(request.query_string).collect();
            query.sort();
        }
        Ok(Self {
            method: request.method.to_ascii_uppercase(),
            origin,
            path: uri.path().to_owned(),
            query,
            headers: pairs(request.headers)
                .filter(|(name, _)| !is_pseudo(name))
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
            body: Body::parse(
                request
                    .post_data
                    .map(|data| data.text)
                    .unwrap_or_default()
                    .as_bytes(),
            ),
        })
    }
}

/// One recorded exchange.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request.
    pub request: HttpRequest,
    /// The response.
    pub(crate) response: RecordedResponse,
}

/// What follows a matching request.
#[derive(Debug, Clone)]
pub(crate) struct RecordedResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub fault: Option<Fault>,
}

impl Exchange {
    /// The response's body, if it is JSON.
    pub fn response_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.response.body).ok()
    }

    pub(crate) fn recorded(entry: har::Entry) -> Result<Self, EntryProblem> {
        Ok(Self {
            request: HttpRequest::recorded(entry.request)?,
            response: RecordedResponse::recorded(entry.response)?,
        })
    }
}

impl RecordedResponse {
    fn recorded(response: har::Response) -> Result<Self, EntryProblem> {
        Ok(Self {
            status: status(&response)?,
            headers: response_headers(response.headers)?,
            body: response_body(response.content)?,
            fault: response.fault,
        })
    }
}

fn status(response: &har::Response) -> Result<StatusCode, EntryProblem> {
    let came = matches!(response.fault, None | Some(Fault::BodyTruncated));
    if !came {
        return Ok(StatusCode::OK);
    }
    match StatusCode::from_u16(response.status) {
        Ok(status) if response.status < 600 => Ok(status),
        _ => Err(EntryProblem::Status(response.status)),
    }
}

fn response_headers(recorded: Vec<har::Pair>) -> Result<HeaderMap, EntryProblem> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(recorded).filter(|(name, _)| !is_pseudo(name)) {
        let (Ok(parsed), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value))
        else {
            return Err(EntryProblem::Header(name));
        };
        if !CONNECTION_HEADERS.contains(&parsed) {
            headers.append(parsed, value);
        }
    }
    Ok(headers)
}

fn response_body(content: har::Content) -> Result<Bytes, EntryProblem> {
    match content.encoding.as_deref() {
        None | Some("") => Ok(Bytes::from(content.text)),
        Some("base64") => STANDARD
            .decode(content.text)
            .map(Bytes::from)
            .map_err(EntryProblem::Base64),
        Some(other) => Err(EntryProblem::Encoding(other.to_owned())),
    }
}

/// HTTP/2 archives list `:method` and the like among the headers.
fn is_pseudo(name: &str) -> bool {
    name.starts_with(':')
}

fn pairs(pairs: Vec<har::Pair>) -> impl Iterator<Item = (String, String)> {
    pairs.into_iter().map(|pair| (pair.name, pair.value))
}

fn origin(uri: &Uri) -> Option<String> {
    let scheme = uri.scheme_str()?;
    let host = uri.host()?.to_ascii_lowercase();
    let implied = match scheme {
        "https" => 443,
        _ => 80,
    };
    Some(match uri.port_u16() {
        Some(port) if port != implied => format!("{scheme}://{host}:{port}"),
        _ => format!("{scheme}://{host}"),
    })
}

fn query(path: Option<&PathAndQuery>) -> Vec<(String, String)> {
    let text = path.and_then(PathAndQuery::query).unwrap_or_default();
    let mut pairs: Vec<_> = form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    pairs.sort();
    pairs
}
