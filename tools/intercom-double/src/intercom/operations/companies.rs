//! Operations on companies (`docs/intercom-api.md`, Companies).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::companies::{Company, NoScroll};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::state::State;
use crate::intercom::tags::Tag;

/// The routes of companies.
pub const ROUTES: [Route; 8] = [
    route(Access::Idempotent, "POST", "/companies", upsert),
    route(Access::Idempotent, "GET", "/companies", find),
    route(Access::Idempotent, "POST", "/companies/list", list),
    route(Access::Idempotent, "GET", "/companies/scroll", scroll),
    route(Access::Idempotent, "GET", "/companies/{id}", get),
    route(
        Access::Idempotent,
        "GET",
        "/contacts/{id}/companies",
        of_contact,
    ),
    route(
        Access::Idempotent,
        "POST",
        "/contacts/{id}/companies",
        attach,
    ),
    route(
        Access::Idempotent,
        "DELETE",
        "/contacts/{id}/companies/{other}",
        detach,
    ),
];

/// Whether a value fits a field.
type Fits = fn(&Value) -> bool;

/// The fields of a company that a request can set.
const FIELDS: [(&str, Fits); 10] = [
    ("name", Value::is_string),
    ("company_id", Value::is_string),
    ("plan", Value::is_string),
    ("size", Value::is_i64),
    ("website", Value::is_string),
    ("industry", Value::is_string),
    ("custom_attributes", Value::is_object),
    ("remote_created_at", Value::is_i64),
    ("update_last_request_at", Value::is_boolean),
    ("monthly_spend", Value::is_number),
];

/// The longest page of a list.
const MAX_PER_PAGE: u64 = 60;

/// Default rows per page.
const PER_PAGE: u64 = 15;

/// Maximum number of companies in pages.
const MAX_LISTED: u64 = 10_000;

fn upsert(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let mut changes = Map::new();
    for (name, value) in call.object()? {
        let field = FIELDS.iter().find(|(known, _)| *known == name);
        match field {
            Some((_, fits)) if fits(&value) => _ = changes.insert(name, value),
            Some(_) => return Err(ApiError::invalid(format!("is {value}")).with_field(name)),
            None => {
                let message = format!("bad '{name}' parameter");
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "bad_request",
                    message,
                ));
            }
        }
    }
    let id = state.companies.upsert(changes, call.now);
    one(state, state.companies.find(&id))
}

/// One company by `company_id` or `name`, or those with a tag or segment. Nothing in
/// the double puts a company into a segment.
fn find(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    for field in ["company_id", "name"] {
        if let Some(value) = call.parameter(field) {
            return one(state, state.companies.find_by(field, &value));
        }
    }
    let is_in_segment = call.parameter("segment_id").is_some();
    let tag = call.parameter("tag_id");
    let fits = |company: &&Company| match &tag {
        Some(tag) => tags(state, company).iter().any(|found| found.id == *tag),
        None => !is_in_segment,
    };
    page(state, call, state.companies.listed().filter(fits).collect())
}

fn tags<'a>(state: &'a State, company: &Company) -> Vec<&'a Tag> {
    let path = format!("/companies/{}", company.id());
    state.tags.on(&path).collect()
}

/// The company as responses show it.
fn json(state: &State, company: &Company) -> Value {
    let mut json = company.to_json(state.workspace.id);
    let tags = tags(state, company).into_iter().map(Tag::to_json);
    if let Some(list) = json.pointer_mut("/tags/tags") {
        *list = tags.collect();
    }
    json
}

fn list(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let mut rows: Vec<&Company> = state.companies.listed().collect();
    rows.sort_by_key(|company| company.updated_at());
    match call.parameter("order").as_deref() {
        None | Some("desc") => rows.reverse(),
        Some("asc") => {}
        Some(_) => return Err(ApiError::invalid("is not an order").with_field("order")),
    }
    page(state, call, rows)
}

fn get(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    one(state, state.companies.find(&call.id))
}

fn scroll(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let parameter = call.parameter("scroll_param");
    let page = state.companies.scroll(parameter.as_deref(), call.now);
    let (ids, parameter) = page.map_err(|error| match error {
        NoScroll::Exists => {
            let message = "scroll already exists for this workspace";
            ApiError::new(StatusCode::BAD_REQUEST, "scroll_exists", message)
        }
        NoScroll::Gone => ApiError::not_found("scroll parameter not found"),
    })?;
    let companies = ids.iter().filter_map(|id| state.companies.find(id));
    let data: Vec<Value> = companies.map(|company| json(state, company)).collect();
    Ok(Success::Json(json!({
        "type": "list",
        "data": data,
        "pages": null,
        "total_count": null,
        "scroll_param": parameter,
    })))
}

fn of_contact(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    contact(state, call)?;
    let rows = state.companies.of_contact(&call.id).collect();
    page(state, call, rows)
}

fn attach(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    contact(state, call)?;
    let body = call.object()?;
    let company = body.get("id").and_then(Value::as_str).ok_or_else(|| {
        let message = "company not specified";
        ApiError::new(StatusCode::BAD_REQUEST, "parameter_not_found", message)
    })?;
    link(state, &call.id, company, true)
}

fn detach(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    contact(state, call)?;
    link(state, &call.id, &call.other, false)
}

fn link(
    state: &mut State,
    contact: &str,
    company: &str,
    linked: bool,
) -> Result<Success, ApiError> {
    state.companies.link(company, contact, linked);
    one(state, state.companies.find(company))
}

/// Whether the contact exists.
fn contact(state: &State, call: &Call<'_>) -> Result<(), ApiError> {
    let found = state.contacts.live(&call.id);
    found
        .map(|_| ())
        .ok_or_else(|| ApiError::not_found("User Not Found"))
}

fn one(state: &State, company: Option<&Company>) -> Result<Success, ApiError> {
    let company = company.ok_or_else(|| {
        let message = "Company Not Found";
        ApiError::new(StatusCode::NOT_FOUND, "company_not_found", message)
    })?;
    Ok(Success::Json(json(state, company)))
}

fn page(state: &State, call: &Call<'_>, rows: Vec<&Company>) -> Result<Success, ApiError> {
    let number = |name, default| match call.parameter(name) {
        None => Some(default),
        Some(text) => text.parse().ok().filter(|number| *number > 0),
    };
    let wrong = |name: &str| ApiError::invalid("is not a valid number").with_field(name);
    let per_page: u64 = number("per_page", PER_PAGE)
        .filter(|rows| *rows <= MAX_PER_PAGE)
        .ok_or_else(|| wrong("per_page"))?;
    let page: u64 = number("page", 1).ok_or_else(|| wrong("page"))?;
    let before = (page - 1).saturating_mul(per_page);
    if before >= MAX_LISTED {
        let message = "page limit reached, please use scroll API";
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            message,
        ));
    }
    let total = rows.len() as u64;
    let shown = rows
        .into_iter()
        .skip(usize::try_from(before).unwrap_or(usize::MAX))
        .take(usize::try_from(per_page).unwrap_or(usize::MAX));
    let data: Vec<Value> = shown.map(|company| json(state, company)).collect();
    Ok(Success::Json(json!({
        "type": "list",
        "data": data,
        "total_count": total,
        "pages": {
            "type": "pages",
            "next": null,
            "page": page,
            "per_page": per_page,
            "total_pages": total.div_ceil(per_page).max(1),
        },
    })))
}
