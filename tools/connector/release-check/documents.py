"""Validates a release's documents: `documents.py FOLDER`.

The bill of materials against CycloneDX's schema, and the schemas of the actions against that of
JSON Schema.
"""

import json
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from jsonschema import Draft202012Validator

folder = Path(sys.argv[1])

[bill] = folder.glob("*.cdx.json")
problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill.read_text())
if problem:
    # Between them is the whole schema.
    first, *_, place, value = str(problem).splitlines()
    sys.exit(f"{bill.name}: {first}\n{place}\n{value}")
components = len(json.loads(bill.read_text())["components"])
print(f"{bill.name}: valid CycloneDX 1.6, {components} crates")

actions = json.loads((folder / "schemas.json").read_text())
for schemas in actions.values():
    Draft202012Validator.check_schema(schemas["input"])
    Draft202012Validator.check_schema(schemas["output"])
print(f"schemas.json: valid JSON Schemas of {len(actions)} actions")
