"""Finds a contact, typed and by name; and an error."""

import json
import os
import sys
from pathlib import Path

from connector import ActionError, Connector

connector = Connector(Path(sys.argv[1]))
variables = {
    "INTERCOM_BASE_URL": os.environ.get("INTERCOM_BASE_URL", "https://api.intercom.io"),
    "INTERCOM_ACCESS_TOKEN": os.environ["INTERCOM_ACCESS_TOKEN"],
}

search = {"filter_formula": "email = 'contact1@example.com'"}
page = connector.call(variables, "contacts", "search-contacts", search)
print(page["total_count"], page["contacts"][0]["name"])  # 1 Contact 1

text = connector.call(variables, "plugin", "invoke", "search-contacts", json.dumps(search))
print(json.loads(text)["contacts"][0]["external_id"])  # external-1

try:
    connector.call(variables, "contacts", "get-contact-by-id", {"contact_id": "nobody"})
except ActionError as error:
    print(error.tag, error.failure["reason"], error.failure["status"])  # permanent not-found 404
