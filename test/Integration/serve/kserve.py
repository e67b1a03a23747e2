#!/usr/bin/env python3
"""Checks examples/serve/inference-service.yaml by KServe's own schema, as strictly
as `kubectl apply --validate=strict` does: a field that the schema lacks is an error.

    kserve.py CRD

CRD is config/crd/full/serving.kserve.io_inferenceservices.yaml of
https://github.com/kserve/kserve. Needs PyYAML and jsonschema (Debian:
python3-yaml, python3-jsonschema). Status 1 with a line for each error.
"""

import sys
from pathlib import Path

import jsonschema
import yaml

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "serve" / "inference-service.yaml"


def make_strict(schema) -> None:
    """Fields that are not named become errors, and what Kubernetes calls
    int-or-string is not held to be of one type."""
    parts = schema.values() if isinstance(schema, dict) else schema
    for part in list(parts):
        if isinstance(part, (dict, list)):
            make_strict(part)
    if not isinstance(schema, dict):
        return
    if schema.get("x-kubernetes-int-or-string") is True:
        schema.pop("type", None)
    is_open = "additionalProperties" in schema or "x-kubernetes-preserve-unknown-fields" in schema
    if schema.get("type") == "object" and "properties" in schema and not is_open:
        schema["additionalProperties"] = False


def main() -> int:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # The file has 2 MB.
    spec = yaml.load(Path(sys.argv[1]).read_text(), loader)["spec"]
    document = yaml.safe_load(EXAMPLE.read_text())
    group, version = document["apiVersion"].split("/")
    if (spec["group"], spec["names"]["kind"]) != (group, document["kind"]):
        sys.exit(f"kserve.py: {sys.argv[1]} describes another kind of object")
    schemas = [one["schema"]["openAPIV3Schema"] for one in spec["versions"]
               if one["name"] == version and one["served"]]  # fmt: skip
    if not schemas:
        sys.exit(f"kserve.py: {sys.argv[1]} serves no version {version}")
    make_strict(schemas[0])
    schemas[0]["properties"]["metadata"] = {"type": "object"}  # Kubernetes' own.
    errors = list(jsonschema.Draft7Validator(schemas[0]).iter_errors(document))
    for error in errors:
        print(f"{EXAMPLE}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
