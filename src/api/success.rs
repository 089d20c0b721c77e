//! Parses successful responses: the requested object or list, or any content.

use super::content::{encoded, json_string};
use super::document::{Document, Item, Object, PASSED_ON, RESPONSE};
use super::exchange::{Headers, Response};
use super::failure::Failures;
use super::rate_limit;
use super::refusal::Refusal;
use super::responder::{
    Excerpt, Expected, Unusable, is_error_list, is_foreign_success, is_intercoms,
};
use super::response_text::{
    is_json, is_mendable, json_but_for_controls, note, readable, text_of, trimmed,
};
use super::structure::{ALL, Structure};
use crate::world::types::ActionError;
use serde::de::IgnoredAny;

/// A success whose body is not parsed yet.
#[derive(Debug)]
pub struct SuccessResponse<'a> {
    pub(super) response: Response,
    pub(super) expected: Expected,
    pub(super) notes: Vec<String>,
    pub(super) failures: Failures<'a>,
}

/// A response's body as JSON, and notes on it.
#[derive(Debug, Clone, Default)]
pub struct ResponseBody {
    /// The JSON text; `null` if a completed write returned none.
    pub json: String,
    /// Notes for the caller.
    pub notes: Vec<String>,
}

impl SuccessResponse<'_> {
    /// The status: 200 to 299; where any response is expected, also 300 to 399, and
    /// 404 or 410 after a DELETE that was retried.
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        &self.response.headers
    }

    /// When Intercom sent it, in Unix seconds by Intercom's clock.
    pub fn sent_at(&self) -> Option<i64> {
        rate_limit::sent_at(self.headers())
    }

    /// How long no further request is allowed, in milliseconds, if this one was the last of its
    /// window. `None` if more are allowed, or the response does not say.
    pub fn exhausted_ms(&self) -> Option<u64> {
        rate_limit::exhausted_ms(self.headers())
    }

    /// Parses the body as the JSON object that the request expects. Returns the result of
    /// `read`, and the body.
    ///
    /// # Errors
    /// The body is Intercom's list of errors; it is not the requested object; or it is
    /// unreadable and the request only reads. A completed write with an unreadable body stays a
    /// success: its body becomes `null`, a note says why, and `read` gets an object without
    /// fields.
    pub fn into_document<T>(
        self,
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        self.into_list_of(&[], read)
    }

    /// Parses the body as a JSON object with a list of this name, and removes the list from the
    /// body, since `read` returns it. An object without the list is an error, not an empty list,
    /// which would mean that nothing was found.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_document`].
    pub fn into_list<T>(
        self,
        name: &str,
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        self.into_list_of(&[name], read)
    }

    /// The same for rows. Unless they are read `nested`, objects within a row have no fields,
    /// which takes half of the memory.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_list`].
    pub fn into_rows<T>(
        self,
        name: &str,
        nested: bool,
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        self.into_levels(if nested { ALL } else { ROWS }, &[name], read)
    }

    /// The same as [`SuccessResponse::into_list`] for a list with one of these names.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_list`].
    pub fn into_list_of<T>(
        self,
        names: &[&str],
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        self.into_levels(ALL, names, read)
    }

    fn into_levels<T>(
        self,
        levels: usize,
        names: &[&str],
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        let mut reading = Reading { read, found: None };
        let body = self.read_object(levels, names, &mut reading)?;
        let Reading { mut read, found } = reading;
        let found = found.unwrap_or_else(|| read(&Object::default()));
        Ok((found, body))
    }

    /// Not generic, so it is compiled once. Reads nothing of a completed write whose
    /// body can't be read.
    fn read_object(
        mut self,
        levels: usize,
        list: &[&str],
        reading: &mut dyn ReadObject,
    ) -> Result<ResponseBody, ActionError> {
        let text = text_of(&mut self.response, &mut self.notes);
        let document = text.and_then(|text| {
            let document = self.document(text, levels)?;
            let object = document.object().unwrap_or_default();
            self.recognise(&object, list)?;
            reading.read(&object);
            let list = list.iter().find(|name| object.is_list_at(name));
            let rest = list.map(|name| object.without(name));
            Ok(rest.unwrap_or_else(|| trimmed(document.into_text())))
        });
        match document {
            Ok(json) => Ok(self.body(json)),
            Err(unusable) => self.without_body(&unusable),
        }
    }

    /// Reads a text as an object. What is odd in it is replaced, and noted.
    fn document(&mut self, text: String, levels: usize) -> Result<Document, Unusable> {
        let document = Document::parse(text, levels).or_else(|text| {
            let text = readable(text, RESPONSE, &mut self.notes)?;
            Document::parse(text, levels).map_err(|text| self.no_object(&text))
        })?;
        match document.object() {
            Some(_) => Ok(document),
            None => Err(self.no_object(&document.into_text())),
        }
    }

    /// The body of any kind as JSON: unchanged JSON, other text as a JSON string, an empty body
    /// as `null`, and bytes as an object with their `base64`.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_document`].
    pub fn into_any(mut self) -> Result<ResponseBody, ActionError> {
        let most = self.failures.settings.max_body;
        let is_text = |body: &[u8]| std::str::from_utf8(body).is_ok() || is_mendable(body);
        let json = match &self.response.cut {
            None if !is_text(&self.response.body) => {
                encoded(&self.response, most).inspect(|_| self.notes.push(ENCODED.to_owned()))
            }
            _ => text_of(&mut self.response, &mut self.notes).and_then(|text| self.any(text, most)),
        };
        match json {
            Ok(json) => Ok(self.body(json)),
            Err(unusable) => self.without_body(&unusable),
        }
    }

    /// The body of text as a JSON string, even if it is JSON.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_any`].
    pub fn into_text(mut self) -> Result<ResponseBody, ActionError> {
        let most = self.failures.settings.max_body;
        let headers = self.response.headers.clone();
        let json =
            text_of(&mut self.response, &mut self.notes).and_then(|text| match is_foreign_success(
                &text,
                &headers,
                &self.expected,
            ) {
                true => Err(other(&text, &headers)),
                false => json_string(&text, most),
            });
        match json {
            Ok(json) => Ok(self.body(json)),
            Err(unusable) => self.without_body(&unusable),
        }
    }

    /// The body of bytes as an object with their `base64`, even if they are text.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_any`].
    pub fn into_bytes(mut self) -> Result<ResponseBody, ActionError> {
        let most = self.failures.settings.max_body;
        let text = std::str::from_utf8(&self.response.body).unwrap_or_default();
        let headers = &self.response.headers;
        let json = match &self.response.cut {
            Some(_) => text_of(&mut self.response, &mut self.notes),
            None if is_foreign_success(text, headers, &self.expected) => Err(other(text, headers)),
            None => encoded(&self.response, most),
        };
        match json {
            Ok(json) => Ok(self.body(json)),
            Err(unusable) => self.without_body(&unusable),
        }
    }

    /// Ignores the body, if the headers are sufficient.
    pub fn into_headers(self) -> ResponseBody {
        self.body("null".to_owned())
    }

    fn any(&mut self, text: String, most: usize) -> Result<String, Unusable> {
        if text.is_empty() {
            return Ok("null".to_owned());
        }
        let headers = &self.response.headers;
        let text = if Structure::of(&text, PASSED_ON.values, 0).is_some() {
            text
        } else if is_json(&text) {
            readable(text, PASSED_ON, &mut self.notes)?
        } else if let Some((text, replaced)) = json_but_for_controls(&text) {
            note(replaced, &mut self.notes);
            text
        } else if is_foreign_success(&text, headers, &self.expected) {
            return Err(other(&text, headers));
        } else {
            return json_string(&text, most);
        };
        if (200..300).contains(&self.response.status)
            && text.contains(ERROR_LIST)
            && let Some(fields) = Structure::of(&text, PASSED_ON.values, FIELDS)
            && let Some(object) = Item::of(&text, &fields).object_of()
        {
            // The errors are read, too, unless there are too many.
            let whole = is_error_list(&object)
                .then(|| Structure::of(&text, RESPONSE.values, ALL))
                .flatten();
            let structure = whole.as_ref().unwrap_or(&fields);
            self.recognise(&Item::of(&text, structure).object(), &[])?;
        }
        let headers = &self.response.headers;
        match self.expected == Expected::Nothing
            && is_foreign_success(&text, headers, &self.expected)
        {
            true => Err(other(&text, headers)),
            false => Ok(trimmed(text)),
        }
    }

    /// Checks that an object is the requested one.
    fn recognise(&self, object: &Object<'_>, list: &[&str]) -> Result<(), Unusable> {
        let headers = &self.response.headers;
        if is_error_list(object) {
            return Err(Unusable::Refusal(Refusal::of(object, headers)));
        }
        let is_there = list.iter().any(|name| object.is_list_at(name));
        let missing = list.first().filter(|_| !is_there);
        match (missing, missing.and_then(|name| object.json(name))) {
            (Some(name), Some(_)) => Err(Unusable::unreadable(format!(
                "its field {name} is not a list"
            ))),
            (Some(name), None) if is_intercoms(headers) => {
                Err(Unusable::unreadable(format!("it has no field {name}")))
            }
            (Some(_), None) => Err(other(object.as_json(), headers)),
            (None, _) if self.expected.fits(object) => Ok(()),
            (None, _) => Err(other(object.as_json(), headers)),
        }
    }

    /// The kind of a text that is not a JSON object.
    fn no_object(&self, text: &str) -> Unusable {
        let headers = &self.response.headers;
        let kind = headers.get("content-type").unwrap_or("application/json");
        if is_foreign_success(text, headers, &self.expected) {
            return other(text, headers);
        }
        if text.trim().is_empty() {
            let why = "it is empty".to_owned();
            let incomplete = true;
            return Unusable::Unreadable { why, incomplete };
        }
        if !kind.contains("json") {
            return Unusable::unreadable(format!("it is {kind} instead of JSON"));
        }
        match serde_json::from_str::<IgnoredAny>(text) {
            Err(error) if error.is_eof() => Unusable::Unreadable {
                why: "it is an incomplete JSON object".to_owned(),
                incomplete: true,
            },
            _ => Unusable::unreadable("it is not a JSON object"),
        }
    }

    fn body(self, json: String) -> ResponseBody {
        let notes = self.notes;
        ResponseBody { json, notes }
    }

    /// The result of a completed write without its body.
    fn without_body(mut self, unusable: &Unusable) -> Result<ResponseBody, ActionError> {
        if let Some(error) = self.failures.unusable(&self.response, unusable) {
            return Err(error);
        }
        if let Unusable::Unreadable { why, .. } = unusable {
            self.notes.push(format!(
                "Intercom completed the request ({}), but its response could not be read: {why}",
                self.response.status
            ));
        }
        Ok(self.body("null".to_owned()))
    }
}

/// What a response's object is read into, whatever its type.
trait ReadObject {
    fn read(&mut self, object: &Object<'_>);
}

struct Reading<R, T> {
    read: R,
    found: Option<T>,
}

impl<T, R: FnMut(&Object<'_>) -> T> ReadObject for Reading<R, T> {
    fn read(&mut self, object: &Object<'_>) {
        self.found = Some((self.read)(object));
    }
}

/// The levels of an object, its lists, their rows and the fields of each.
const ROWS: usize = 4;

/// The levels of an object and its fields.
const FIELDS: usize = 2;

/// A cheap sign that a text may be Intercom's list of errors.
const ERROR_LIST: &str = "error.list";

/// The note on a body of bytes.
const ENCODED: &str =
    "the response is not text: body has its media_type, its size in bytes and its base64";

fn other(text: &str, headers: &Headers) -> Unusable {
    Unusable::Other {
        foreign: !is_intercoms(headers),
        excerpt: Excerpt::of(text, headers),
    }
}
