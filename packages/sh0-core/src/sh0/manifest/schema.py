"""The JSON Schema of ``sh0.yaml``, for editors. It is made from the model, so the two cannot drift apart."""

from typing import Any

from sh0.manifest.model import Manifest
from sh0.manifest.reading import SHORT
from sh0.operations.schema import Schemas

__all__ = ["manifest_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema of ``sh0.yaml``, as a value."""
    schemas = Schemas()
    schemas.of(Manifest, given=True)
    definitions: dict[str, Any] = {name: {**schema} for name, schema in schemas.components.items()}
    for definition in definitions.values():
        definition["additionalProperties"] = False
    top = definitions.pop("ManifestArgument")
    for section in SHORT:
        entries = top["properties"][section]["additionalProperties"]
        short = {"type": ["string", "number", "boolean"]}
        top["properties"][section]["additionalProperties"] = {"anyOf": [short, entries, {"type": "null"}]}
    for entry in (top, definitions["ProcessDefinitionArgument"]):
        entry["properties"]["health"] = {"anyOf": [{"const": "none"}, entry["properties"]["health"]]}
    line = {"type": "string"}
    top["properties"]["release"] = {"anyOf": [line, top["properties"]["release"]]}
    hooks = definitions["HooksArgument"]["properties"]
    hooks.update({name: {"anyOf": [line, schema]} for name, schema in hooks.items()})
    definitions["BuildArgument"]["properties"]["variables"]["additionalProperties"] = {
        "type": ["string", "number", "boolean", "null"]
    }
    definitions["IgnoredArgument"]["required"] = ["rule", "reason"]
    return {"$schema": DIALECT, "title": "sh0.yaml", **top, "$defs": definitions}
