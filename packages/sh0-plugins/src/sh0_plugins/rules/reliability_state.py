"""What an app keeps where it does not last, and how it waits for others."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.paths import for_development, for_examples, for_tests, generated
from sh0_plugins.rules.places import each, everywhere, in_code

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["RULES"]

_SQLITE = (
    r"(?m)\bsqlite(?:\+\w{1,20})?:///(?!:memory:)(?P<at>[\w./-]{1,120}\.(?:db|sqlite3?|sqlite))\b"
    r"|[\"']ENGINE[\"'][ \t]*:[ \t]*[\"']django\.db\.backends\.(?P<django>sqlite3)[\"']"
    r"|^[ \t]*provider[ \t]*=[ \t]*\"(?P<prisma>sqlite)\"|^[ \t]*DB_CONNECTION[ \t]*=[ \t]*(?P<laravel>sqlite)\b"
    r"|\bnew (?:sqlite3\.)?Database\([ \t]*[\"'](?P<node>[\w./-]{1,120}\.(?:db|sqlite3?))[\"']"
    r"|\bsqlite3\.connect\([ \t]*[\"'](?P<python>[\w./-]{1,120}\.(?:db|sqlite3?))[\"']"
)
_UPLOADS = (
    r"\bmulter\([ \t]*\{[ \t]*dest:[ \t]*[\"'](?P<multer>[^\"'\n]{1,80})|\bdiskStorage\([ \t]*(?P<disk>\{)"
    r"|^[ \t]*UPLOAD_FOLDER[ \t]*=[ \t]*(?P<flask>[^\n]{1,80})"
    r"|^[ \t]*config\.active_storage\.service[ \t]*=[ \t]*:(?P<rails>local)\b"
    r"|^[ \t]*FILESYSTEM_DISK[ \t]*=[ \t]*(?P<laravel>local|public)\b"
    r"|^MEDIA_ROOT[ \t]*=[ \t]*(?P<django>[^\n]{1,80})"
)
_SESSION = r"\bsession\([ \t]*\{"
_COMMAND = (
    r"(?m)^(?:web:|[ \t]*(?:CMD|ENTRYPOINT)\b|[ \t]*command:)[^\n]{0,80}?\b(?P<at>gunicorn)\b(?P<options>[^\n#]{0,300})"
)
_PLENTY = (
    r"(?:^|\s)(?:-w|--workers|--threads|-k|--worker-class|-c|--config|--worker-connections)\b"
    r"|\$\{?WEB_CONCURRENCY|\bGUNICORN_CMD_ARGS"
)
_NO_TIMEOUT = (
    r"\brequests\.(?:get|post|put|patch|delete|head"
    r"|request)\((?P<rest>[^()\n]{0,300}(?:\([^()\n]{0,200}\)[^()\n]{0,200}){0,3})\)"
)
_FOREVER = (
    r"\bgunicorn\b[^\n\"#]{0,200}(?:--timeout|-t)[= ]0\b|^timeout[ \t]*=[ \t]*0[ \t]*$|\bserver\.(?:setTimeout"
    r"|timeout)[ \t]*(?:\(|=)[ \t]*0\b"
)


def _skipped(file: "TextFile") -> bool:
    return for_tests(file.path) or for_examples(file.path) or for_development(file.path) or generated(file.path)


def _sqlite(file: "TextFile") -> Iterator[Hit]:
    if _skipped(file) or re.search(r"(?i)postgres|mysql|mariadb|dj_database_url|DATABASE_URL", file.text):
        return
    for match, _, _ in in_code(file, _SQLITE):
        group = match.lastgroup or ""
        if not match[group].startswith(("/data", "/var/lib", "/storage", "/mnt")):
            yield Hit("The app keeps its content in a SQLite file.", *file.place(match.start(group)))


def _uploads(file: "TextFile") -> Iterator[Hit]:
    if _skipped(file) or re.search(
        r"(?i)\bs3\b|boto|storages\.backends|AWS_STORAGE|gcs|azure|cloudinary|memoryStorage", file.text
    ):
        return
    for match, _, _ in in_code(file, "(?m)" + _UPLOADS):
        group = match.lastgroup or ""
        if not re.search(r"environ|getenv|env\(|/data|/mnt|/var/lib|/tmp|tempfile", match[group]):
            yield Hit("Uploaded files are kept in the container's own file system.", *file.place(match.start(group)))


def _sessions(file: "TextFile") -> Iterator[Hit]:
    if _skipped(file) or "express-session" not in file.text:
        return
    for match, line, column in in_code(file, _SESSION):
        options = file.text[match.end() : match.end() + 1500]
        if not re.search(r"\bstore\b", options):
            yield Hit("Sessions are kept in the memory of one process.", line, column)


def _one_worker(file: "TextFile") -> Iterator[Hit]:
    if "WEB_CONCURRENCY" in file.text or "GUNICORN_CMD_ARGS" in file.text or _skipped(file):
        return
    for match, line, column in in_code(file, _COMMAND):
        options = re.sub(r"[\"',\[\]]+", " ", match["options"])
        if (":" in options and not re.search(_PLENTY, options)) or re.search(
            r"(?:-w|--workers)[= ]+1\b(?![^\n]*--threads)", options
        ):
            yield Hit("gunicorn answers one request at a time here.", line, column)


def _no_timeout(file: "TextFile") -> Iterator[Hit]:
    if _skipped(file):
        return
    for match, line, column in everywhere(file, _NO_TIMEOUT):
        if "timeout" not in match["rest"] and "**" not in match["rest"]:
            yield Hit("This request waits for ever.", line, column)


RULES: Final = (
    Rule(
        id="SH0-RL013",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Database in a file of the container",
        why=(
            "Each deployment starts a new container with the files of its image, and what was written to the "
            "old one is gone with it."
        ),
        remedy=(
            "Name a volume for its folder (`volumes: {data: /app/data}` in sh0.yaml), or use a database service. "
            "Where it is on a volume already, say so under `checks: ignore:`."
        ),
        link="https://docs.docker.com/engine/storage/",
        subject=Subject.FILE,
        check=_sqlite,
        files=(
            "*.py",
            "*.js",
            "*.ts",
            "*.prisma",
            ".env",
            ".env.production",
            "*.toml",
            "*.yml",
            "*.yaml",
            "*.properties",
        ),
        trigger=r"sqlite",
    ),
    Rule(
        id="SH0-RL014",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Uploads in the file system of the container",
        why="They are gone after the next deployment, and a second container of the app never sees them.",
        remedy=(
            "Name a volume for their folder (`volumes: {uploads: /app/uploads}` in sh0.yaml), or store them in an "
            "object storage such as S3. Where they are on a volume already, say so under `checks: ignore:`."
        ),
        link="https://12factor.net/processes",
        subject=Subject.FILE,
        check=_uploads,
        files=("*.py", "*.js", "*.ts", "production.rb", ".env.production"),
        trigger=r"\bmulter\(|\bdiskStorage\(|UPLOAD_FOLDER|active_storage\.service|FILESYSTEM_DISK|MEDIA_ROOT",
    ),
    Rule(
        id="SH0-RL015",
        category=Category.RELIABILITY,
        severity=Severity.WARNING,
        title="Sessions in the memory of a process",
        why=(
            "Everybody is signed out at each deployment, a second container does not know the sessions of the "
            "first, and the memory only grows."
        ),
        remedy="Give `session({store: …})` a store, such as connect-redis or connect-pg-simple.",
        link="https://expressjs.com/en/resources/middleware/session.html",
        subject=Subject.FILE,
        check=_sessions,
        files=("*.js", "*.ts", "*.mjs", "*.cjs"),
        trigger=r"express-session",
    ),
    Rule(
        id="SH0-RL016",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Request without a timeout",
        why=(
            "requests waits without end by default. A single slow service then takes one worker after the "
            "other until none is left."
        ),
        remedy="Add `timeout=10`.",
        link="https://requests.readthedocs.io/en/latest/user/advanced/#timeouts",
        subject=Subject.FILE,
        check=_no_timeout,
        files=("*.py",),
        trigger=r"\brequests\.(?:get|post|put|patch|delete|head|request)\(",
    ),
    Rule(
        id="SH0-RL017",
        category=Category.RELIABILITY,
        severity=Severity.HINT,
        title="Server never gives up on a request",
        why="A worker that hangs is never replaced, and the app loses one after the other.",
        remedy="Take the default, or a time that is longer than the slowest request.",
        link="https://docs.gunicorn.org/en/stable/settings.html#timeout",
        subject=Subject.FILE,
        check=each("(?m)" + _FOREVER, "The time a request may take has no end: {0}"),
        files=(
            "Procfile",
            "Dockerfile*",
            "gunicorn.conf.py",
            "*.js",
            "*.ts",
            "*.sh",
            "docker-compose*.yml",
            "compose*.yaml",
            "compose*.yml",
        ),
        trigger=r"(?:--timeout|-t)[= ]0|timeout[ \t]*=[ \t]*0|\.setTimeout\([ \t]*0",
    ),
    Rule(
        id="SH0-PF010",
        category=Category.PERFORMANCE,
        severity=Severity.HINT,
        title="One request at a time",
        why="gunicorn starts a single worker unless it is told otherwise, so every visitor waits for the one before.",
        remedy="Add `--workers 2 --threads 4`, or set WEB_CONCURRENCY.",
        link="https://docs.gunicorn.org/en/stable/design.html#how-many-workers",
        subject=Subject.FILE,
        check=_one_worker,
        files=("Procfile", "Dockerfile*", "docker-compose*.yml", "compose*.yaml", "compose*.yml"),
        trigger=r"\bgunicorn\b",
    ),
)
