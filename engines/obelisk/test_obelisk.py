"""The connector in Obelisk: what the engine sees of it, every action, what is
repeated, and what is left of a workflow when the server is killed."""

import json
import os
import socket
import subprocess
import tomllib
import unittest

from obelisk import (
    DOUBLE,
    FOLDER,
    LETTER,
    WELCOME,
    Server,
    counts,
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


def contacts(function):
    return f"intercom:connector/contacts@0.2.0.{function}"


def companies(function):
    return f"intercom:connector/companies@0.2.0.{function}"


def connection(function):
    return f"intercom:connector/connection@0.2.0.{function}"


SEND = "intercom:connector/messages@0.2.0.send-message"
CUSTOM = "intercom:connector/custom@0.2.0.custom-action"
INVOKE = "workflow:plugin/plugin@0.2.0.invoke"
PREVIEW = "workflow:plugin/plugin@0.2.0.preview"


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
    """A copy of deployment.toml in which something else stands; paths in it are
    relative to it, so it lies with the components."""
    text = (FOLDER / "deployment.toml").read_text()
    for shipped, changed in (*changes, ("components/intercom", "intercom"), ("components/onboarding", "onboarding")):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, changed)
    file = FOLDER / "components" / f"{name}.toml"
    file.write_text(text)
    return file


