"""What stops a deployment: what is surely broken or surely exposed, and nothing that only may be."""

from pathlib import Path

import pytest

from sh0 import Severity
from sh0.plugins import Plugins
from sh0.rules.engine import check
from sh0.source.tree import Project

RULES = Plugins().rules()
NEXT = '{"dependencies": {"next": "14.2.5"}}'
FLIGHT = '{"dependencies": {"next": "15.2.3"}}'
POM = "<project>%s<dependency><artifactId>%s</artifactId><version>%s</version></dependency></project>"
WAR = "<packaging>war</packaging>"
PACKAGE = '{"scripts": {"start": "node a.js"}, "dependencies": {"a": "^1.0.0"}}'
STALE = '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/b": {"version": "1.0.0"}}}'
STAGES = (
    "FROM node:22.12-slim AS base\n"
    'FROM base AS debug\nCMD ["node", "--inspect=0.0.0.0", "a.js"]\n'
    'FROM base AS app\nCMD ["node", "a.js"]\n'
)
OPTIONS = 'FROM a:1 AS base\nENV NODE_OPTIONS="--inspect=0.0.0.0"\nFROM base AS app\nFROM b:1 AS other\n'


def built(target: str, dockerfile: str = STAGES) -> dict[str, str]:
    """A project whose Compose file builds one stage; another one opens a debugger."""
    compose = f"services: {{a: {{build: {{context: ., target: {target}}}}}}}\n"
    return {"Dockerfile": dockerfile, "compose.yaml": compose}


DOCKERFILE = "FROM node:22-slim\nRUN npm install\n"


@pytest.mark.parametrize(
    ("rule", "severity", "files"),
    [
        ("SH0-DP008", "warning", {"package.json": NEXT, "pages/index.js": ""}),
        ("SH0-DP008", "error", {"package.json": NEXT, "middleware.ts": ""}),
        ("SH0-DP008", "error", {"package.json": NEXT, "src/middleware.js": ""}),
        ("SH0-DP008", "error", {"web/package.json": NEXT, "web/middleware.mjs": ""}),
        ("SH0-DP008", "warning", {"web/package.json": NEXT, "api/middleware.mjs": ""}),
        ("SH0-DP008", "warning", {"package.json": FLIGHT, "pages/index.js": ""}),
        ("SH0-DP008", "error", {"package.json": FLIGHT, "app/page.tsx": ""}),
        ("SH0-DP008", "error", {"package.json": FLIGHT, "src/app/api/x/route.ts": ""}),
        ("SH0-DP008", "error", {"package.json": '{"dependencies": {"react-server-dom-webpack": "19.0.0"}}'}),
        ("SH0-DP009", "error", {"pom.xml": POM % ("", "log4j-core", "2.14.1")}),
        ("SH0-DP009", "warning", {"pom.xml": POM % ("", "spring-boot-starter-parent", "2.6.1")}),
        ("SH0-DP009", "error", {"pom.xml": POM % (WAR, "spring-webmvc", "5.3.10")}),
        ("SH0-DP001", "hint", {"package.json": PACKAGE}),
        ("SH0-DP002", "error", {"package.json": PACKAGE, "package-lock.json": STALE}),
        ("SH0-DP002", "warning", {"package.json": PACKAGE, "package-lock.json": STALE, "Dockerfile": DOCKERFILE}),
        ("SH0-EX011", "hint", {"Dockerfile": STAGES}),
        ("SH0-EX011", "hint", built("app")),
        ("SH0-EX011", "error", built("debug")),
        ("SH0-EX011", "error", built("DEBUG")),
        ("SH0-EX011", "error", built("1")),
        ("SH0-EX011", "error", {"Dockerfile": STAGES, "docker-compose.yml": "services: {a: {build: {target: 1}}}"}),
        ("SH0-EX011", "error", built("app", OPTIONS)),
        ("SH0-EX011", "hint", built("other", OPTIONS)),
        (
            "SH0-EX011",
            "error",
            {"Dockerfile": 'FROM a:1 AS a\nENTRYPOINT ["node", "--inspect=0.0.0.0"]\nFROM a\nUSER 1\n'},
        ),
        ("SH0-EX011", "hint", {"Dockerfile": 'FROM a:1 AS a\nENTRYPOINT ["node", "--inspect=0.0.0.0"]\nFROM b:1\n'}),
        ("SH0-DP004", "hint", {"pyproject.toml": '[project]\nname = "a"\ndependencies = ["b>=1"]\n'}),
        ("SH0-DP004", "warning", {"requirements.txt": "flask\n"}),
        ("SH0-RT005", "warning", {"Dockerfile": "FROM node:22-slim\nENV NODE_ENV=development\n"}),
        ("SH0-RT012", "warning", {"Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n"}),
    ],
)
def test_the_severity_follows_what_is_there(rule: str, severity: str, files: dict[str, str], tmp_path: Path) -> None:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    report = check(Project(tmp_path), RULES)
    assert not report.broken
    assert {each.severity for each in report.findings if each.rule == rule} == {Severity(severity)}
