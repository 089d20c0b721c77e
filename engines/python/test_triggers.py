"""Events in Python: received by the example from the double's webhooks, filtered, and
polled."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
import unittest
from pathlib import Path

from connector import ActionError, Connector

FOLDER = Path(__file__).parent
COMPONENT = Path(os.environ["INTERCOM_COMPONENT"])
CONNECTOR = Connector(COMPONENT)
SECRET = os.environ["INTERCOM_CLIENT_SECRET"]
VARIABLES = {
    "INTERCOM_BASE_URL": os.environ["INTERCOM_BASE_URL"],
    "INTERCOM_ACCESS_TOKEN": os.environ["INTERCOM_ACCESS_TOKEN"],
}


def triggers(function, *arguments):
    return CONNECTOR.call(VARIABLES, "triggers", function, *arguments)


class Receiving(unittest.TestCase):
    """The example, as its own process."""

    def setUp(self):
        self.server = subprocess.Popen(
            [sys.executable, FOLDER / "receive.py", COMPONENT],
            env=os.environ | {"PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.server.kill)
        line = self.server.stderr.readline()
        self.port = int(re.fullmatch(r"listening on port (\d+)\n", line)[1])

    def ended(self):
        """What it printed: the events, and the other lines."""
        self.server.terminate()
        printed, errors = self.server.communicate(timeout=10)
        return [json.loads(line) for line in printed.splitlines()], errors

    def test_each_event_is_printed_once_and_forgeries_are_refused(self):
        address = f"http://127.0.0.1:{self.port}/intercom?a=b"
        deliver = [os.environ["INTERCOM_DOUBLE"], "--deliver", address, "--client-secret", SECRET]
        delivered = subprocess.run(deliver, check=True, capture_output=True, text=True, timeout=60)
        self.assertEqual(
            delivered.stdout.splitlines(),
            [
                "200 HEAD",
                "200 conversation.user.replied notif_double-2 Plain",
                "200 contact.user.created notif_double-1 Twice",
                "200 contact.user.created notif_double-1 Twice",
                "200 ticket.state.updated notif_double-3 Plain",
                "401 ticket.state.updated notif_double-3 WrongSignature",
                "401 ticket.state.updated notif_double-3 Unsigned",
                "401 ticket.state.updated notif_double-3 Changed",
                "400 ticket.state.updated notif_double-3 Captured",
            ],
        )
        # The last one is logged after its reply was sent.
        refused = 0
        while refused < 4:
            line = self.server.stderr.readline()
            self.assertTrue(line, "it ended early")
            refused += "refused: " in line
        events, rest = self.ended()
        self.assertNotIn("refused: ", rest)
        self.assertEqual(
            [(event["id"], event["trigger"]) for event in events],
            [
                ("notif_double-2", "contact-replied"),
                ("notif_double-1", "user-created"),
                ("notif_double-3", "ticket-state-updated"),
            ],
        )
        self.assertEqual(events[1]["data"]["email"], "ada@example.com")

    def test_a_huge_body_is_not_read(self):
        for length in ["6000000", "-1", "many"]:
            with self.subTest(length):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.putrequest("POST", "/")
                connection.putheader("content-length", length)
                connection.endheaders()
                self.assertEqual(connection.getresponse().status, 413)
                connection.close()
        self.assertEqual(self.ended()[0], [])


class Triggers(unittest.TestCase):
    def test_without_a_secret_the_reply_makes_intercom_send_again(self):
        delivery = {"method": "POST", "query": "", "headers": [], "body": b"", "verified": False}
        with self.assertRaisesRegex(ActionError, "INTERCOM_CLIENT_SECRET: is not set"):
            triggers("receive", delivery)

    def test_a_filter_selects_events(self):
        event = triggers("sample", "user-created")
        email = json.loads(event["data"])["email"]

        def matches(formula):
            return triggers("matches", "user-created", json.dumps({"filter": formula}), event)

        self.assertIs(matches(f"email = '{email}'"), True)
        self.assertIs(matches("email = 'nobody@example.com'"), False)
        with self.assertRaisesRegex(ActionError, "emial"):
            matches("emial = 'a'")

    def test_a_new_contact_is_polled_once(self):
        cursor = None

        def poll():
            nonlocal cursor
            page = triggers("poll", "user-created", "{}", cursor, int(time.time() * 1000))
            cursor = page["cursor"]
            return [json.loads(event["data"])["contact_id"] for event in page["events"]]

        # Dates are whole seconds, and the second in which polling begins is included.
        time.sleep(1.1)
        self.assertEqual(poll(), [])
        person = {"role": "user", "email": "polled@example.com"}
        contact = CONNECTOR.call(VARIABLES, "contacts", "create-contact", person)
        found = []
        for _ in range(20):
            found += poll()
            if found:
                break
            time.sleep(0.3)
        self.assertEqual(found, [contact["id"]])
        self.assertEqual(poll(), [])


if __name__ == "__main__":
    unittest.main()
