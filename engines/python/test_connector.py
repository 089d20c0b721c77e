"""Every action in Python, typed and by `invoke`, against a double of Intercom."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

from wasmtime import WasmtimeError

from connector import ActionError, Connector

URL = os.environ["INTERCOM_BASE_URL"]
VARIABLES = {
    "INTERCOM_BASE_URL": URL,
    "INTERCOM_ACCESS_TOKEN": os.environ["INTERCOM_ACCESS_TOKEN"],
    "INTERCOM_CLIENT_ID": os.environ["INTERCOM_CLIENT_ID"],
    "INTERCOM_CLIENT_SECRET": os.environ["INTERCOM_CLIENT_SECRET"],
    "WORKFLOW_CONTEXT": json.dumps({"settings": {"admin": "814860"}}),
}
ADMIN = "814860"
STATE = "hRz8Xw3vTq1LmN0pYc5KdA"

COMPONENT = Path(os.environ["INTERCOM_COMPONENT"])
CONNECTOR = Connector(COMPONENT)


def typed(interface, function, *arguments, **changes):
    return CONNECTOR.call(VARIABLES | changes, interface, function, *arguments)


def invoke(action, value, **changes):
    return json.loads(typed("plugin", "invoke", action, json.dumps(value), **changes))


def counts():
    """The requests that the double received so far, and their responses."""
    with urllib.request.urlopen(f"{URL}/double/counts", timeout=10) as answer:
        return json.load(answer)


class Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects: the code is in the redirect's URL."""

    def redirect_request(self, *_):
        return None


def code():
    """The code of the page where a person authorizes the app."""
    page = typed("connection", "authorize-url", {"state": STATE})["url"]
    try:
        urllib.request.build_opener(Stay).open(page, timeout=10)
    except urllib.error.HTTPError as redirect:
        query = urllib.parse.urlsplit(redirect.headers["location"]).query
        return urllib.parse.parse_qs(query)["code"][0]
    raise AssertionError("no redirect")


PERSON = typed(
    "contacts",
    "create-contact",
    {"role": "user", "email": "ada@example.com", "custom_attribute": '{"plan": "team"}'},
)["id"]

MESSAGE = {
    "recipient_contact_type": "user",
    "recipient_contact_id": PERSON,
    "message_type": "email",
    "from_id": ADMIN,
    "subject": "Hello",
    "body": "by invoke",
    "template": "plain",
}

OPENING = {"from": {"type": "user", "id": PERSON}, "body": "Where is my order?"}
CONVERSATION = invoke("create-conversation", OPENING)["response"]["conversation_id"]
TICKET = typed(
    "tickets",
    "create-ticket",
    {"ticket_type_id": "1234", "contacts": [{"contact_id": PERSON}], "title": "Printer"},
)["id"]
TAGGED = {"target": "contact", "contact_id": PERSON, "tag": "Beta"}
NOTE = {"target": "contact", "contact_id": PERSON}
EVENT = {"event_name": "placed-order", "contact_id": PERSON}
TALK = {"conversation_id": CONVERSATION, "admin_id": ADMIN}

COMPANY = {"company_id": "acme-42", "company_id_kind": "company_id"}

