//! Where the catalogue differs from Intercom's description, and why.

/// Operations that typed actions cover.
pub const LEFT_OUT: [(&str, &str); 11] = [
    ("GET /me", "test-connection"),
    ("GET /admins", "list-admins"),
    ("POST /contacts", "create-contact"),
    ("PUT /contacts/{contact_id}", "update-contact"),
    ("GET /contacts/{contact_id}", "get-contact-by-id"),
    ("POST /contacts/search", "search-contacts"),
    ("POST /contacts/{contact_id}/archive", "archive-contact"),
    ("POST /contacts/{contact_id}/unarchive", "unarchive-contact"),
    ("POST /companies/list", "list-companies"),
    ("POST /contacts/{contact_id}/companies", "link-company"),
    (
        "DELETE /contacts/{contact_id}/companies/{company_id}",
        "unlink-company",
    ),
];

/// Facts that the catalogue has otherwise, all for one reason.
pub struct Correction {
    /// Why the catalogue's fact is the right one.
    pub reason: &'static str,
    /// The fact of the description.
    pub described: &'static str,
    /// The catalogue's fact.
    pub ours: &'static str,
    /// Operation and input.
    pub inputs: &'static [&'static str],
}

/// All corrections.
pub const CORRECTIONS: &[Correction] = &[
    Correction {
        reason: "a time in Unix seconds",
        described: "integer",
        ours: "integer date-time",
        inputs: &[
            "GET /content/search: query created_at_after",
            "GET /content/search: query created_at_before",
            "GET /content/search: query updated_at_after",
            "GET /content/search: query updated_at_before",
            "GET /data_connectors/{data_connector_id}/execution_results: query end_ts",
            "GET /data_connectors/{data_connector_id}/execution_results: query start_ts",
            "GET /macros: query updated_since",
            "POST /companies: body remote_created_at",
            "POST /conversations/{conversation_id}/parts: body snoozed_until",
            "POST /conversations/{conversation_id}/reply: body created_at",
            "POST /messages: body created_at",
            "POST /news/news_items: body newsfeed_assignments.published_at",
            "POST /tickets: body created_at",
            "POST /tickets/enqueue: body created_at",
            "POST /tickets/{ticket_id}/reply: body created_at",
            "PUT /news/news_items/{news_item_id}: body newsfeed_assignments.published_at",
            "PUT /tickets/{ticket_id}: body snoozed_until",
        ],
    },
    Correction {
        reason: "a time in Unix seconds",
        described: "integer required",
        ours: "integer date-time required",
        inputs: &[
            "POST /export/content/data: body created_at_after",
            "POST /export/content/data: body created_at_before",
            "POST /export/reporting_data/enqueue: body end_time",
            "POST /export/reporting_data/enqueue: body start_time",
        ],
    },
    Correction {
        reason: "a time in Unix seconds, which is a number for the caller in any case",
        described: "string",
        ours: "integer date-time",
        inputs: &["GET /admins/activity_logs: query created_at_before"],
    },
    Correction {
        reason: "a time in Unix seconds, which is a number for the caller in any case",
        described: "string required",
        ours: "integer date-time required",
        inputs: &["GET /admins/activity_logs: query created_at_after"],
    },
    Correction {
        reason: "the response has pages, and without the parameter only the first can be read",
        described: "absent",
        ours: "integer",
        inputs: &[
            "GET /admins/activity_logs: query page",
            "GET /admins/activity_logs: query per_page",
            "GET /ai/content_import_sources: query page",
            "GET /ai/content_import_sources: query per_page",
            "GET /ai/external_pages: query page",
            "GET /ai/external_pages: query per_page",
            "GET /articles: query page",
            "GET /articles: query per_page",
            "GET /articles/search: query page",
            "GET /articles/search: query per_page",
            "GET /companies/{company_id}/contacts: query page",
            "GET /companies/{company_id}/contacts: query per_page",
            "GET /companies/{company_id}/notes: query page",
            "GET /companies/{company_id}/notes: query per_page",
            "GET /contacts/{contact_id}/companies: query page",
            "GET /contacts/{contact_id}/companies: query per_page",
            "GET /contacts/{contact_id}/notes: query page",
            "GET /contacts/{contact_id}/notes: query per_page",
            "GET /help_center/collections: query page",
            "GET /help_center/collections: query per_page",
            "GET /internal_articles: query page",
            "GET /internal_articles: query per_page",
            "GET /internal_articles/search: query page",
            "GET /internal_articles/search: query per_page",
            "GET /news/news_items: query page",
            "GET /news/news_items: query per_page",
            "GET /news/newsfeeds: query page",
            "GET /news/newsfeeds: query per_page",
            "GET /news/newsfeeds/{newsfeed_id}/items: query page",
            "GET /news/newsfeeds/{newsfeed_id}/items: query per_page",
            "GET /segments: query page",
            "GET /segments: query per_page",
            "GET /contacts: query per_page",
            "GET /events: query per_page",
        ],
    },
    Correction {
        reason: "the response has pages, and without the parameter only the first can be read",
        described: "absent",
        ours: "string",
        inputs: &[
            "GET /contacts: query starting_after",
            "GET /events: query before",
        ],
    },
    Correction {
        reason: "the parameters that the object `filter` is sent as",
        described: "absent",
        ours: "string",
        inputs: &[
            "GET /events: query email",
            "GET /events: query intercom_user_id",
            "GET /events: query user_id",
        ],
    },
    Correction {
        reason: "sent as one of the three parameters",
        described: "object required",
        ours: "absent",
        inputs: &["GET /events: query filter"],
    },
    Correction {
        reason: "Intercom takes no other value",
        described: "string required",
        ours: "always \"user\" required",
        inputs: &["GET /events: query type"],
    },
    Correction {
        reason: "a variable of the path, not a parameter of the query",
        described: "string required",
        ours: "absent",
        inputs: &[
            "GET /download/reporting_data/{job_identifier}: query job_identifier",
            "GET /export/reporting_data/{job_identifier}: query job_identifier",
        ],
    },
    Correction {
        reason: "a variable of the path, not a parameter of the query",
        described: "absent",
        ours: "string required",
        inputs: &[
            "GET /download/reporting_data/{job_identifier}: path job_identifier",
            "GET /export/reporting_data/{job_identifier}: path job_identifier",
        ],
    },
    Correction {
        reason: "the texts say that it is a file of bytes",
        described: "",
        ours: "application/octet-stream",
        inputs: &[
            "GET /download/content/data/{job_identifier}: response 200",
            "GET /download/reporting_data/{job_identifier}: response 200",
        ],
    },
    Correction {
        reason: "the same response as for an external id; no success is described",
        described: "absent",
        ours: "application/json",
        inputs: &["GET /fin_voice/phone_number/{phone_number}: response 200"],
    },
    Correction {
        reason: "a list of one id means the same as one id",
        described: "integer|array or null",
        ours: "array of integer or null",
        inputs: &[
            "POST /ai/content_import_sources: body audience_ids",
            "PUT /ai/content_import_sources/{source_id}: body audience_ids",
        ],
    },
    Correction {
        reason: "a message has one recipient, and copies are a list",
        described: "object|array required",
        ours: "object required",
        inputs: &["POST /messages: body to"],
    },
    Correction {
        reason: "a message has one recipient, and copies are a list",
        described: "object|array",
        ours: "array of object",
        inputs: &["POST /messages: body bcc", "POST /messages: body cc"],
    },
    Correction {
        reason: "any JSON: a value or a list of filters",
        described: "string|integer|boolean|array or null",
        ours: "any",
        inputs: &[
            "POST /conversations/search: body query.value",
            "POST /tickets/search: body query.value",
        ],
    },
    Correction {
        reason: "the values are text",
        described: "any in boolean,date,datetime,float,integer,options,string required",
        ours: "string in boolean,date,datetime,float,integer,options,string required",
        inputs: &["POST /data_attributes: body data_type"],
    },
];
