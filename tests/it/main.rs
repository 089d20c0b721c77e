//! The native core: promises, properties, and the pages that describe them.

mod catalogue;
mod hostile_answers;
mod intercom_api;
mod messages;
mod operation_pages;
mod operations;
mod placeholders;
mod readme;
mod recipes;
mod retries;
mod search_cases;
mod search_guide;
mod search_model;
mod search_pager;
mod search_properties;
mod search_rows;
mod search_tables;
mod search_walks;
mod secrets;
mod security;
mod steering_lines;
mod triggers_guide;
mod wire_model;
mod wording;
