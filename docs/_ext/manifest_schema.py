"""Publishes the JSON Schema of ``sh0.yaml`` beside the pages, as ``sh0.schema.json``."""

import json
from pathlib import Path

from sphinx.application import Sphinx

from sh0 import manifest_schema


def publish(app: Sphinx, error: Exception | None) -> None:
    """Write the schema into the finished documentation."""
    if error is None:
        (Path(app.outdir) / "sh0.schema.json").write_text(json.dumps(manifest_schema(), indent=2) + "\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True}
