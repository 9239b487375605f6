"""What lint demands of an imported template is in its file, or in the report as something to add."""

import pytest

from sh0.plugins import Plugins
from sh0.templates.importing.convert import convert
from sh0.templates.lint import lint_template
from sh0.values import ByteSize

HEAD = "services:\n  web:\n    image: acme/web:1.2.3\n    ports: ['80:8000']\n"
ALWAYS = {"links", "source", "summary", "category"}
"""What nobody but the author can say of a Compose file."""


def imported(text: str) -> tuple[str, list[str], list[str]]:
    """The file, its unmet demands but those, and what the report says is to be confirmed or added."""
    made = convert(Plugins().importers(), {"compose.yaml": text}, "shop", None, ByteSize(512 << 20))
    wrong = [f"{each.demand}: {each.message}" for each in lint_template(made.text, made.name)]
    said = [note.message for note in made.notes if str(note.kind) in ("confirm", "missing", "lost")]
    return made.text, [each for each in wrong if each.partition(":")[0] not in ALWAYS], said


@pytest.mark.parametrize(
    "more",
    [
        "    healthcheck: {test: [NONE]}",
        "    healthcheck: {test: NONE}",
        "    healthcheck: {test: [CMD, 'true'], disable: true}",
        "    healthcheck: {disable: true}",
        "    healthcheck: {interval: 5s}",
        "    mem_limit: 0",
        "    mem_limit: 300m",
        "    mem_limit: ${MEMORY:-300m}",
        "    deploy: {resources: {limits: {memory: 0}}}",
        "    deploy: {resources: {limits: {memory: '${MEMORY}'}}}",
        "    deploy: {resources: {limits: {cpus: '0.5'}, reservations: {memory: 64M}}}",
        "    deploy:",
        "  db:\n    image: postgres",
        "  db:\n    image: postgres:18.1\n    volumes: [old:/var/lib/postgresql/data]\nvolumes: {old: }",
        "  db:\n    image: mariadb:11.4",
        "  db:\n    image: docker.io/library/mysql:8.4\nvolumes: {db-data: }",
        "  db:\n    image: mongo:7.0.5\n    volumes: [/data/db]",
        "  once:\n    image: acme/once:1.0\n    restart: 'no'",
    ],
)
def test_what_a_rule_can_fill_in_passes_the_lint(more: str) -> None:
    text, wrong, _ = imported(f"{HEAD}{more}\n")
    assert wrong == [], text


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("  work:\n    image: acme/work:1.0", "work has no health check"),
        ("  work:\n    image: acme/work:1.0\n    healthcheck: {test: [NONE]}", "work has no health check"),
        ("  work:\n    build: .", "work has no image"),
    ],
)
def test_what_no_rule_can_fill_in_is_told(more: str, told: str) -> None:
    _, wrong, said = imported(f"{HEAD}{more}\n")
    assert wrong
    assert told in said


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("    mem_limit: 0", "web has no memory limit: it may use 512m"),
        (
            "  db:\n    image: mysql:8.4",
            "db keeps its files in /var/lib/mysql, where no volume was: db-data is there now",
        ),
    ],
)
def test_a_guess_is_told_to_be_confirmed(more: str, told: str) -> None:
    assert told in imported(f"{HEAD}{more}\n")[2]
