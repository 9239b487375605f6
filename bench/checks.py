"""How long checks take: a big project cold and after a change, one Dockerfile, and a hundred against hadolint."""

import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.stage import BIN
from sh0.frontend import Checker

FILES = 10_000
SIZE = 10_000
ROUNDS = 9
DOCKERFILES = 100


def run() -> None:
    """Measure and print."""
    random.seed(3)
    with tempfile.TemporaryDirectory(prefix="sh0-bench-") as folder:
        _project(Path(folder, "project"), Path(folder, "memory"))
        _processes(Path(folder, "dockerfiles"))


def _project(top: Path, memory: Path) -> None:
    checker = Checker.installed()
    size = _write_project(top)
    time.sleep(0.2)  # a file that has only just changed is not remembered
    cold, again, changed = [], [], []
    file = top / "part3/group31/file3100.py"
    for number in range(ROUNDS):
        cold.append(_timed(lambda: checker.folder(top)))
        if not number:
            checker.folder(top, memory=memory)
        again.append(_timed(lambda: checker.folder(top, memory=memory)))
        file.write_text(f"{file.read_text()}\n# {number}\n")
        changed.append(_timed(lambda: checker.folder(top, memory=memory)))
        time.sleep(0.2)
    print(f"{len(checker.rules)} rules over {FILES} files of {size / 1e6:.0f} MB: {_words(cold)}")
    print(f"  again, nothing changed: {_words(again)}")
    print(f"  after one file changed: {_words(changed)}")
    report = checker.folder(top)
    print(f"  {len(report.findings)} findings, {len(report.broken)} rules failed")