#: By action: its interface, its typed input, the same for `invoke`, and a check of either
#: result. Writes differ, since none may be sent twice.
ACTIONS = {
    "create-contact": (
        "contacts",
        lambda: [{"role": "lead", "email": "lead-1@example.com"}],
        lambda: {"role": "lead", "email": "lead-2@example.com"},
        lambda contact: contact["role"] == "lead",
    ),
    "update-contact": (
        "contacts",
        lambda: [
            {
                "contact_id": PERSON,
                "name": "Ada",
                "owner_id": "{{settings.admin}}",
                "unsubscribe_from_email": True,
                "clear": {"phone"},
            }
        ],
        lambda: {
            "contact_id": PERSON,
            "name": "Ada",
            "owner_id": "<<settings.admin>>",
            "unsubscribe_from_email": True,
            "phone": None,
        },
        lambda contact: (contact["name"], contact["owner_id"]) == ("Ada", ADMIN),
    ),
    "get-contact-by-id": (
        "contacts",
        lambda: [{"contact_id": PERSON}],
        lambda: {"contact_id": PERSON},
        lambda contact: contact["email"] == "ada@example.com",
    ),
    "upsert-contact": (
        "contacts",
        lambda: [{"external_id": "crm-7", "email": "lin@example.com"}],
        lambda: {"external_id": "crm-7", "name": "Lin"},
        lambda done: done["contact"]["email"] == "lin@example.com",
    ),
    "find-contact": (
        "contacts",
        lambda: [{"email": "ada@example.com"}],
        lambda: {"email": "ada@example.com"},
        lambda found: found["id"] == PERSON,
    ),
    "upsert-company": (
        "companies",
        lambda: [{"company_id": "acme-42", "name": "Blue Sun"}],
        lambda: {"company_id": "acme-42", "size": 85},
        lambda company: company["name"] == "Blue Sun",
    ),
    "link-company": (
        "companies",
        lambda: [{"contact_id": PERSON} | COMPANY],
        lambda: {"contact_id": PERSON} | COMPANY,
        lambda company: company["user_count"] == 1,
    ),
    "list-companies": (
        "companies",
        lambda: [{"all": True}],
        lambda: {"per_page": 5},
        lambda page: page["companies"][0]["name"] == "Blue Sun",
    ),
    "unlink-company": (
        "companies",
        lambda: [{"contact_id": PERSON} | COMPANY],
        lambda: {"contact_id": PERSON} | COMPANY,
        lambda company: company["user_count"] == 0,
    ),
    "tag": (
        "tags",
        lambda: [TAGGED | {"create_missing": True}],
        lambda: TAGGED,
        lambda tag: (tag["name"], tag["tagged"]) == ("Beta", True),
    ),
    "list-choices": (
        "choices",
        lambda: [{"kind": "tags", "search": "beta"}],
        lambda: {"kind": "tags", "search": "beta"},
        lambda list: [choice["label"] for choice in list["choices"]] == ["Beta"],
    ),
    "untag": (
        "tags",
        lambda: [TAGGED],
        lambda: TAGGED,
        lambda tag: tag["tagged"] is False,
    ),
    "add-note": (
        "notes",
        lambda: [NOTE | {"body": "typed"}],
        lambda: NOTE | {"body": "by invoke"},
        lambda note: "typed" in note["body"] or "by invoke" in note["body"],
    ),
    "submit-event": (
        "events",
        lambda: [EVENT | {"created_at": "2026-03-02T09:00:01Z"}],
        lambda: EVENT | {"created_at": 1772442002},
        lambda event: event["event_name"] == "placed-order",
    ),
    "reply-to-conversation": (
        "conversations",
        lambda: [TALK | {"reply_as": "admin", "body": "typed", "attachment_urls": []}],
        lambda: {
            "conversation_id": CONVERSATION,
            "reply_as": "contact",
            "contact_id": "ada@example.com",
            "contact_id_kind": "email",
            "body": "by invoke",
        },
        lambda conversation: conversation["state"] == "open",
    ),
    "manage-conversation": (
        "conversations",
        lambda: [TALK | {"operation": "assign_to_admin", "assignee_admin_id": ADMIN}],
        lambda: TALK | {"operation": "close"},
        lambda conversation: conversation["admin_assignee_id"] == ADMIN,
    ),
    "get-conversation": (
        "conversations",
        lambda: [{"conversation_id": CONVERSATION}],
        lambda: {"conversation_id": CONVERSATION, "display_as": "plaintext"},
        lambda conversation: len(conversation["parts"]) == 4,
    ),
    "search-conversations": (
        "conversations",
        lambda: [{"filter_formula": "state = 'closed'"}],
        lambda: {"filter_formula": f"contact_ids = '{PERSON}'"},
        lambda page: [found["id"] for found in page["conversations"]] == [CONVERSATION],
    ),
    "create-ticket": (
        "tickets",
        lambda: [{"ticket_type_id": "1234", "contacts": [{"contact_id": PERSON}], "title": "Lamp"}],
        lambda: {
            "ticket_type_id": "1234",
            "contacts": [{"contact_id": "ada@example.com", "contact_id_kind": "email"}],
            "title": "Lamp",
        },
        lambda ticket: (ticket["title"], ticket["state"]) == ("Lamp", "submitted"),
    ),
    "update-ticket": (
        "tickets",
        lambda: [{"ticket_id": TICKET, "title": "On fire", "open": False, "clear": set()}],
        lambda: {"ticket_id": TICKET, "title": "On fire", "description": None},
        lambda ticket: (ticket["title"], ticket["open"]) == ("On fire", False),
    ),
    "search-tickets": (
        "tickets",
        lambda: [{"filter_formula": "open = false"}],
        lambda: {"filter_formula": "open = false"},
        lambda page: [ticket["id"] for ticket in page["tickets"]] == [TICKET],
    ),
    "archive-contact": (
        "contacts",
        lambda: [{"contact_id": PERSON}],
        lambda: {"contact_id": PERSON},
        lambda state: state["archived"] is True,
    ),
    "unarchive-contact": (
        "contacts",
        lambda: [{"contact_id": PERSON}],
        lambda: {"contact_id": PERSON},
        lambda state: state["archived"] is False,
    ),
    "search-contacts": (
        "contacts",
        lambda: [
            {
                "filter_formula": "email = 'contact7@example.com' OR email = 'contact8@example.com'",
                "pagination_parameters": "per_page=1",
            }
        ],
        lambda: {
            "filter_formula": "email IN ('contact7@example.com', 'contact8@example.com')",
            "pagination_parameters": "per_page=1",
        },
        lambda page: (len(page["contacts"]), page["total_count"]) == (1, 2),
    ),
    "send-message": (
        "messages",
        lambda: [MESSAGE | {"body": "typed", "cc": [], "bcc": []}],
        lambda: MESSAGE,
        lambda message: message["body"] in ("typed", "by invoke"),
    ),
    "custom-action": (
        "custom",
        lambda: [
            {
                "method": "GET",
                "path": "/contacts",
                "query": [{"name": "per_page", "value": "2"}],
                "headers": [],
            }
        ],
        lambda: {
            "method": "GET",
            "path": "/contacts",
            "query": [{"name": "per_page", "value": "2"}],
        },
        lambda answer: answer["status"] == 200,
    ),
    "test-connection": (
        "connection",
        lambda: [],
        lambda: {},
        lambda identity: identity["workspace_name"] == "Larkspur Tea",
    ),
    "list-admins": (
        "connection",
        lambda: [],
        lambda: {},
        lambda list: ADMIN in [admin["id"] for admin in list["admins"]],
    ),
    "authorize-url": (
        "connection",
        lambda: [{"state": STATE}],
        lambda: {"state": STATE},
        lambda page: f"state={STATE}" in page["url"],
    ),
    "exchange-code": (
        "connection",
        lambda: [{"code": code()}],
        lambda: {"code": code()},
        lambda grant: len(grant["access_token"]) > 20,
    ),
}


