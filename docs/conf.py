"""Sphinx configuration."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from sh0.version import VERSION

project = "sh0"
author = "the sh0 authors"
copyright = "the sh0 authors"
release = version = VERSION

extensions = [
    *("myst_parser", "operations_reference", "errors_reference", "compose_reference", "manifest_schema"),
    "rules_reference",
    "events_reference",
    *("records_reference", "public_reference", "commands_reference"),
    "template_catalogue",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_title = "sh0"
