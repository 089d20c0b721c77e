"""The connector in Obelisk: what the engine sees of it, every action, what is
repeated, and what is left of a workflow when the server is killed."""

import json
import os
import socket
import subprocess
import time
import tomllib
import unittest

from obelisk import (
    DOUBLE,
    FOLDER,
    LETTER,
    WELCOME,
    Server,
    counts,
    done,
    notification,
    person,
    requests,
    script,
    until,
)

ADMIN = LETTER["sender_id"]

#: The lock on a call, in seconds, as deployment.toml has it.
LOCK = tomllib.loads((FOLDER / "deployment.toml").read_text())["activity_wasm"][0]["exec"][
    "lock_expiry"
]["seconds"]

#: How long a workflow may take that lost a call to a crash, in seconds: the lock
#: runs out, and then this machine may be busy.
RECOVERY = LOCK + 60


def action(interface, function):
    return f"intercom:connector/{interface}@0.2.0.{function}"


def contacts(function):
    return action("contacts", function)


def plugin(function):
    return f"workflow:plugin/plugin@0.2.0.{function}"


def triggers(function):
    return f"workflow:plugin/triggers@0.2.0.{function}"


SEND = action("messages", "send-message")
TEST_CONNECTION = action("connection", "test-connection")

#: What the engine sees of the generic contract: the functions that return a result.
GENERIC = {plugin(name) for name in ("invoke", "preview", "invoke-defined", "preview-defined")}
GENERIC |= {triggers(name) for name in ("receive", "matches", "poll", "sample")}

#: An action that a user defines.
DEFINED = (FOLDER / "../../examples/actions/list-companies-of-contact.json").read_text()


def message(contact, body):
    return {
        "recipient_contact_type": "user",
        "recipient_contact_id": contact,
        "message_type": "email",
        "from_id": ADMIN,
        "subject": "Hello",
        "body": body,
        "template": "plain",
        "cc": [],
        "bcc": [],
    }


def changed_deployment(name, *changes):
    """A copy of deployment.toml with replacements; paths in it are
    relative to it, so it lies with the components."""
    text = (FOLDER / "deployment.toml").read_text()
    nearer = [(f"components/{name}", name) for name in ("intercom", "onboarding", "webhook")]
    for shipped, changed in (*changes, *nearer):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, changed)
    file = FOLDER / "components" / f"{name}.toml"
    file.write_text(text)
    return file


def impatient():
    """The deployment with the engine's retries instead of the connector's, and
    the variables of OAuth."""
    return changed_deployment(
        "impatient",
        ("max_retries = 0", "max_retries = 2\nretry_exp_backoff.milliseconds = 100"),
        ('"INTERCOM_MAX_RETRIES", value = "2"', '"INTERCOM_MAX_RETRIES", value = "0"'),
        (
            '{ key = "INTERCOM_BASE_URL"',
            '"INTERCOM_CLIENT_ID", "INTERCOM_CLIENT_SECRET",\n  { key = "INTERCOM_BASE_URL"',
        ),
    )


def setUpModule():
    """Two servers: with the deployment as it is shipped, and with one that lets
    the engine repeat."""
    global SHIPPED, IMPATIENT, ADA
    oauth = {name: os.environ[name] for name in ("INTERCOM_CLIENT_ID", "INTERCOM_CLIENT_SECRET")}
    SHIPPED = Server(FOLDER / "deployment.toml")
    IMPATIENT = Server(impatient(), **oauth)
    unittest.addModuleCleanup(SHIPPED.close)
    unittest.addModuleCleanup(IMPATIENT.close)
    SHIPPED.start()
    IMPATIENT.start()
    ADA = done(SHIPPED.call(contacts("create-contact"), {"role": "user", "email": "a@example.com"}))


def failure(result, case):
    """The failure of an action that ended as `permanent` or `retryable`."""
    return result["err"][case]


