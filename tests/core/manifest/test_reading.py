"""What a sh0.yaml says, and what is said about one that is wrong."""

import contextlib
import json
from pathlib import Path

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sh0.errors import Invalid
from sh0.manifest.model import EnvironmentVariable, Manifest, ProcessDefinition
from sh0.manifest.reading import read_manifest, read_tree
from sh0.manifest.schema import manifest_schema
from sh0.records.cron import CronJob
from sh0.records.release_command import Hook, Hooks, ReleaseCommand
from sh0.rules.configuration import ChecksMode, Ignored
from sh0.source.yamltext import load

EVERYTHING = """\
app: shop
project: default
source:
  branch: main
  root: services/web
build:
  install: npm ci --no-audit
  build: npm run build:all
port: 3000
replicas: 2
processes:
  web: node server.js
  worker:
    command: node worker.js
    replicas: 3
environment:
  LOG_LEVEL: info
  WORKERS: 4
  DEBUG: false
  DATABASE_URL:
    required: true
    description: Where the database is.
domains:
  - shop.example.org
  - www.shop.example.org
health:
  path: /healthz
  timeout: 30
resources:
  memory: 512m
  cpus: 1.5
cron:
  - name: sweep
    schedule: "0  3 * * *"
    command: node sweep.js
checks:
  mode: warn
  ignore:
    - rule: SH0-DF003
      reason: The base image sees to it.
"""


def test_every_section_is_read() -> None:
    found = read_manifest(EVERYTHING)
    assert (found.app, found.port, found.replicas) == ("shop", 3000, 2)
    assert found.processes == {
        "web": ProcessDefinition("node server.js"),
        "worker": ProcessDefinition("node worker.js", 3),
    }
    assert found.environment["WORKERS"] == EnvironmentVariable("4")
    assert found.environment["DEBUG"] == EnvironmentVariable("false")
    assert found.environment["DATABASE_URL"] == EnvironmentVariable(None, True, "Where the database is.")
    assert found.resources.memory == 512 << 20
    assert found.cron == (CronJob("sweep", "0 3 * * *", "node sweep.js"),)
    assert found.checks.ignore == (Ignored("SH0-DF003", "*", "The base image sees to it."),)
    assert found.checks.mode is ChecksMode.WARN


DAILY = "schedule: '0 3 * * *', command: x"


@pytest.mark.parametrize("text", ["", "# nothing\n", "app:\n", "processes:\nenvironment:\n"])
def test_what_is_left_empty_says_nothing(text: str) -> None:
    assert read_manifest(text) == Manifest()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("app: Shop!\n", 1, "app: 'Shop!' is not an app name"),
        ("app: shop\nprot: 80\n", 2, "unknown field 'prot'"),
        ("app: shop\nport: '80'\n", 2, "port: expected a whole number"),
        ("app: shop\nhealth:\n  path: healthz\n", 3, "health.path: 'healthz' is not a path"),
        ("domains:\n  - good.example.org\n  - not a host\n", 3, "domains.1: 'not a host' is not a host name"),
        ("processes:\n  worker:\n    replicas: 51\n", 3, "processes.worker.replicas: 51 is not a number of containers"),
        ("replicas: 3\nprocesses:\n  web:\n    replicas: 2\n", 4, "the key replicas of the app says another number"),
        ("health: none\nprocesses:\n  web:\n    health: {tcp: 1}\n", 4, "the key health of the app says something"),
        ("health: {tcp: 1, path: /}\n", 1, "it is asked in one way: remove path or tcp"),
        ("processes: {a: {health: {port: 1}}}\n", 1, "a port needs a path"),
        ("processes: {a: {health: {command: ' '}}}\n", 1, "it needs a command"),
        ("processes:\n  release: migrate\n", 2, "release is no process"),
        ("processes:\n  worker: ''\n", 2, "processes.worker: it needs a command"),
        ("environment:\n  A B: 1\n", 2, "'A B' is not a variable name"),
        ("environment:\n  A: {value: x, required: true}\n", 2, "nobody is required to set it"),
        ("cron:\n  - {name: a, schedule: 'often', command: x}\n", 2, "is not a schedule of cron"),
        (f"cron:\n  - {{name: a, {DAILY}}}\n  - {{name: a, {DAILY}}}\n", 3, "another one of the name a"),
        (f"cron:\n  - {{name: a, {DAILY}, arguments: [y]}}\n", 2, "it has a command and arguments"),
        ("cron:\n  - {name: a, schedule: '@daily'}\n", 2, "it needs a command"),
        (f"cron:\n  - {{name: a, {DAILY}, timezone: Europe/Bonn}}\n", 2, "is not a time zone"),
        (f"cron:\n  - {{name: a, {DAILY}, retries: 11}}\n", 2, "retries"),
        (f"cron:\n  - {{name: a, {DAILY}, timeout: 0}}\n", 2, "timeout"),
        (f"cron:\n  - {{name: a, {DAILY}, ping: 'https://x:y@example.org/'}}\n", 2, "ping"),
        ("resources:\n  memory: plenty\n", 2, "resources.memory: 'plenty' is not a size"),
        ("checks:\n  mode: maybe\n", 2, "checks.mode"),
        ("- a\n- b\n", None, "is not a mapping"),
        ("app: [shop\n", 2, "not valid YAML"),
        ("replicas: 51\n", 1, "replicas"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, line: int | None, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_manifest(text)
    assert said in caught.value.message
    if line is not None:
        assert f"sh0.yaml, line {line}" in caught.value.message
    assert caught.value.hint


KEYS = st.sampled_from(["app", "port", "processes", "environment", "cron", "domains", "checks", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100, deadline=2000)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_values_are_read_or_refused(values: dict[str, object]) -> None:
    with contextlib.suppress(Invalid):
        read_manifest(json.dumps(values))


def test_the_schema_is_json_schema_and_accepts_what_is_read() -> None:
    schema = manifest_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["replicas"]["description"].startswith("How many containers")
    jsonschema.validate(load(EVERYTHING, "x").value, schema)


@pytest.mark.parametrize(
    "value",
    [
        {"prot": 80},
        {"port": "80"},
        {"processes": {"worker": {"replicas": -2}}},
        {"cron": [{"name": "a"}]},
        {"health": 3},
    ],
)
def test_the_schema_refuses_what_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, manifest_schema())
    with pytest.raises(Invalid):
        read_manifest(json.dumps(value))


def test_the_reference_page_shows_every_key_and_its_example_is_valid() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/sh0-yaml.md").read_text()
    example = page.split("```yaml\n")[1].split("```")[0]
    found = read_manifest(example)
    left_out = [field.name for field in attrs.fields(Manifest) if getattr(found, field.name) == field.default]
    assert left_out == []
    jsonschema.validate(load(example, "x").value, manifest_schema())


@pytest.mark.parametrize(
    "written", ["1.10", "0x1F", "010", "1e3", "1_000", "+5", ".5", "true", "True", "TRUE", "yes", "22:22", "-0", "0.10"]
)
@pytest.mark.parametrize(
    "form", ["environment: {{A: {}}}", "environment:\n  A: {{value: {}}}", "environment: {{B: &x {}, A: *x}}"]
)
def test_the_value_of_a_variable_is_the_text_that_was_written(written: str, form: str) -> None:
    assert read_manifest(form.format(written)).environment["A"].value == written


def test_a_command_that_is_a_number_stays_as_it_was_written() -> None:
    assert read_manifest("processes: {worker: 0x10}").processes["worker"].command == "0x10"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("app: a\nport: 1\n\nreplcas: 2\n", 4, "unknown field 'replcas'; did you mean replicas?"),
        ("app: a\nhealth:\n  path: /\n  timout: 2\n", 4, "health: unknown field 'timout'; did you mean timeout?"),
        ("app: a\nprocesses:\n  w:\n    command: x\n    replica: 2\n", 5, "did you mean replicas?"),
        ("app: a\ncron:\n  - name: x\n    shedule: '@daily'\n", 4, "did you mean schedule?"),
        ("app: a\n\nzzz: 1\n", 3, "unknown field 'zzz'"),
    ],
)
def test_an_unknown_field_is_reported_where_it_stands_with_the_nearest(text: str, line: int, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_manifest(text)
    assert caught.value.details["line"] == line
    assert f"line {line}: " in caught.value.message
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"), ("@weekly", "0 0 * * 0")),
        *(("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@Annually", "0 0 1 1 *")),
    ],
)
def test_a_time_with_a_name_is_a_schedule(written: str, meant: str) -> None:
    text = f"cron: [{{name: x, schedule: '{written}', command: y}}]"
    assert read_manifest(text).cron[0].schedule == meant


