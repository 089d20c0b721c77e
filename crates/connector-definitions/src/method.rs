//! HTTP methods, and the effect of a retry.

/// An HTTP method that Intercom's API uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are HTTP's")]
pub enum Method {
    #[default]
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// All methods, in the order in which errors list them.
    pub const ALL: [Self; 6] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The effect of repeating a request, by HTTP's rules.
    pub fn effect(self) -> Effect {
        match self {
            Self::Get | Self::Head => Effect::Read,
            Self::Put | Self::Delete => Effect::WriteIdempotent,
            Self::Post | Self::Patch => Effect::WriteOnce,
        }
    }
}

/// The effect of repeating a request on the workspace, from harmless to harmful.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Changes nothing.
    #[default]
    Read,
    /// A retry leaves the same result.
    WriteIdempotent,
    /// A retry may take effect twice.
    WriteOnce,
}

impl Effect {
    /// All effects, from harmless to harmful.
    pub const ALL: [Self; 3] = [Self::Read, Self::WriteIdempotent, Self::WriteOnce];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::WriteIdempotent => "write-idempotent",
            Self::WriteOnce => "write-once",
        }
    }
}
