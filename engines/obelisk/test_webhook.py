"""Webhooks that start the workflow in Obelisk: once, however often an event is
delivered, and whenever the server is killed."""

import socket
import unittest
from concurrent.futures import ThreadPoolExecutor

from obelisk import FOLDER, Server, counts, done, notification, signed, until


def setUpModule():
    global SERVER
    SERVER = Server(FOLDER / "deployment.toml", WAIT_SECONDS="0")
    unittest.addModuleCleanup(SERVER.close)
    SERVER.start()


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.before = set(SERVER.started())

    def started(self):
        return [execution for execution in SERVER.started() if execution not in self.before]

    def assert_welcomed_once(self):
        """One workflow was started, and the contact got one message."""
        (execution,) = self.started()
        contact = done(SERVER.result(execution, 120))["contact_id"]
        self.assertEqual(counts()["messages"][contact], 1)

    def test_an_event_starts_one_workflow_however_often_it_is_delivered(self):
        for attempt in (1, 1, 2):
            body = notification("event-1", "first@example.com", attempt)
            self.assertEqual(SERVER.deliver(body), 200)
        self.assert_welcomed_once()

    def test_deliveries_at_the_same_moment_start_one_workflow(self):
        body = notification("event-2", "second@example.com")
        with ThreadPoolExecutor(8) as pool:
            statuses = set(pool.map(lambda _: SERVER.deliver(body), range(8)))
        # The engine refuses to start what another delivery has started.
        self.assertLessEqual(statuses, {200, 500})
        self.assertEqual(SERVER.deliver(body), 200, "what Intercom sends again is known")
        self.assert_welcomed_once()

    def test_a_delivery_that_is_not_intercoms_starts_nothing(self):
        body = notification("event-3", "third@example.com")
        for other in ({"x-hub-signature": "sha1=" + "0" * 40}, signed(body + b" ")):
            self.assertEqual(SERVER.deliver(body, **other), 401)
        self.assertEqual(self.started(), [])
        self.assertIn("refused: the signature", SERVER.said())

    def test_other_events_and_users_without_an_address_start_nothing(self):
        body = notification("event-4", "fourth@example.com")
        for given, other in ((b"contact.user.created", b"contact.deleted"), (b'"email"', b'"no"')):
            self.assertEqual(SERVER.deliver(body.replace(given, other)), 200)
        self.assertEqual(self.started(), [])

    def test_killed_after_the_start_and_before_the_reply(self):
        """The caller reads no reply, as if it never came; it sends the event again
        to the server that was started anew."""
        body = notification("event-5", "fifth@example.com")
        with socket.create_connection(SERVER.webhooks) as caller:
            caller.sendall(self.request(body))
            until(self.started, 30, "the workflow is started")
            SERVER.kill()
        SERVER.start(again=True)
        self.assertEqual(SERVER.deliver(notification("event-5", "fifth@example.com", 2)), 200)
        self.assert_welcomed_once()

    def test_killed_in_the_middle_of_a_delivery(self):
        body = notification("event-6", "sixth@example.com")
        with socket.create_connection(SERVER.webhooks) as caller:
            caller.sendall(self.request(body)[:-20])
            SERVER.kill()
        SERVER.start(again=True)
        self.assertEqual(self.started(), [])
        self.assertEqual(SERVER.deliver(body), 200)
        self.assert_welcomed_once()

    @staticmethod
    def request(body):
        headers = signed(body) | {"host": "localhost", "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST /intercom HTTP/1.1\r\n{head}\r\n".encode() + body


if __name__ == "__main__":
    unittest.main()
