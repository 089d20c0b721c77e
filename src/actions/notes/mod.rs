//! Notes that only teammates see (`docs/intercom-api.md`, Notes).

pub mod add_note;