def writes(requests):
    """The requests by operation, without ids and reads."""
    found = Counter()
    for request, count in requests.items():
        operation = re.sub(r"/([0-9a-f]{24}|[0-9]{5,})", "/{id}", request)
        if count and not re.search(r"^GET |/(search|list)$", operation):
            found[operation] += count
    return found


class Actions(unittest.TestCase):
    """They return what they should, and nothing is sent twice."""

    def test_each_is_run_typed_and_by_invoke(self):
        start = counts()["requests"]
        for action, (interface, arguments, value, holds) in ACTIONS.items():
            with self.subTest(action, way="typed"):
                self.assertTrue(holds(typed(interface, action, *arguments())))
            with self.subTest(action, way="invoke"):
                self.assertTrue(holds(invoke(action, value())))
        end = counts()
        asked = {what: n - start.get(what, 0) for what, n in end["requests"].items()}
        self.assertEqual(
            writes(asked),
            {
                "POST /auth/eagle/token": 2,
                "POST /companies": 2,
                # One of them conflicts, after which upsert-contact updates.
                "POST /contacts": 4,
                "PUT /contacts/{id}": 3,
                "POST /contacts/{id}/archive": 2,
                "POST /contacts/{id}/unarchive": 2,
                "POST /contacts/{id}/companies": 2,
                "DELETE /contacts/{id}/companies/{id}": 2,
                "POST /contacts/{id}/notes": 2,
                "POST /contacts/{id}/tags": 2,
                "DELETE /contacts/{id}/tags/{id}": 2,
                "POST /conversations/{id}/parts": 2,
                "POST /conversations/{id}/reply": 2,
                "POST /events": 2,
                "POST /messages": 2,
                "POST /tickets": 2,
                "PUT /tickets/{id}": 2,
            },
        )
        self.assertEqual(end["messages"][PERSON], 2)
        self.assertEqual(end["duplicated_writes"], [])
        self.assertEqual(end["violations"], [])

    def test_the_table_has_every_action_of_the_manifest(self):
        manifest = CONNECTOR.call({}, "plugin", "manifest")
        self.assertEqual(sorted(ACTIONS), sorted(action["id"] for action in manifest["actions"]))
        self.assertEqual(
            manifest["hosts"],
            ["api.intercom.io", "api.eu.intercom.io", "api.au.intercom.io"],
        )

    def test_each_call_has_its_own_sandbox_and_sees_only_its_variables(self):
        with self.assertRaises(ActionError) as raised:
            CONNECTOR.call({}, "connection", "test-connection")
        self.assertIn("INTERCOM_ACCESS_TOKEN", str(raised.exception))


