"""Serves a webhook address on loopback, and prints each event once, as a line of JSON."""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock

from wasmtime import WasmtimeError

from connector import ActionError, Connector

#: The maximum size of a body, in bytes; the connector refuses more than 4 MiB.
MAX_BODY = 5 * 1024 * 1024

# It sends nothing, so it needs no network and no token.
connector = Connector(Path(sys.argv[1]), http=False)
variables = {"INTERCOM_CLIENT_SECRET": os.environ["INTERCOM_CLIENT_SECRET"]}

#: The ids of events; an engine stores them with the workflow's start.
known = set()
printing = Lock()


class Webhook(BaseHTTPRequestHandler):
    timeout = 5  # seconds without a byte

    def do_POST(self):
        length = self.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return self.send_error(413)
        delivery = {
            "method": self.command,
            "query": self.path.partition("?")[2],
            "headers": [{"name": name, "value": value} for name, value in self.headers.items()],
            "body": self.rfile.read(int(length)),
            "verified": False,
            "received_at_ms": int(time.time() * 1000),
        }
        try:
            outcome = connector.call(variables, "triggers", "receive", delivery)
        except (ActionError, WasmtimeError) as error:
            # Intercom sends it again.
            self.log_error("%s", error)
            return self.send_error(500)
        self.reply(outcome["reply"])
        meaning, value = outcome["meaning"]
        if meaning == "refused":
            self.log_error("refused: %s", value["message"])
        if meaning == "events":
            for event in value:
                handle(event)

    do_HEAD = do_POST

    def reply(self, reply):
        self.send_response(reply["status"])
        for header in reply["headers"]:
            self.send_header(header["name"], header["value"])
        self.send_header("content-length", str(len(reply["body"])))
        self.end_headers()
        self.wfile.write(reply["body"].encode())


def handle(event):
    with printing:
        if event["id"] not in known:
            known.add(event["id"])
            data = json.loads(event["data"])
            line = {"id": event["id"], "trigger": event["trigger"], "data": data}
            print(json.dumps(line), flush=True)


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 8080))), Webhook)
print(f"listening on port {server.server_port}", file=sys.stderr, flush=True)
server.serve_forever()
