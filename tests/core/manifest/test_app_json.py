"""Jobs of cron in an app.json."""

import json
from pathlib import Path

import pytest

from sh0.errors import Invalid
from sh0.manifest.reading import read_tree
from sh0.records.cron import Concurrency, CronJob


def jobs(folder: Path, value: object, manifest: str | None = None) -> tuple[CronJob, ...]:
    text = value if isinstance(value, str) else json.dumps(value)
    (folder / "app.json").write_text(text)
    if manifest is not None:
        (folder / "sh0.yaml").write_text(manifest)
    found = read_tree(folder, "")
    return () if found is None else found.cron


def test_a_job_is_named_by_its_command(tmp_path: Path) -> None:
    entries = [
        {"command": "node index.js", "schedule": "@daily"},
        {"command": "node index.js", "schedule": "5 4 * * *", "concurrency_policy": "forbid"},
        {"command": "./9-lives", "schedule": "0 5 * * *", "maintenance": True},
    ]
    first, second, third = jobs(tmp_path, {"cron": entries})
    assert (first.name, first.schedule, first.concurrency) == ("node-index-js", "0 0 * * *", Concurrency.ALLOW)
    assert (second.name, second.concurrency) == ("node-index-js-2", Concurrency.FORBID)
    assert (third.name, third.suspended) == ("job-9-lives", True)


def test_the_jobs_of_a_sh0_yaml_count_instead(tmp_path: Path) -> None:
    own = 'cron: [{name: own, schedule: "@hourly", command: x}]'
    entries = {"cron": [{"command": "y", "schedule": "@daily"}]}
    assert [job.name for job in jobs(tmp_path, entries, own)] == ["own"]
    assert [job.name for job in jobs(tmp_path, entries, "app: shop")] == ["y"]


@pytest.mark.parametrize("value", ["{", "[]", "null", {"cron": {}}, {"name": "shop"}, "[" * 100_000])
def test_what_names_no_jobs_has_none(tmp_path: Path, value: object) -> None:
    assert jobs(tmp_path, value) == ()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"command": "x", "schedule": "often"}, "cron.0: .*not a schedule of cron"),
        ({"command": "x"}, "cron.0: "),
        ({"schedule": "@daily"}, "cron.0: it needs a command"),
        ("x", "cron.0: it is no object"),
        ({"command": "x", "schedule": "@daily", "concurrency_policy": "maybe"}, "cron.0: "),
    ],
)
def test_a_job_that_would_never_run_is_refused(tmp_path: Path, entry: object, said: str) -> None:
    with pytest.raises(Invalid, match=f"app.json: {said}"):
        jobs(tmp_path, {"cron": [entry]})


def test_there_is_a_bound(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="more than 200 jobs"):
        jobs(tmp_path, {"cron": [{"command": "x", "schedule": "@daily"}] * 201})