class Errors(unittest.TestCase):
    """They are raised, with all fields of the failure."""

    def test_each_kind_is_distinguished(self):
        cases = [
            ("invalid-input", None, lambda: invoke("create-contact", {"role": "user"})),
            (
                "unresolved-placeholder",
                None,
                lambda: invoke("get-contact-by-id", {"contact_id": "{{steps.lookup.id}}"}),
            ),
            (
                "unauthorized",
                401,
                lambda: invoke("test-connection", {}, INTERCOM_ACCESS_TOKEN="unknown"),
            ),
            ("not-found", 404, lambda: invoke("get-contact-by-id", {"contact_id": "nobody"})),
            (
                "conflict",
                409,
                lambda: typed(
                    "contacts",
                    "create-contact",
                    {"role": "user", "email": "contact1@example.com"},
                ),
            ),
        ]
        for reason, status, call in cases:
            with self.subTest(reason), self.assertRaises(ActionError) as raised:
                call()
            error = raised.exception
            self.assertEqual(error.tag, "permanent")
            self.assertEqual(error.failure["reason"], reason)
            self.assertEqual(error.failure["status"], status)
            self.assertEqual(str(error), "{message}; {hint}".format(**error.failure))

    def test_a_conflict_names_the_existing_contact(self):
        with self.assertRaises(ActionError) as raised:
            typed("contacts", "create-contact", {"role": "user", "email": "contact2@example.com"})
        existing = raised.exception.failure["existing_id"]
        contact = typed("contacts", "get-contact-by-id", {"contact_id": existing})
        self.assertEqual(contact["email"], "contact2@example.com")

    def test_a_typed_call_refuses_missing_and_misspelled_fields(self):
        for fields, message in [
            ({"email": "ada@example.com"}, "role is missing"),
            ({"role": "user", "mail": "ada@example.com"}, "no such field: mail"),
        ]:
            with self.assertRaisesRegex(TypeError, message):
                typed("contacts", "create-contact", fields)


class Faults(unittest.TestCase):
    """A message whose response fails is sent once, and the error does not suggest a retry."""

    def send_to(self, answer):
        """The error of a message to a server with that response, and how often it was received."""
        received = []

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # the server was closed
                    break
                if connection.recv(1 << 16):
                    received.append(connection)
                    answer(connection)
            for connection in received:
                connection.close()

        with socket.create_server(("127.0.0.1", 0)) as server:
            # A call releases Python's lock while it waits for a response.
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            with self.assertRaises(ActionError) as raised:
                invoke(
                    "send-message",
                    MESSAGE,
                    INTERCOM_BASE_URL=f"http://127.0.0.1:{server.getsockname()[1]}",
                    INTERCOM_TIMEOUT_MS="300",
                )
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)
        return raised.exception, len(received)

    def test_it_is_received_once_and_its_outcome_unknown(self):
        for fault, answer in [
            ("silent", lambda connection: None),
            ("hangs up", lambda connection: connection.close()),
        ]:
            with self.subTest(fault):
                error, requests = self.send_to(answer)
                self.assertEqual(requests, 1)
                self.assertEqual(error.tag, "permanent")
                self.assertEqual(error.failure["reason"], "outcome-unknown")

    def test_a_refused_connection_is_retryable(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with self.assertRaises(ActionError) as raised:
            invoke(
                "send-message",
                MESSAGE,
                INTERCOM_BASE_URL=f"http://127.0.0.1:{port}",
                INTERCOM_MAX_RETRIES="0",
            )
        self.assertEqual(raised.exception.tag, "retryable")


class WithoutHttp(unittest.TestCase):
    """Without WASI HTTP, calls that send nothing work, and the others trap."""

    def test_preview_compiles_a_formula(self):
        offline = Connector(COMPONENT, http=False)
        value = {"filter_formula": "role = 'user' AND NOT owner_id IN ('1', '2')"}
        [request] = offline.call({}, "plugin", "preview", "search-contacts", json.dumps(value))
        self.assertEqual(request["url"], "https://api.intercom.io/contacts/search")
        self.assertEqual(
            json.loads(request["body"])["query"],
            {
                "operator": "AND",
                "value": [
                    {"field": "role", "operator": "=", "value": "user"},
                    {"field": "owner_id", "operator": "NIN", "value": ["1", "2"]},
                ],
            },
        )
        with self.assertRaisesRegex(WasmtimeError, "wasi:http/types"):
            offline.call(VARIABLES, "connection", "test-connection")


class Readme(unittest.TestCase):
    """The code in the README runs, and prints what the README says."""

    def test_the_examples(self):
        folder = Path(__file__).parent
        parts = (folder / "README.md").read_text().split("```python\n")[1:]
        call, receive = [part.split("```")[0] for part in parts]
        self.assertIn(receive, (folder / "receive.py").read_text())
        example = (folder / "example.py").read_text()
        self.assertTrue(example.endswith(call), call)
        run = [sys.executable, folder / "example.py", COMPONENT]
        printed = subprocess.run(run, check=True, capture_output=True, text=True, timeout=60)
        promised = re.findall(r"\)  # (.*)", example)
        self.assertEqual(printed.stdout.splitlines(), promised)


if __name__ == "__main__":
    unittest.main()