def impatient():
    """The deployment with the engine's retries in place of the connector's, and
    the variables of OAuth."""
    return changed_deployment(
        "impatient",
        ("max_retries = 0", "max_retries = 2\nretry_exp_backoff.milliseconds = 100"),
        ('"INTERCOM_MAX_RETRIES", value = "2"', '"INTERCOM_MAX_RETRIES", value = "0"'),
        ("env_vars = [", 'env_vars = [\n  "INTERCOM_CLIENT_ID", "INTERCOM_CLIENT_SECRET",'),
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


def done(result):
    assert "ok" in result, result
    return result["ok"]


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
        # `manifest` returns no result, and Obelisk takes no other functions.
        plugin = {name for name in seen if name.startswith("workflow:plugin/")}
        self.assertEqual(plugin, {INVOKE, PREVIEW})

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
        contact = {"contact_id": ADA["id"]}
        company = {"company_id": "acme-42"}
        by_own_id = company | {"company_id_kind": "company_id"}
        seen = set()
        for function, given, expected in (
            (connection("test-connection"), [], lambda ok: ok["admin"]["id"] == ADMIN),
            (connection("list-admins"), [], lambda ok: ADMIN in [a["id"] for a in ok["admins"]]),
            (
                contacts("create-contact"),
                [{"role": "lead", "email": "lead@example.com", "name": "Lea"}],
                lambda ok: (ok["role"], ok["name"]) == ("lead", "Lea"),
            ),
            (
                contacts("update-contact"),
                [
                    contact
                    | {
                        "name": "Ada",
                        "unsubscribe_from_email": {"literal": True},
                        "custom_attribute": '{"plan": "team"}',
                        "clear": ["phone"],
                    }
                ],
                lambda ok: (ok["name"], ok["unsubscribed_from_emails"]) == ("Ada", True),
            ),
            (contacts("get-contact-by-id"), [contact], lambda ok: ok["email"] == "a@example.com"),
            (
                contacts("search-contacts"),
                [{"filter_formula": "email = 'a@example.com'"}],
                lambda ok: [found["id"] for found in ok["contacts"]] == [ADA["id"]],
            ),
            (
                contacts("upsert-contact"),
                [{"external_id": "crm-7", "email": "lin@example.com"}],
                lambda ok: (ok["outcome"], ok["contact"]["external_id"]) == ("created", "crm-7"),
            ),
            (
                contacts("find-contact"),
                [{"email": "a@example.com"}],
                lambda ok: ok["id"] == ADA["id"],
            ),
            (
                companies("upsert-company"),
                [company | {"name": "Blue Sun"}],
                lambda ok: (ok["company_id"], ok["name"]) == ("acme-42", "Blue Sun"),
            ),
            (companies("link-company"), [contact | by_own_id], lambda ok: ok["user_count"] == 1),
            (
                companies("list-companies"),
                [{"all": {"literal": True}}],
                lambda ok: [found["company_id"] for found in ok["companies"]] == ["acme-42"],
            ),
            (companies("unlink-company"), [contact | by_own_id], lambda ok: ok["user_count"] == 0),
            (contacts("archive-contact"), [contact], lambda ok: ok["archived"] is True),
            (contacts("unarchive-contact"), [contact], lambda ok: ok["archived"] is False),
            (SEND, [message(ADA["id"], "typed")], lambda ok: ok["message_type"] == "email"),
            (
                CUSTOM,
                [{"method": "GET", "path": f"/contacts/{ADA['id']}", "query": [], "headers": []}],
                lambda ok: json.loads(ok["body"])["id"] == ADA["id"],
            ),
            (
                INVOKE,
                ["get-contact-by-id", json.dumps(contact)],
                lambda ok: json.loads(ok)["id"] == ADA["id"],
            ),
            (
                PREVIEW,
                ["get-contact-by-id", json.dumps(contact)],
                lambda ok: ok[0]["url"] == f"{DOUBLE}/contacts/{ADA['id']}",
            ),
        ):
            with self.subTest(function):
                result = SHIPPED.call(function, *given)
                self.assertTrue("ok" in result and expected(result["ok"]), result)
                seen.add(function)
        page = done(
            IMPATIENT.call(connection("authorize-url"), {"state": "hRz8Xw3vTq1LmN0pYc5KdA"})
        )
        self.assertIn("/oauth?", page["url"])
        # The page itself is for a browser; a code that nobody made is refused.
        refused = IMPATIENT.call(connection("exchange-code"), {"code": "nobody's"})
        self.assertEqual(failure(refused, "permanent")["reason"], "unauthorized")
        seen |= {connection("authorize-url"), connection("exchange-code")}
        functions = {function["ffqn"] for function in SHIPPED.api("GET", "/v1/functions")[1]}
        self.assertEqual(seen, functions - {WELCOME})

    def test_the_token_stays_outside(self):
        """The record of a call holds neither the token nor the placeholder's
        name; the double, which wants the token, was answered to."""
        execution = SHIPPED.submit(connection("test-connection"))
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
            result = fenced.start().call(connection("test-connection"))
            self.assertEqual(failure(result, "permanent")["reason"], "network")
            with self.assertRaises(TimeoutError):
                elsewhere.accept()


class Repeats(unittest.TestCase):
    """What the engine itself repeats, where it is allowed to."""

    def test_permanent_errors_are_not_repeated(self):
        for function, given, reason, operation in (
            (contacts("get-contact-by-id"), {"contact_id": "nobody"}, "not_found", "GET /contacts/nobody"),
            (
                contacts("create-contact"),
                {"role": "user", "email": "a@example.com"},
                {"conflict": {"existing_id": ADA["id"], "archived": False}},
                "POST /contacts",
            ),
            (SEND, message("nobody", "x"), "not_found", "POST /messages"),
        ):
            with self.subTest(operation):
                before = counts()
                result = IMPATIENT.call(function, given)
                self.assertEqual(failure(result, "permanent")["reason"], reason)
                self.assertEqual(requests(before)[operation], 1)

    def test_retryable_errors_are_repeated(self):
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

    def test_a_message_that_fails_after_it_was_sent_is_not_repeated(self):
        script({"request": "POST /messages", "status": 503})
        before = counts()
        result = IMPATIENT.call(SEND, message(ADA["id"], "lost"))
        self.assertEqual(failure(result, "permanent")["reason"], "outcome_unknown")
        self.assertEqual(requests(before)["POST /messages"], 1)

    def test_repeats_end(self):
        get = f"GET /contacts/{ADA['id']}"
        script({"request": get, "times": 9, "status": 503})
        before = counts()
        result = IMPATIENT.call(contacts("get-contact-by-id"), {"contact_id": ADA["id"]})
        self.assertEqual(failure(result, "retryable")["reason"], "unavailable")
        self.assertEqual(requests(before)[get], 3)
        script()


class Workflow(unittest.TestCase):
    def test_it_makes_a_contact_or_updates_it_and_sends_one_message(self):
        for name in ("Maren", "Maren Lund"):
            given = {"email": "maren@example.com", "name": name}
            ok = done(SHIPPED.call(WELCOME, given, LETTER, 1))
            contact = done(
                SHIPPED.call(contacts("get-contact-by-id"), {"contact_id": ok["contact_id"]})
            )
            self.assertEqual(contact["name"], name)
        self.assertEqual(counts()["messages"][ok["contact_id"]], 2, "one by each workflow")

    def test_what_a_person_typed_is_no_placeholder(self):
        given = {"email": "braces@example.com", "name": "{{settings.admin}} << x"}
        ok = done(SHIPPED.call(WELCOME, given, LETTER, 0))
        contact = done(SHIPPED.call(contacts("get-contact-by-id"), {"contact_id": ok["contact_id"]}))
        self.assertEqual(contact["name"], given["name"])

    def test_it_repeats_what_is_retryable(self):
        script(
            {"request": "POST /contacts/search", "times": 4, "status": 503},
            {"request": "POST /messages", "containing": "patience", "status": 429},
        )
        before = counts()
        letter = LETTER | {"body": "patience"}
        ok = done(SHIPPED.call(WELCOME, person("Grete"), letter, 0))
        asked = requests(before)
        # Three by one call of the connector, and two by another of the workflow.
        self.assertEqual((asked["POST /contacts/search"], asked["POST /messages"]), (5, 2))
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

    #: By name, which part of the workflow is held up when the kill comes; the
    #: answer is held back, so the double has already done what it was asked.
    HELD = {
        "Search": {"request": "POST /contacts/search", "containing": "search@"},
        "Create": {"request": "POST /contacts", "containing": "create@"},
        "Send": {"request": "POST /messages", "containing": "for Send"},
    }

    def test_workflows_end_and_no_message_is_sent_twice(self):
        script(*({**step, "hold_ms": 600_000} for step in self.HELD.values()))
        before = counts()
        running = {name: self.submit(name, 0) for name in self.HELD}
        # Between two calls: it waits for longer than the server takes to start.
        running["Wait"] = self.submit("Wait", LOCK)
        until(lambda: self.all_held(before, running), 60, "every workflow is where it should be")
        SHIPPED.kill()
        SHIPPED.start(again=True)
        results = {name: SHIPPED.result(id, RECOVERY) for name, id in running.items()}
        for name in ("Search", "Create", "Wait"):
            self.assertEqual(self.received(done(results[name])["contact_id"]), 1, name)
        lost = results["Send"]["err"]["outcome_unknown"]
        self.assertIn("may have been carried out", lost)
        asked = requests(before)
        self.assertEqual(asked["POST /messages"], 4, "one for each workflow")
        self.assertEqual(asked["POST /contacts"], 5, "the create whose answer was lost comes again")

    def test_an_engine_that_repeats_sends_twice(self):
        """Why max_retries is 0. Fails once Obelisk learns better, and then the
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

    def test_a_server_that_is_asked_to_end_leaves_calls_to_be_made_again(self):
        """Why a server has to be ended by SIGKILL: on SIGTERM, Obelisk drops the
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
    def all_held(before, running):
        asked = requests(before)
        waiting = SHIPPED.api("GET", f"/v1/executions/{running['Wait']}/status")[1]
        return (
            asked.get("POST /messages") == 1
            and asked.get("POST /contacts") == 3
            and "blocked" in json.dumps(waiting).lower()
        )

    @staticmethod
    def received(contact):
        return counts()["messages"].get(contact, 0)


if __name__ == "__main__":
    unittest.main()