class Contract(unittest.TestCase):
    def test_the_engine_sees_every_action(self):
        harness = ["cargo", "run", "--quiet", "--locked", "--package", "host-test", "--"]
        root = FOLDER.parent.parent
        manifest = subprocess.run(
            [*harness, "manifest"], cwd=root, stdout=subprocess.PIPE, check=True
        )
        actions = {action["id"] for action in json.loads(manifest.stdout)["actions"]}
        status, functions = SHIPPED.api("GET", "/v1/functions")
        self.assertEqual(status, 200)
        seen = {function["ffqn"] for function in functions}
        typed = {
            name.rpartition(".")[2] for name in seen if name.startswith("intercom:connector/")
        }
        self.assertEqual(typed, actions)
        # `manifest` and others return no result, and Obelisk accepts no other functions.
        generic = {name for name in seen if name.startswith("workflow:plugin/")}
        self.assertEqual(generic, GENERIC)

    def test_a_lock_holds_longer_than_an_action_takes(self):
        deployment = tomllib.loads((FOLDER / "deployment.toml").read_text())
        (intercom,) = deployment["activity_wasm"]
        variables = {entry["key"]: entry["value"] for entry in intercom["env_vars"]}
        action = int(variables["INTERCOM_ACTION_TIMEOUT_MS"])
        self.assertGreater(LOCK * 1000, action)
        self.assertGreater(action, int(variables["INTERCOM_RETRY_BUDGET_MS"]))
        self.assertEqual(intercom["max_retries"], 0)

    def test_both_files_allow_the_same_hosts(self):
        files = {
            name: tomllib.loads((FOLDER / name).read_text())
            for name in ("deployment.toml", "server.toml")
        }
        self.assertEqual(
            files["deployment.toml"]["activity_wasm"][0]["allowed_host"],
            files["server.toml"]["outbound_http"]["allowed_host"],
        )


