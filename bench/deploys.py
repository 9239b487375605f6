"""How long it takes from ``git push`` to live, from a rollback to live, and for an unchanged tree."""

import statistics
import subprocess
import time
from pathlib import Path

import sh0
from bench.stage import Stage, environment, files, stage

ROUNDS = 10
SSH_OPTIONS = ("-oIdentitiesOnly=yes", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null")


def run() -> None:
    """Measure and print."""
    with stage() as one:
        one.platform.apps.create("shop")
        repository = _repository(one)
        pushes, less_build = [], []
        for version in range(1, ROUNDS + 2):
            for name, text in files(version).items():
                (repository / name).write_text(text)
            _git(repository, "add", ".")
            _git(repository, "commit", "-qm", f"version {version}")
            begun = time.perf_counter()
            _git(repository, "push", "-q", "shop", "main")
            seconds = time.perf_counter() - begun
            build = sum(
                s.seconds for s in one.platform.deployments.list("shop", limit=1)[0].steps if s.step is sh0.Step.BUILD
            )
            if version > 1:  # the first one pulls the base image into the build cache
                pushes.append(seconds)
                less_build.append(seconds - build)
        _say("git push to live, whole", pushes)
        _say("git push to live, less the build step", less_build)
        _say("rollback", [_timed(one, "rollback") for _ in range(ROUNDS)])
        unchanged = []
        for round_ in range(ROUNDS):
            _git(repository, "commit", "-q", "--allow-empty", "-m", f"nothing {round_}")
            begun = time.perf_counter()
            _git(repository, "push", "-q", "shop", "main")
            unchanged.append(time.perf_counter() - begun)
        _say("git push of an unchanged tree", unchanged)
        _say("redeploy", [_timed(one, "redeploy") for _ in range(ROUNDS)])
        steps: dict[sh0.Step, list[float]] = {}
        for deployment in one.platform.deployments.list("shop", limit=ROUNDS):
            for timing in deployment.steps:
                steps.setdefault(timing.step, []).append(timing.seconds)
        for step, taken in steps.items():
            _say(f"  step {step.value}", taken)


def _timed(one: Stage, operation: str) -> float:
    begun = time.perf_counter()
    deployment = getattr(one.platform.deployments, operation)("shop")
    one.platform.deployments.wait("shop", deployment.id)
    return time.perf_counter() - begun


def _say(what: str, seconds: list[float]) -> None:
    median, most = statistics.median(seconds), max(seconds)
    print(f"{what}: median {median:.3f} s, longest {most:.3f} s, of {len(seconds)}")


def _repository(one: Stage) -> Path:
    """A repository whose remote ``shop`` is the platform, with a key that may push."""
    folder = one.home / "bench"
    folder.mkdir()
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    one.platform.keys.add("bench", key.with_suffix(".pub").read_text())
    repository = folder / "shop"
    subprocess.run(["git", "init", "-q", "-b", "main", str(repository)], check=True)
    settings = {
        "user.name": "bench",
        "user.email": "bench@localhost",
        "core.sshCommand": f"ssh -q -i {key} {' '.join(SSH_OPTIONS)}",
    }
    for name, value in settings.items():
        _git(repository, "config", name, value)
    _git(repository, "remote", "add", "shop", f"ssh://git@127.0.0.1:{one.git}/shop")
    return repository


def _git(repository: Path, *arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=repository, env=environment(), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
