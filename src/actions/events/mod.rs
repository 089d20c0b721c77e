//! Events: what contacts did, and when (`docs/intercom-api.md`, Events).

mod metadata;
pub mod submit_event;