class Actions(unittest.TestCase):
    def test_every_action_runs(self):
        self.ran = set()
        self.connection()
        self.contacts()
        self.companies()
        self.conversations()
        self.tickets()
        self.generic()
        self.triggers()
        functions = {function["ffqn"] for function in SHIPPED.api("GET", "/v1/functions")[1]}
        ours = ("intercom:connector/", "workflow:plugin/")
        self.assertEqual(self.ran, {name for name in functions if name.startswith(ours)})

    def run_action(self, function, *given, server=None):
        self.ran.add(function)
        return done((server or SHIPPED).call(function, *given))

    def connection(self):
        self.assertEqual(self.run_action(TEST_CONNECTION)["admin"]["id"], ADMIN)
        admins = self.run_action(action("connection", "list-admins"))["admins"]
        self.assertIn(ADMIN, [admin["id"] for admin in admins])
        given = {"state": "hRz8Xw3vTq1LmN0pYc5KdA"}
        page = self.run_action(action("connection", "authorize-url"), given, server=IMPATIENT)
        self.assertIn("/oauth?", page["url"])
        # The page itself is for a browser; an unknown code is refused.
        exchange = action("connection", "exchange-code")
        refused = IMPATIENT.call(exchange, {"code": "nobody's"})
        self.assertEqual(failure(refused, "permanent")["reason"], "unauthorized")
        self.ran.add(exchange)
        choices = self.run_action(action("choices", "list-choices"), {"kind": "tag-names"})
        self.assertIn("VIP", [choice["value"] for choice in choices["choices"]])

    def contacts(self):
        contact = {"contact_id": ADA["id"]}
        lead = {"role": "lead", "email": "lead@example.com", "name": "Lea"}
        made = self.run_action(contacts("create-contact"), lead)
        self.assertEqual((made["role"], made["name"]), ("lead", "Lea"))
        changes = {
            "name": "Ada",
            "unsubscribe_from_email": {"literal": True},
            "custom_attribute": '{"plan": "team"}',
            "clear": ["phone"],
        }
        changed = self.run_action(contacts("update-contact"), contact | changes)
        self.assertEqual((changed["name"], changed["unsubscribed_from_emails"]), ("Ada", True))
        read = self.run_action(contacts("get-contact-by-id"), contact)
        self.assertEqual(read["email"], "a@example.com")
        formula = {"filter_formula": "email = 'a@example.com'"}
        page = self.run_action(contacts("search-contacts"), formula)
        self.assertEqual([found["id"] for found in page["contacts"]], [ADA["id"]])
        given = {"external_id": "crm-7", "email": "lin@example.com"}
        upserted = self.run_action(contacts("upsert-contact"), given)
        self.assertEqual(upserted["outcome"], "created")
        found = self.run_action(contacts("find-contact"), {"email": "a@example.com"})
        self.assertEqual(found["id"], ADA["id"])
        self.assertTrue(self.run_action(contacts("archive-contact"), contact)["archived"])
        self.assertFalse(self.run_action(contacts("unarchive-contact"), contact)["archived"])
        on_contact = contact | {"target": "contact"}
        for name, tagged in (("tag", True), ("untag", False)):
            state = self.run_action(action("tags", name), on_contact | {"tag": "VIP"})
            self.assertEqual(state["tagged"], tagged)
        note = self.run_action(action("notes", "add-note"), on_contact | {"body": "Call back"})
        self.assertIn("Call back", note["body"])
        event = contact | {"event_name": "placed-order", "created_at": "2026-03-02T09:00:00Z"}
        submitted = self.run_action(action("events", "submit-event"), event)
        self.assertEqual(submitted["event_name"], "placed-order")

    def companies(self):
        company = {"company_id": "acme-42"}
        made = self.run_action(action("companies", "upsert-company"), company | {"name": "Blue Sun"})
        self.assertEqual((made["company_id"], made["name"]), ("acme-42", "Blue Sun"))
        link = company | {"company_id_kind": "company_id", "contact_id": ADA["id"]}
        linked = self.run_action(action("companies", "link-company"), link)
        self.assertEqual(linked["user_count"], 1)
        page = self.run_action(action("companies", "list-companies"), {"all": {"literal": True}})
        self.assertEqual([found["company_id"] for found in page["companies"]], ["acme-42"])
        unlinked = self.run_action(action("companies", "unlink-company"), link)
        self.assertEqual(unlinked["user_count"], 0)

    def conversations(self):
        opening = {"create_conversation_without_contact_reply": {"literal": True}}
        sent = self.run_action(SEND, message(ADA["id"], "typed") | opening)
        self.assertEqual(sent["message_type"], "email")
        conversation = {"conversation_id": sent["conversation_id"]}
        read = self.run_action(action("conversations", "get-conversation"), conversation)
        self.assertEqual(read["contact_ids"], [ADA["id"]])
        reply = conversation | {"reply_as": "admin", "admin_id": ADMIN, "body": "On its way"}
        replied = self.run_action(action("conversations", "reply-to-conversation"), reply)
        self.assertIn("On its way", replied["response"])
        close = conversation | {"operation": "close", "admin_id": ADMIN}
        closed = self.run_action(action("conversations", "manage-conversation"), close)
        self.assertEqual(closed["state"], "closed")
        formula = {"filter_formula": "state = 'snoozed'"}
        page = self.run_action(action("conversations", "search-conversations"), formula)
        self.assertEqual(page["conversations"], [])

    def tickets(self):
        who = {"contacts": [{"contact_id": ADA["id"]}]}
        ticket = who | {"ticket_type_id": "1234", "title": "Lamp broken"}
        made = self.run_action(action("tickets", "create-ticket"), ticket)
        self.assertEqual(made["title"], "Lamp broken")
        change = {"ticket_id": made["id"], "title": "Lamp mended", "clear": []}
        changed = self.run_action(action("tickets", "update-ticket"), change)
        self.assertEqual(changed["title"], "Lamp mended")
        formula = {"filter_formula": "state = 'resolved'"}
        page = self.run_action(action("tickets", "search-tickets"), formula)
        self.assertEqual(page["tickets"], [])

    def generic(self):
        contact = {"contact_id": ADA["id"]}
        path = f"/contacts/{ADA['id']}"
        custom = {"method": "GET", "path": path, "query": [], "headers": []}
        read = self.run_action(action("custom", "custom-action"), custom)
        self.assertEqual(json.loads(read["body"])["id"], ADA["id"])
        given = ("get-contact-by-id", json.dumps(contact))
        self.assertEqual(json.loads(self.run_action(plugin("invoke"), *given))["id"], ADA["id"])
        (request,) = self.run_action(plugin("preview"), *given)
        self.assertEqual(request["url"], DOUBLE + path)
        defined = (DEFINED, "list-companies-of-contact", json.dumps(contact))
        companies = json.loads(self.run_action(plugin("invoke-defined"), *defined))
        self.assertEqual(companies["items"], [])
        (request,) = self.run_action(plugin("preview-defined"), *defined)
        self.assertTrue(request["url"].startswith(DOUBLE + path), request)

    def triggers(self):
        event = self.run_action(triggers("sample"), "user-created")
        self.assertEqual(event["trigger"], "user-created")
        self.assertIs(self.run_action(triggers("matches"), "user-created", "{}", event), True)
        # The activity has no client secret; its deliveries were verified before.
        delivery = {"method": "POST", "query": "", "headers": [], "verified": True}
        delivery |= {"body": list(notification("e-1", "typed@example.com")), "received_at_ms": None}
        outcome = self.run_action(triggers("receive"), delivery)
        self.assertEqual(outcome["reply"]["status"], 200)
        (event,) = outcome["meaning"]["events"]
        self.assertEqual(event["id"], "e-1")
        now = int(time.time() * 1000)
        page = self.run_action(triggers("poll"), "user-created", "{}", None, now)
        self.assertEqual((page["events"], page["more"]), ([], False))

    def test_the_token_stays_outside(self):
        """The record of a call holds neither the token nor the placeholder's
        name; the double, which wants the token, was answered to."""
        execution = SHIPPED.submit(TEST_CONNECTION)
        done(SHIPPED.result(execution))
        events = json.dumps(SHIPPED.api("GET", f"/v1/executions/{execution}/events")[1])
        self.assertIn("/me", events)
        self.assertNotIn(os.environ["INTERCOM_ACCESS_TOKEN"], events)

    def test_no_other_host_is_reached(self):
        with socket.create_server(("127.0.0.1", 0)) as elsewhere:
            elsewhere.settimeout(0.1)
            host = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
            changed = changed_deployment(
                "fenced",
                (
                    '{ key = "INTERCOM_BASE_URL", value = "${INTERCOM_BASE_URL:-https://api.intercom.io}" }',
                    f'{{ key = "INTERCOM_BASE_URL", value = "{host}" }}',
                ),
            )
            fenced = Server(changed)
            self.addCleanup(fenced.close)
            result = fenced.start().call(TEST_CONNECTION)
            self.assertEqual(failure(result, "permanent")["reason"], "network")
            with self.assertRaises(TimeoutError):
                elsewhere.accept()


