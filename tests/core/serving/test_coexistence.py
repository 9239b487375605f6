"""Whether the containers of two versions may run at the same time."""

import pytest

from sh0.serving.coexistence import reasons_to_recreate
from sh0.stacks.planner import desired
from tests.core.stacks.situations import NEW, project


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("read_only: true", False),
        ("volumes: ['data:/data:ro']", False),
        ("volumes: ['data:/data']", True),
        ("volumes: ['data:/data'], deploy: {update_config: {order: start-first}}", False),
        ("deploy: {update_config: {order: stop-first}}", True),
        ("volumes: [/data]", True),
        ("volumes: ['./data:/data']", True),
        ("volumes: ['/srv:/data']", True),
        ("tmpfs: /tmp", False),
        ("ports: ['5432:5432']", True),
        ("ports: ['5432']", False),
        ("network_mode: host", True),
        ("privileged: true", True),
        ("devices: [/dev/null]", True),
        ("hostname: x", False),
    ],
)
def test_what_cannot_run_twice_is_recreated(text: str, alone: bool) -> None:
    found = project(f"services: {{x: {{image: 'i:1', {text}}}}}\nvolumes: {{data: {{}}}}")
    [each] = desired(found, NEW)
    assert bool(reasons_to_recreate(each.snapshot)) is alone
