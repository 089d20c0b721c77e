//! The part of an HTTP archive (HAR 1.2) that replay reads. It ignores the rest, so it accepts
//! files of browsers and proxies.

use serde::{Deserialize, Serialize};

/// The supported version.
pub const VERSION: &str = "1.2";

/// A whole archive.
#[derive(Debug, Deserialize)]
pub struct Archive {
    /// Its only member.
    pub log: Log,
}

/// The content of an archive.
#[derive(Debug, Deserialize)]
pub struct Log {
    /// The format's version.
    pub version: String,
    /// The exchanges, in order.
    pub entries: Vec<Entry>,
}

/// One exchange.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// The request.
    pub request: Request,
    /// The response, if there was one.
    pub response: Response,
}

/// A request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Its URL, absolute.
    pub url: String,
    /// Its headers.
    #[serde(default)]
    pub headers: Vec<Pair>,
    /// The parameters of its query, decoded.
    #[serde(default)]
    pub query_string: Vec<Pair>,
    /// Its body.
    pub post_data: Option<PostData>,
}

/// A header or a query parameter.
#[derive(Debug, Deserialize)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// A request's body.
#[derive(Debug, Deserialize)]
pub struct PostData {
    /// The body as text.
    #[serde(default)]
    pub text: String,
}

/// A response.
#[derive(Debug, Deserialize)]
pub struct Response {
    /// Its status; meaningless without a response.
    #[serde(default)]
    pub status: u16,
    /// Its headers.
    #[serde(default)]
    pub headers: Vec<Pair>,
    /// Its body.
    #[serde(default)]
    pub content: Content,
    /// The fault before or in the response: our own field, as the format allows for names with
    /// an underscore.
    #[serde(rename = "_fault")]
    pub fault: Option<Fault>,
}

/// A response's body.
#[derive(Debug, Default, Deserialize)]
pub struct Content {
    /// The body as text, or as base64.
    #[serde(default)]
    pub text: String,
    /// `base64`, or absent for text.
    pub encoding: Option<String>,
}

/// A fault before or in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Connection refused; the request was not sent.
    ConnectionRefused,
    /// The host's name was not resolved; the request was not sent.
    Dns,
    /// The host does not exist (NXDOMAIN); the request was not sent.
    UnknownHost,
    /// The TLS connection failed; the request was not sent.
    Tls,
    /// The host's certificate is not trusted; the request was not sent.
    UntrustedCertificate,
    /// The request was read, then the connection closed.
    ConnectionReset,
    /// The request was read, but there was no response in time.
    ResponseTimeout,
    /// The connection was closed inside the response's body.
    BodyTruncated,
}

impl Fault {
    /// Whether the fault occurs before the request is sent.
    pub fn precedes_request(self) -> bool {
        match self {
            Self::ConnectionRefused
            | Self::Dns
            | Self::UnknownHost
            | Self::Tls
            | Self::UntrustedCertificate => true,
            Self::ConnectionReset | Self::ResponseTimeout | Self::BodyTruncated => false,
        }
    }
}