class Repeats(unittest.TestCase):
    """What the engine retries if it is allowed to."""

    def test_permanent_errors_are_not_retried(self):
        for function, given, reason, operation in (
            (contacts("get-contact-by-id"), {"contact_id": "nobody"}, "not_found", "GET /contacts/nobody"),
            (
                contacts("create-contact"),
                {"role": "user", "email": "a@example.com"},
                "conflict",
                "POST /contacts",
            ),
            (SEND, message("nobody", "x"), "not_found", "POST /messages"),
        ):
            with self.subTest(operation):
                before = counts()
                result = IMPATIENT.call(function, given)
                failed = failure(result, "permanent")
                self.assertEqual(failed["reason"], reason)
                if reason == "conflict":
                    existing = (failed["existing_id"], failed["archived"])
                    self.assertEqual(existing, (ADA["id"], False))
                self.assertEqual(requests(before)[operation], 1)

    def test_retryable_errors_are_retried(self):
        get = f"GET /contacts/{ADA['id']}"
        for function, given, operation, status in (
            (contacts("get-contact-by-id"), {"contact_id": ADA["id"]}, get, 503),
            (SEND, message(ADA["id"], "after a 429"), "POST /messages", 429),
        ):
            with self.subTest(operation):
                script({"request": operation, "times": 2, "status": status})
                before = counts()
                done(IMPATIENT.call(function, given))
                self.assertEqual(requests(before)[operation], 3)
                received = counts()["messages"].get(ADA["id"], 0)
                sent = received - before["messages"].get(ADA["id"], 0)
                self.assertEqual(sent, 1 if function == SEND else 0)

    def test_a_message_that_fails_after_it_was_sent_is_not_retried(self):
        script({"request": "POST /messages", "status": 503})
        before = counts()
        result = IMPATIENT.call(SEND, message(ADA["id"], "lost"))
        self.assertEqual(failure(result, "permanent")["reason"], "outcome_unknown")
        self.assertEqual(requests(before)["POST /messages"], 1)

    def test_retries_end(self):
        get = f"GET /contacts/{ADA['id']}"
        script({"request": get, "times": 9, "status": 503})
        before = counts()
        result = IMPATIENT.call(contacts("get-contact-by-id"), {"contact_id": ADA["id"]})
        self.assertEqual(failure(result, "retryable")["reason"], "unavailable")
        self.assertEqual(requests(before)[get], 3)
        script()