def _processes(top: Path) -> None:
    files = [_write_dockerfile(top / f"app{number}" / "Dockerfile") for number in range(DOCKERFILES)]
    lines = sum(file.read_text().count("\n") for file in files) // len(files)
    environment = {**os.environ, "XDG_CACHE_HOME": str(top / "cache")}
    commands = {
        "sh0 check, 1 Dockerfile": [str(BIN / "sh0"), "check", str(files[0])],
        "hadolint, 1 Dockerfile": [str(BIN / "hadolint"), str(files[0])],
        f"sh0 check, {DOCKERFILES} Dockerfiles": [str(BIN / "sh0"), "check", *map(str, files)],
        f"hadolint, {DOCKERFILES} Dockerfiles": [str(BIN / "hadolint"), *map(str, files)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            begun = time.perf_counter()
            done = subprocess.run(command, check=False, capture_output=True, env=environment)
            times[name].append(time.perf_counter() - begun)
            assert done.returncode in (0, 1), done.stderr
    print(f"whole processes, interleaved, Dockerfiles of {lines} lines:")
    for name, seconds in times.items():
        print(f"  {name}: {_words(seconds)}")
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    ours, theirs = (medians[f"{name}, {DOCKERFILES} Dockerfiles"] for name in ("sh0 check", "hadolint"))
    print(f"  {DOCKERFILES} Dockerfiles: {ours / theirs:.2f} of hadolint's time")


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _words(times: list[float]) -> str:
    return f"median {statistics.median(times) * 1000:.0f} ms of {len(times)}, best {min(times) * 1000:.0f} ms"


def _write_project(top: Path) -> int:
    """Sources of 10 kB each in folders of a hundred, in the shape of what people write."""
    size = 0
    pieces = [("py", list(_python())), ("ts", list(_typescript())), ("json", list(_json())), ("md", list(_prose()))]
    for number in range(FILES - 4):
        ending, lines = pieces[(0, 0, 0, 0, 1, 1, 1, 1, 2, 3)[number % 10]]
        path = top / f"part{number // 1000}" / f"group{number // 100}" / f"file{number}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(random.choices(lines, k=SIZE * len(lines) // sum(map(len, lines))))
        path.write_text(text)
        size += len(text)
    (top / "Dockerfile").write_text(_dockerfile())
    (top / "requirements.txt").write_text("flask==3.1.0\ngunicorn==23.0.0\n")
    (top / "compose.yaml").write_text("services:\n  web:\n    build: .\n  db:\n    image: postgres:17.2\n")
    (top / ".gitignore").write_text("__pycache__/\n*.pyc\n.env\n/dist\nnode_modules/\n*.log\n")
    return size


def _python() -> Iterator[str]:
    for name in ("order", "invoice", "customer", "parcel", "token_bucket", "session"):
        yield f"def handle_{name}(request, *, limit=20):\n    {name} = request.args.get('{name}', type=int)\n"
        yield f"    if {name} is None:\n        raise ValueError('{name} is missing')\n"
        yield f"    return render('{name}.html', {name}={name}, items=[{name} * 2 for _ in range(limit)])\n\n\n"
        yield f"class {name.title()}(Base):\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
    yield "from datetime import datetime, timedelta\nlog = logging.getLogger(__name__)\n"
    yield "DEFAULT_TIMEOUT = int(os.environ.get('TIMEOUT', '30'))\n"


def _typescript() -> Iterator[str]:
    for name in ("Order", "Invoice", "Customer", "Parcel", "Session"):
        yield f"export interface {name} {{ id: number; created: Date; label?: string }}\n"
        yield f"export async function load{name}(id: number): Promise<{name}> {{\n"
        yield f"  const answer = await fetch(`/api/{name.lower()}/${{id}}`, {{ credentials: 'include' }});\n"
        yield f"  if (!answer.ok) throw new Error(`{name}: ${{answer.status}}`);\n  return answer.json();\n}}\n\n"
        yield f"  const [{name.lower()}, set{name}] = useState<{name} | null>(null);\n"


def _json() -> Iterator[str]:
    for number in range(40):
        yield f'  {{"id": {number * 7919}, "name": "item {number}", "price": {number}.5, "tags": ["a", "b"]}},\n'


def _prose() -> Iterator[str]:
    yield "The parcel leaves the warehouse once the invoice has been settled and the label printed.\n"
    yield "\n## What happens when a customer asks for their order back\n\n"
    yield "- Somebody looks at the order, and writes down why it comes back.\n"
    yield "See https://example.org/handbook for how that is done on a weekend.\n"


def _write_dockerfile(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_text(_dockerfile())
    return path


def _dockerfile() -> str:
    """A Dockerfile of two or three stages, as careful or careless as people are."""
    choose = random.choice
    known = ["curl", "git", "libpq-dev", "gcc", "make", "ca-certificates", "jq"]
    packages = " \\\n        ".join(random.sample(known, 4))
    node = choose(["node:22.12-slim", "node:22", "node:latest", "node"])
    python = choose(["python:3.13-slim", "python:3.13.1-slim-bookworm", "python", "python:latest"])
    clean = choose([" && rm -rf /var/lib/apt/lists/*", ""])
    recommends = choose([" --no-install-recommends", ""])
    user = choose(["RUN useradd --system app\nUSER app\n", "USER root\n", ""])
    return f"""\
# syntax=docker/dockerfile:1
ARG VERSION=1.{random.randrange(99)}

FROM {node} AS assets
WORKDIR /assets
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY assets ./assets
RUN npm run build

FROM {python} AS build
ENV PIP_NO_CACHE_DIR=1 \\
    PYTHONDONTWRITEBYTECODE=1
RUN apt-get update \\
    && apt-get install -y{recommends} \\
        {packages}{clean}
WORKDIR {choose(["/app", "app", "/srv/app"])}
{choose(["COPY", "ADD"])} requirements.txt .
RUN pip install {choose(["--no-cache-dir ", ""])}-r requirements.txt
COPY . .
RUN python -m compileall -q . && \\
    {choose(["python manage.py collectstatic --noinput", "cd /tmp && echo done", "sudo make install"])}

FROM {python}
LABEL org.opencontainers.image.version="${{VERSION}}"
ENV PORT=8000 {choose(["APP_ENV=production", "DEBUG=1", "SECRET_KEY=changeme"])}
COPY --from=build /app /app
COPY --from=assets /assets/dist /app/static
{user}EXPOSE 8000
{choose(["HEALTHCHECK CMD curl -f http://127.0.0.1:8000/ || exit 1", "VOLUME /data", "MAINTAINER somebody"])}
{choose(['CMD ["gunicorn", "-b", "0.0.0.0:8000", "wsgi"]', "CMD gunicorn wsgi", 'ENTRYPOINT ["python", "app.py"]'])}
"""
