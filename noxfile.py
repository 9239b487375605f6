"""What is checked, one session each: ``nox -l`` lists them, ``nox -s tests`` runs one."""

import os
import subprocess
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv"
nox.options.sessions = ["lint", "types", "architecture", "tests"]

# pyenv puts a command of every version on the path, and lets only the chosen one run.
PYENV = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
os.environ["PATH"] = os.pathsep.join([*map(str, PYENV.glob("3.1[123].*/bin")), os.environ["PATH"]])


def runs(version: str) -> bool:
    """Whether the machine has this Python."""
    try:
        return subprocess.run([f"python{version}", "--version"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


PYTHONS = [version for version in ("3.11", "3.12", "3.13") if runs(version)]


def sync(session: nox.Session) -> None:
    """Install the workspace as locked into the session's environment."""
    variables = {"UV_PROJECT_ENVIRONMENT": session.virtualenv.location}
    command = [
        "uv",
        "sync",
        "--frozen",
        "--all-packages",
        "--all-groups",
        f"--python={session.virtualenv.location}",
    ]
    session.run_install(*command, env=variables)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Everything that needs neither Docker nor a browser."""
    sync(session)
    session.run("pytest", "-m", "not docker and not browser", "-n", "2", *session.posargs)


@nox.session(python=PYTHONS[0])
def minimums(session: nox.Session) -> None:
    """The same tests with the lowest versions that the packages allow."""
    sync(session)
    packages = [word for name in sorted(os.listdir("packages")) for word in ("-e", f"packages/{name}")]
    session.run_install("uv", "pip", "install", "--reinstall", "--resolution", "lowest-direct", *packages)
    session.run("pytest", "-m", "not docker and not browser", "-n", "2", *session.posargs)


@nox.session(python=PYTHONS[0])
def coverage(session: nox.Session) -> None:
    """How much of the packages these tests reach, with a floor.

    Measuring makes tests slower than the times that some of them bound and adds modules that others count, so a
    failure of theirs is none of this session: `tests` says what fails.
    """
    sync(session)
    Path(".coverage").mkdir(exist_ok=True)
    session.run("coverage", "erase")
    tests = ["-m", "not docker and not browser", "-n", "2", *session.posargs]
    session.run("coverage", "run", "-m", "pytest", *tests, success_codes=[0, 1])
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(python=PYTHONS[0])
def mutation(session: nox.Session) -> None:
    """Which small changes of the pure modules their tests notice: some 50 minutes; words after -- choose modules."""
    sync(session)
    session.run_install("uv", "pip", "install", "mutmut==3.8.1")
    session.run("python", "tools/mutation.py", *session.posargs)


@nox.session(python=PYTHONS)
def integration(session: nox.Session) -> None:
    """The tests against a real Docker Engine; ./run test provides its images."""
    sync(session)
    session.run("pytest", "-m", "docker", "-n", "2", "--dist", "loadgroup", *session.posargs)


@nox.session(python=PYTHONS[0])
def browser(session: nox.Session) -> None:
    """The tests that drive a real browser."""
    sync(session)
    session.run("pytest", "-m", "browser", *session.posargs, success_codes=[0, 5])


@nox.session(python=PYTHONS[0])
def lint(session: nox.Session) -> None:
    """Style and common mistakes."""
    sync(session)
    session.run("ruff", "check", ".")


@nox.session(python=PYTHONS[0])
def types(session: nox.Session) -> None:
    """mypy --strict over all Python of the repository."""
    sync(session)
    session.run("mypy")


@nox.session(python=PYTHONS[0])
def architecture(session: nox.Session) -> None:
    """Who may import whom."""
    sync(session)
    session.run("lint-imports")


@nox.session(python=PYTHONS[0])
def docs(session: nox.Session) -> None:
    """The documentation, with warnings as errors."""
    sync(session)
    session.run("sphinx-build", "-n", "-W", "-b", "html", "docs", "docs/_build/html")


@nox.session(python=PYTHONS[0])
def bench(session: nox.Session) -> None:
    """The figures of docs/performance.md."""
    sync(session)
    session.run("python", "-m", "bench", *session.posargs)