class Workflow(unittest.TestCase):
    def test_it_creates_a_contact_or_updates_it_and_welcomes_it(self):
        for name in ("Maren", "Maren Lund"):
            given = {"email": "maren@example.com", "name": name}
            ok = done(SHIPPED.call(WELCOME, given, LETTER, 1))
            contact = done(
                SHIPPED.call(contacts("get-contact-by-id"), {"contact_id": ok["contact_id"]})
            )
            self.assertEqual(contact["name"], name)
            tags = json.loads(contact["response"])["tags"]
            self.assertEqual(tags["total_count"], 1)
            conversation = {"conversation_id": ok["conversation_id"]}
            read = done(SHIPPED.call(action("conversations", "get-conversation"), conversation))
            self.assertEqual((read["state"], read["contact_ids"]), ("closed", [ok["contact_id"]]))
        self.assertEqual(counts()["messages"][ok["contact_id"]], 2, "one by each workflow")

    def test_what_a_person_typed_is_not_a_placeholder(self):
        given = {"email": "braces@example.com", "name": "{{settings.admin}} << x"}
        ok = done(SHIPPED.call(WELCOME, given, LETTER, 0))
        contact = done(SHIPPED.call(contacts("get-contact-by-id"), {"contact_id": ok["contact_id"]}))
        self.assertEqual(contact["name"], given["name"])

    def test_it_retries_what_is_retryable(self):
        script(
            {"request": "GET /tags", "times": 4, "status": 503},
            {"request": "POST /messages", "containing": "patience", "status": 429},
        )
        before = counts()
        letter = LETTER | {"body": "patience"}
        ok = done(SHIPPED.call(WELCOME, person("Grete"), letter, 0))
        asked = requests(before)
        # Three by one call of the connector, and two by another of the workflow.
        self.assertEqual((asked["GET /tags"], asked["POST /messages"]), (5, 2))
        self.assertEqual(counts()["messages"][ok["contact_id"]], 1)

    def test_it_does_not_send_again_what_may_have_been_sent(self):
        script({"request": "POST /messages", "containing": "lost", "status": 500})
        before = counts()
        result = SHIPPED.call(WELCOME, person("Olga"), LETTER | {"body": "lost"}, 0)
        self.assertIn("outcome_unknown", result["err"], result)
        self.assertEqual(requests(before)["POST /messages"], 1)


