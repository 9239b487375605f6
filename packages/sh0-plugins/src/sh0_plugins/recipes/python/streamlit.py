"""Streamlit: a script that another program runs and serves."""

import re
from typing import TYPE_CHECKING

import attrs

from sh0.plugin import Detection
from sh0_plugins.recipes.python.packages import read_python_project
from sh0_plugins.recipes.python.python import python_base

if TYPE_CHECKING:
    from sh0.plugin import SourceTree

__all__ = ["detect_streamlit"]

_USUAL = ("streamlit_app.py", "Home.py", "app.py", "main.py", "src/streamlit_app.py", "src/app.py", "src/main.py")
_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+streamlit\b", re.MULTILINE)
_PORT = 8501


def detect_streamlit(project: "SourceTree") -> Detection | None:
    """Find the script that imports Streamlit, among the usual names or the only one at the top of the folder."""
    facts = read_python_project(project)
    if facts is None or not facts.depends_on("streamlit"):
        return None
    script = _script(project)
    if script is None:
        return None
    base = python_base(project, facts)
    start = ("streamlit", "run", script, "--server.address", "0.0.0.0", "--server.port", "$PORT")
    quiet = {"STREAMLIT_SERVER_HEADLESS": "true", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    return attrs.evolve(base, framework="Streamlit", start=start, port=_PORT, environment={**base.environment, **quiet})


def _script(project: "SourceTree") -> str | None:
    scripts = [path for path in _USUAL if project.has(path)]
    scripts += [path for path in project.glob("*.py") if path not in scripts]
    using = [path for path in scripts if _IMPORT.search(project.text(path) or "")]
    usual = [path for path in using if path in _USUAL]
    if usual:
        return usual[0]
    return using[0] if len(using) == 1 else None
