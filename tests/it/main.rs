//! The native core: promises, properties, and the pages that describe them.

mod hostile_answers;
mod intercom_api;
mod placeholders;
mod readme;
mod retries;
mod search_cases;
mod search_guide;
mod search_model;
mod search_pager;
mod search_properties;
mod search_rows;
mod search_walks;
mod secrets;
mod security;
mod wire_model;
mod wording;