class Killed(unittest.TestCase):
    """The server is killed while workflows are at every point that they can be
    at, and started again."""

    def test_workflows_end_and_nothing_is_done_twice(self):
        # By name, which call of the workflow is in flight when the kill comes; its
        # response is held back, so the double has already done what it was asked.
        known = {name: self.contact(name) for name in ("Tag", "Note")}
        held = {
            "Upsert": {"request": "POST /contacts", "containing": "upsert@"},
            "Tag": {"request": f"POST /contacts/{known['Tag']}/tags"},
            "Note": {"request": f"POST /contacts/{known['Note']}/notes"},
            "Send": {"request": "POST /messages", "containing": "for Send"},
            # No other workflow gets so far.
            "Close": {"request": "POST /conversations/{id}/parts"},
        }
        script(*({**step, "hold_ms": 600_000} for step in held.values()))
        before = counts()
        running = {name: self.submit(name, 0) for name in held}
        # Between two calls: it waits for longer than the server takes to start.
        running["Wait"] = self.submit("Wait", LOCK)
        until(lambda: self.all_held(before, known, running), 60, "every workflow is at its step")
        SHIPPED.kill()
        SHIPPED.start(again=True)
        results = {name: SHIPPED.result(id, RECOVERY) for name, id in running.items()}
        for name in ("Upsert", "Tag", "Wait"):
            self.assertEqual(self.received(done(results[name])["contact_id"]), 1, name)
        for name in ("Note", "Send", "Close"):
            lost = results[name]["err"]["outcome_unknown"]
            self.assertIn("may have taken effect", lost)
        asked = requests(before)
        self.assertEqual(asked["POST /messages"], 5, "one for each workflow but Note")
        self.assertEqual(asked[f"POST /contacts/{known['Tag']}/tags"], 2, "it may come twice")
        # Only the create was sent twice, and resulted in one contact.
        twice = counts()["duplicated_writes"][len(before["duplicated_writes"]) :]
        self.assertEqual([write.partition(" {")[0] for write in twice], ["POST /contacts"])
        found = done(SHIPPED.call(contacts("find-contact"), {"email": "upsert@example.com"}))
        self.assertEqual(found["total_count"], 1)

    def test_an_engine_that_retries_sends_twice(self):
        """Why max_retries is 0. Fails once Obelisk changes this, and then the
        README has to."""
        step = {"request": "POST /messages", "containing": "twice", "hold_ms": 600_000}
        script(step)
        before = counts()
        execution = IMPATIENT.submit(SEND, message(ADA["id"], "twice"))
        until(lambda: requests(before).get("POST /messages"), 60, "the message is sent")
        IMPATIENT.kill()
        IMPATIENT.start(again=True)
        done(IMPATIENT.result(execution, RECOVERY))
        self.assertEqual(requests(before)["POST /messages"], 2)

    def test_a_server_that_is_stopped_gracefully_makes_calls_again(self):
        """Why a server must be stopped with SIGKILL: on SIGTERM, Obelisk drops the
        calls that it makes and puts them back into the queue, whatever
        max_retries says. Fails once it learns better, and then the README has to."""
        script({"request": "POST /messages", "containing": "stopped", "hold_ms": 600_000})
        before = counts()
        execution = SHIPPED.submit(SEND, message(ADA["id"], "stopped"))
        until(lambda: requests(before).get("POST /messages"), 60, "the message is sent")
        SHIPPED.stop()
        SHIPPED.start(again=True)
        done(SHIPPED.result(execution, RECOVERY))
        self.assertEqual(requests(before)["POST /messages"], 2)

    def submit(self, name, wait):
        letter = LETTER | {"body": f"A letter for {name}"}
        return SHIPPED.submit(WELCOME, person(name), letter, wait)

    @staticmethod
    def contact(name):
        given = {"role": "user", "email": person(name)["email"]}
        return done(SHIPPED.call(contacts("create-contact"), given))["id"]

    @staticmethod
    def all_held(before, known, running):
        asked = requests(before)
        waiting = SHIPPED.api("GET", f"/v1/executions/{running['Wait']}/status")[1]
        return (
            asked.get("POST /contacts") == len(running)
            and asked.get(f"POST /contacts/{known['Tag']}/tags") == 1
            and asked.get(f"POST /contacts/{known['Note']}/notes") == 1
            and asked.get("POST /messages") == 2
            and any(name.endswith("/parts") and number for name, number in asked.items())
            and "blocked" in json.dumps(waiting).lower()
        )

    @staticmethod
    def received(contact):
        return counts()["messages"].get(contact, 0)


if __name__ == "__main__":
    unittest.main()
