"""A working copy for tests, driven by the real git."""

import os
import subprocess
from pathlib import Path

PLAIN = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


class Checkout:
    """A working copy with a branch main."""

    def __init__(self, path: Path, environment: dict[str, str] | None = None) -> None:
        self.path, self.environment = path, PLAIN | (environment or {})
        if not path.exists():
            path.mkdir(parents=True)
            self.git("init", "-q", "-b", "main")

    def command(self, *arguments: str) -> list[str]:
        return ["git", "-C", str(self.path), *arguments]

    def git(self, *arguments: str) -> str:
        """Run git; its output, without the last line's end."""
        done = self.attempt(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def attempt(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run git, however it ends."""
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start git in the background."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def commit(self, subject: str = "work", **files: str) -> str:
        """Write files (two underscores stand for a dot) and commit everything; the id."""
        for name, text in files.items():
            file = self.path / name.replace("__", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")
