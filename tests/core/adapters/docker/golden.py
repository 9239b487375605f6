"""Golden files of what Docker is asked and what it answers: input and output in one file.

Write them anew with ``SH0_GOLDEN=write pytest tests/core/adapters/docker``, and read the difference.
"""

import json
import os
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[3] / "golden/docker"


def check(name: str, given: Any, came_out: Any) -> None:
    text = json.dumps({"input": given, "output": came_out}, indent=2, default=str, ensure_ascii=False) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("SH0_GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert file.read_text() == text
