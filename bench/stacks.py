"""How many requests are lost while a stack is updated again and again under a steady load through the proxy."""

import time

from bench.stage import Load, Stage, archive, files, stage

UPDATES = 10
COMPOSE = """
services:
  web:
    build: ./web
    environment: {PORT: "8000", DATABASE: "tcp://db:7000"}
    x-sh0: {expose: 8000}
    depends_on: [db]
  worker:
    image: python:3.13-slim
    command: [python, -c, "import time; time.sleep(1e6)"]
    init: true
    environment: {VERSION: "VERSION_"}
  db:
    image: python:3.13-slim
    command: [python, -m, http.server, "7000", -d, /data]
    init: true
    volumes: ["data:/data"]
    x-sh0: {probe: "tcp:7000"}
volumes: {data: {}}
"""


def run() -> None:
    """Measure and print."""
    with stage() as one:
        _update(one, 0)
        database = _database(one)
        seconds = []
        try:
            with Load(one.http, "shop-web.localhost") as load:
                for version in range(1, UPDATES + 1):
                    begun = time.perf_counter()
                    _update(one, version)
                    seconds.append(time.perf_counter() - begun)
            load.say(f"{UPDATES} updates of a stack in {sum(seconds):.1f} s, its site and its worker each time")
            print("the database was not touched" if _database(one) == database else "THE DATABASE WAS REPLACED")
        finally:
            one.platform.stacks.delete("shop", volumes=True)


def _update(one: Stage, version: int) -> None:
    tree = {f"web/{name}": text for name, text in files(version).items()}
    tree["compose.yaml"] = COMPOSE.replace("VERSION_", str(version))
    received = one.platform.stacks.receive(archive(tree))
    release = one.platform.stacks.up(received, stack="shop")
    one.platform.stacks.wait("shop", release.id)


def _database(one: Stage) -> str | None:
    return one.platform.apps.get("shop-db").live