@pytest.mark.parametrize("written", ["@reboot", "@every 5m", "@dayly", "@"])
def test_a_time_that_is_no_schedule_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match="schedule of cron"):
        read_manifest(f"cron: [{{name: x, schedule: '{written}', command: y}}]")


def test_a_release_command_and_hooks_have_a_short_form() -> None:
    found = read_manifest("release: migrate\nhooks: {pre_deploy: warm, post_deploy: {url: https://example.org/x}}\n")
    assert found.release == ReleaseCommand("migrate")
    assert found.hooks == Hooks(Hook("warm"), Hook(url="https://example.org/x"))
    assert read_manifest("release: {command: migrate, timeout: 60}\n").release == ReleaseCommand("migrate", 60.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("release: ' '\n", "it needs a command"),
        ("hooks: {pre_deploy: {timeout: 3}}\n", "it needs either a command or a url"),
        ("hooks: {pre_deploy: {command: a, url: https://a.b}}\n", "it needs either a command or a url"),
        ("hooks: {pre_deploy: {command: a, secret: KEY}}\n", "a secret signs the call of a url, and this is a command"),
        ("hooks: {pre_deploy: {url: file:///etc/passwd}}\n", "a URL to call"),
    ],
)
def test_a_release_command_or_a_hook_that_does_nothing_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=r"sh0\.yaml, line 1") as caught:
        read_manifest(text)
    assert reason in caught.value.message


JOB = f"cron:\n  - {{name: a, {DAILY}, process: worker}}\n"


@pytest.mark.parametrize(
    ("procfile", "said"),
    [
        ("web: serve\nworker: work\n", None),
        ("web: serve\n", "there is no process worker"),
        (None, "there is no process worker"),
        ("<<<<<<< HEAD\n", None),
    ],
    ids=["named there", "not named", "no Procfile", "broken"],
)
def test_a_job_may_be_of_a_process_of_the_procfile(tmp_path: Path, procfile: str | None, said: str | None) -> None:
    (tmp_path / "sh0.yaml").write_text(JOB)
    if procfile is not None:
        (tmp_path / "Procfile").write_text(procfile)
    if said is None:
        assert [job.process for job in (read_tree(tmp_path, "") or Manifest()).cron] == ["worker"]
        return
    with pytest.raises(Invalid, match=f"line 2.*{said}"):
        read_tree(tmp_path, "")


def test_a_file_alone_does_not_tell_which_processes_there_are() -> None:
    assert [job.process for job in read_manifest(JOB).cron] == ["worker"]
