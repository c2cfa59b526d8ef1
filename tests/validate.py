#!/usr/bin/python3
"""Judges documents by a JSON Schema of draft 7: validate.py SCHEMA DOCUMENTS, the latter a JSON object a line.

Prints a line a document: "valid", or "invalid" and why. Exits with 2 where the schema itself is none."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
try:
    jsonschema.Draft7Validator.check_schema(schema)
except jsonschema.SchemaError as error:
    sys.exit(f"the schema is not one of draft 7: {error.message}")
validator = jsonschema.Draft7Validator(schema)
with open(sys.argv[2], encoding="utf-8") as file:
    for line in file:
        errors = [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(json.loads(line))]
        print("invalid " + " | ".join(errors).replace("\n", " ") if errors else "valid")
