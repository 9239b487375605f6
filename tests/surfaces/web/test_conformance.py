"""The API and its schema agree: requests made out of the schema, at every operation, through the web process.

They are the same in every run, and few for each operation, so that all of them take about a minute.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from jsonschema import validate
from requests.exceptions import ConnectionError as NothingMore
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import sh0
import sh0.frontend
from sh0.frontend import Effect, Operation, Shape
from sh0.wire import openapi, projection
from tests.surfaces.web.full_platform import COMPOSE, DOCKERFILE, FullPlatform, Json, archive, full_platform

if TYPE_CHECKING:
    from schemathesis.specs.openapi.schemas import OpenApiCase

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("conformance")]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = openapi.document(sh0.frontend.registry)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
_LAST = {Effect.READ: 0, Effect.WRITE: 1, Effect.DESTROY: 2}
OPERATIONS = sorted(sh0.frontend.registry, key=lambda operation: _LAST[operation.effect])
SILENCE = 0.4  # seconds without an item after which a stream is left

REFUSED: Mapping[str, str] = {
    "keys.add": "the bytes in a key's text are decoded",
    "env.plan_import": "bytes that are no file of variables are sent",
    "env.import_file": "bytes that are no file of variables are sent",
    "shared.plan_import": "bytes that are no file of variables are sent",
    "shared.import_file": "bytes that are no file of variables are sent",
    "stacks.plan": "archives are named that were received, and their files are read",
    "stacks.up": "archives are named that were received, and their files are read",
    "templates.plan": "templates have variables of their own, and a text is read",
    "templates.deploy": "templates have variables of their own, and a text is read",
    "templates.preview": "a text is read",
    "templates.update": "a text is read",
    "templates.convert": "texts are read",
    "apps.configure": "limits are compared with what the server has",
    "volumes.upload": "the archive is read",
    "volumes.delete": "the name has to be sent twice",
    "apps.logs": "what is over, or ends, cannot be followed",
    "apps.rename": "the name has to be another one",
    "apps.plan_rename": "the name has to be another one",
    "apps.scale": "neither replicas nor processes are sent",
    "cron.add": "expressions of cron are read, and nothing is sent that it could run",
    "cron.change": "expressions of cron are read",
    "runs.start": "neither a command nor a process is sent",
    "drains.add": "what is sent, and with what, is compared, and certificates are read",
    "drains.change": "what is sent, and with what, is compared, and certificates are read",
    "registries.add": "names are normalised before they are compared with their pattern",
    "registries.remove": "names are normalised before they are compared with their pattern",
}
"""Operations that may refuse what their schema allows, and why no schema can say it."""

UNLIKELY: Mapping[str, str] = {
    "apps.terminal": "it asks for an upgrade of the connection",
    "runs.attach": "it asks for an upgrade of the connection",
    "runs.stop": "the command has to run",
    "deployments.cancel": "the deployment has to be on its way",
    "stacks.cancel": "the release has to be on its way",
    "templates.reveal": "the stack has to be made of a template",
    "templates.preview": "the stack has to be made of a template",
    "templates.update": "the stack has to be made of a template",
}
"""Operations that need not succeed here, and why."""

OF_HTTP = {400, 414, 431}
"""Answers to requests that no operation gets to see."""

reached: set[str] = set()
succeeded: set[str] = set()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullPlatform]:
    with full_platform(tmp_path_factory.mktemp("full")) as made:
        yield made


def cases(operation: Operation, mode: GenerationMode) -> "SearchStrategy[OpenApiCase]":
    found = SCHEMA[projection.PREFIX + operation.path][operation.verb]
    return found.as_strategy(generation_mode=mode)


def send(full: FullPlatform, operation: Operation, case: "OpenApiCase") -> Response:
    """Make the request; of a stream, only what comes at once is read."""
    told = case.as_transport_kwargs(base_url=full.web.url, headers={"Authorization": f"Bearer {full.token}"})
    told["headers"] = dict(told["headers"])
    patience = SILENCE if operation.shape is Shape.STREAM else 60.0
    with requests.Session() as session:
        session.trust_env = False
        answer = session.request(**told, stream=True, timeout=(10, max(patience, 10)), allow_redirects=False)
        body = b""
        if answer.headers.get("content-type") == projection.EVENT_STREAM:
            connection = answer.raw._connection
            assert connection is not None
            connection.sock.settimeout(patience)
            try:
                for piece in answer.iter_content(None):
                    body += piece
                    if len(body) > 1 << 16:
                        break
            except NothingMore:
                pass
        else:
            body = answer.content
    headers = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, body, answer.request, answer.elapsed.total_seconds(), True)


def aimed(case: "OpenApiCase", known: Mapping[str, Json], in_path: set[str], *, whole: bool) -> "OpenApiCase":
    """A case whose path leads to something that is there; as a whole, all that is known of its arguments does."""
    case.path_parameters.update({name: known[name] for name in in_path & set(known)})
    if whole:
        case.query.update({name: known[name] for name in known if name in case.query})
        if isinstance(case.body, dict):
            case.body.update({name: known[name] for name in set(known) - in_path})
    return case


def examined(full: FullPlatform, operation: Operation, case: "OpenApiCase") -> int:
    """Status of an answer that is as the schema says."""
    response = send(full, operation, case)
    streamed = response.status_code == 200 and operation.shape is Shape.STREAM
    case.validate_response(response, checks=CHECKS, excluded_checks=[response_schema_conformance] if streamed else [])
    if streamed:
        items_are_as_described(operation, response.content.decode())
    described: Any = DOCUMENT["paths"][projection.PREFIX + operation.path][operation.verb.lower()]  # type: ignore[index]
    said = response.content[:400]
    if response.status_code in OF_HTTP:
        return response.status_code
    assert str(response.status_code) in described["responses"], f"{operation.name}: {response.status_code} {said!r}"
    reached.add(operation.name)
    if response.status_code < 300:
        succeeded.add(operation.name)
    return response.status_code


def items_are_as_described(operation: Operation, text: str) -> None:
    """Each event of a stream has the schema of an item, or is the problem that ended it."""
    described: Any = DOCUMENT["paths"][projection.PREFIX + operation.path][operation.verb.lower()]  # type: ignore[index]
    item = described["responses"]["200"]["content"][projection.EVENT_STREAM]["x-sh0-item-schema"]
    problem = {"$ref": "#/components/schemas/Problem"}
    for block in text.split("\n\n")[:-1]:
        fields = dict(line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":"))
        if "data" not in fields:
            continue
        schema = problem if fields.get("event") == "error" else item
        validate(json.loads(fields["data"]), {**schema, "components": DOCUMENT["components"]})
        assert ("id" in fields) == (projection.resumes(operation) and schema is item)


def few(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_what_the_schema_allows_is_accepted_and_answered_as_it_says(full: FullPlatform, operation: Operation) -> None:
    full.restore()
    in_path = set(operation.path_parameters)
    # In turn and not drawn: what is drawn depends on which modules are loaded.
    aims = itertools.cycle(("aimed", "as it comes", "aimed in its path"))

    @few(5)
    @given(cases(operation, GenerationMode.POSITIVE))
    def agree(case: "OpenApiCase") -> None:
        aim = next(aims)
        if operation.effect is Effect.DESTROY:
            full.restore()
        known = full.known(operation)
        if aim != "as it comes":
            case = aimed(case, known, in_path, whole=aim == "aimed")
        if operation.upload is not None and aim == "aimed":
            files = {"Dockerfile": DOCKERFILE, "index.html": "x", "compose.yaml": COMPOSE}
            case.body = b"COLOUR=green\n" if operation.domain in ("env", "shared") else archive(files).getvalue()
        status = examined(full, operation, case)
        assert status != 422 or operation.name in REFUSED, f"{case.as_curl_command()}: {case.body!r:.500}"

    agree()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_what_the_schema_does_not_allow_is_refused_in_its_form(full: FullPlatform, operation: Operation) -> None:
    if not operation.parameters:
        pytest.skip("nothing about it can be wrong")
    full.restore()

    @few(3)
    @given(cases(operation, GenerationMode.NEGATIVE))
    def agree(case: "OpenApiCase") -> None:
        examined(full, operation, case)

    agree()


def test_every_operation_was_reached_and_most_did_something(full: FullPlatform) -> None:
    """Runs last: a token with every grant, at a platform with something of everything."""
    if len(reached) < 2:
        pytest.skip("the other tests of this file have not run")
    assert reached == {operation.name for operation in sh0.frontend.registry}
    assert sorted(reached - succeeded - set(UNLIKELY)) == []
