//! The host, with components small enough to do one wrong thing each.

mod cache;
mod sandbox;
mod saturation;
mod session;
mod version;
