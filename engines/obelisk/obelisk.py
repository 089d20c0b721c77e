"""Starts and kills Obelisk servers, and sends requests to them and to the double.

What the checks share; standard library only.
"""

import atexit
import hashlib
import hmac
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).parent
BINARY = os.environ["OBELISK"]
DOUBLE = os.environ["INTERCOM_BASE_URL"]

#: The servers' cache of machine code: a restarted one compiles nothing.
CODE = FOLDER / ".obelisk"

# The servers end with the check, however it ends.
signal.signal(signal.SIGTERM, signal.default_int_handler)

#: In seconds. A server compiles three components first: half a minute each on a busy
#: machine.
START = 180

API_TOKEN = "a-token-of-the-check-for-its-own-servers"

WELCOME = "example:onboarding/onboarding@0.1.0.welcome"


def ask(url, method="GET", body=None, headers=None, patience=30):
    """The response's status and its JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers or {}, method=method)
    if data is not None:
        request.add_header("content-type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return answer.status, parse(answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, parse(refusal.read())


def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")


def counts():
    """The requests that the double received so far, and their responses."""
    return ask(f"{DOUBLE}/double/counts")[1]


def script(*steps):
    """What the double does with the next matching requests."""
    status, told = ask(f"{DOUBLE}/double/script", "PUT", steps)
    assert status == 200, told


def requests(before=None):
    """The requests that the double received since `before`, and how many of each."""
    known = (before or {}).get("requests", {})
    now = counts()["requests"]
    return {name: number - known.get(name, 0) for name, number in now.items()}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(true, patience, what):
    """Waits until `true()` is truthy and returns it; for so many seconds at most."""
    end = time.monotonic() + patience
    while not (value := true()):
        if time.monotonic() > end:
            raise AssertionError(f"not in {patience} s: {what}")
        time.sleep(0.05)
    return value


class Server:
    """One process of `obelisk server run`, with its own folder and port.

    `variables` go to it beside those that lead to the double.
    """

    def __init__(self, deployment, config=FOLDER / "server.toml", **variables):
        self.folder = Path(tempfile.mkdtemp(prefix="obelisk-check-"))
        self.config = config
        self.deployment = deployment
        self.process = None
        atexit.register(self.close)
        port, webhooks = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.webhooks = ("127.0.0.1", webhooks)
        self.variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "INTERCOM_BASE_URL": DOUBLE,
            "INTERCOM_ACCESS_TOKEN": os.environ["INTERCOM_ACCESS_TOKEN"],
            "INTERCOM_CLIENT_SECRET": os.environ["INTERCOM_CLIENT_SECRET"],
            "OBELISK_API_TOKEN": API_TOKEN,
            "OBELISK__API__LISTENING_ADDR": f"127.0.0.1:{port}",
            "OBELISK__EXTERNAL__LISTENING_ADDR": f"127.0.0.1:{webhooks}",
            "OBELISK__WASM__CACHE_DIRECTORY": str(CODE / "wasm"),
            "OBELISK__WASM__CODEGEN_CACHE__DIRECTORY": str(CODE / "code"),
        } | variables
        if "POSTGRES_HOST" not in variables:
            database = str(self.folder / "database")
            self.variables["OBELISK__DATABASE__SQLITE__DIRECTORY"] = database

    def start(self, again=False):
        """Starts it and waits until it answers. `again`: on the deployment that
        its database has."""
        command = [BINARY, "server", "run", "--server-config", self.config]
        if not again:
            command += ["--deployment", self.deployment]
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(
                command, env=self.variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until(self.answers, START, f"{self.url} answers; {self.said()}")
        return self

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended: {self.said()}")
        try:
            return self.api("GET", "/v1/deployment-id")[0] == 200
        except OSError:
            return False

    def said(self):
        """The end of its log."""
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def kill(self):
        """Kills it without notice, as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Stops it as a service manager does, and waits."""
        self.process.terminate()
        self.process.wait(timeout=60)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def api(self, method, path, body=None, patience=30):
        headers = {"authorization": f"Bearer {API_TOKEN}", "accept": "application/json"}
        return ask(self.url + path, method, body, headers, patience)

    def submit(self, function, *parameters):
        """The id of the execution."""
        work = {"ffqn": function, "params": parameters}
        status, told = self.api("POST", "/v1/executions", work)
        assert status == 201, (function, status, told)
        return told["ok"] if isinstance(told, dict) else told

    def result(self, execution, patience=60):
        """What it returned: `{"ok": …}`, `{"err": …}` or
        `{"execution_failed": …}`."""
        return until(lambda: self.finished(execution), patience, f"{execution} ends")

    def finished(self, execution):
        status, told = self.api("GET", f"/v1/executions/{execution}")
        return told if status == 200 else None

    def call(self, function, *parameters, patience=60):
        return self.result(self.submit(function, *parameters), patience)


    def started(self):
        """The ids of the workflows that were started."""
        path = f"/v1/executions?length=100&ffqn_prefix={urllib.parse.quote(WELCOME)}"
        status, told = self.api("GET", path)
        assert status == 200, told
        return [execution["execution_id"] for execution in told]

    def deliver(self, body, **headers):
        """Sends a webhook as Intercom does, and returns the reply's status."""
        host, port = self.webhooks
        sent = signed(body) | headers
        request = urllib.request.Request(f"http://{host}:{port}/intercom", body, sent)
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code


def done(result):
    assert "ok" in result, result
    return result["ok"]


def notification(event, email, attempt=1):
    """The body of a webhook: a user was created just now."""
    now = int(time.time())
    user = {"type": "contact", "id": "con_1", "role": "user", "email": email, "name": "Ada"}
    told = {
        "type": "notification_event",
        "id": event,
        "topic": "contact.user.created",
        "app_id": "ws_double",
        "data": {"type": "notification_event_data", "item": user},
        "created_at": now,
        "first_sent_at": now,
        "delivery_attempts": attempt,
    }
    return json.dumps(told).encode()


def signed(body):
    """The header that Intercom signs a webhook with."""
    secret = os.environ["INTERCOM_CLIENT_SECRET"].encode()
    signature = hmac.new(secret, body, hashlib.sha1).hexdigest()
    return {"content-type": "application/json", "x-hub-signature": f"sha1={signature}"}


def person(name):
    return {"email": f"{name.lower()}@example.com", "name": name}


LETTER = {"sender_id": "814860", "subject": "Welcome", "body": "We are glad you joined us."}
