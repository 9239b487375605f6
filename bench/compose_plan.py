"""How long a Compose file of 20 services takes to be planned: read, checked, merged with another, and compared."""

import statistics
import subprocess
import sys
import time

from sh0.compose.files import TextFiles
from sh0.compose.reading import read
from sh0.stacks.planner import Situation, plan

SERVICES = 20
ROUNDS = 25
SERVICE = """
  app{n}:
    image: registry.example.org/shop/app{n}:${{TAG:-1.4}}
    command: ["serve", "--port", "8080"]
    environment:
      DATABASE_URL: postgres://shop:${{PASSWORD:?set it}}@db/shop
      LOG_LEVEL: ${{LOG_LEVEL:-info}}
      WORKERS: 4
    env_file: app.env
    ports: ["80{n:02}:8080"]
    expose: ["9090"]
    volumes:
      - data{n}:/var/lib/app
      - ./conf:/etc/app:ro
    depends_on:
      {before}: {{condition: service_healthy}}
    healthcheck:
      test: ["CMD", "wget", "-qO-", "http://localhost:8080/healthz"]
      interval: 10s
      timeout: 3s
      retries: 5
    deploy:
      replicas: 2
      resources:
        limits: {{memory: 512m, cpus: "0.5"}}
    networks: [front, back]
    labels: [team=shop]
    logging: {{driver: json-file, options: {{max-size: 10m}}}}
"""


def project(services: int = SERVICES) -> TextFiles:
    """A project of that many services in two files."""
    parts = ["x-anchor: &x {a: 1}\nservices:"]
    parts += [SERVICE.format(n=n, before=f"app{n - 1}" if n else "db") for n in range(services - 1)]
    parts += ["  db: {image: 'postgres:17.2', volumes: ['db:/var/lib/postgresql/data']}"]
    parts += ["volumes:", "  db:", *(f"  data{n}:" for n in range(services - 1)), "networks: {front: , back: }"]
    over = "services:\n" + "".join(f"  app{n}: {{restart: always}}\n" for n in range(services - 1))
    return TextFiles({"compose.yaml": "\n".join(parts), "compose.override.yaml": over, "app.env": "A=1\nB='two'\n"})


def run() -> None:
    """Measure and print."""
    files = project()
    first = _timed(files)
    times = [_timed(files) for _ in range(ROUNDS)]
    median, worst = statistics.median(times), max(times)
    print(f"planning {SERVICES} services: median {median:.1f} ms of {ROUNDS}, at most {worst:.1f} ms")
    print(f"the first in a process, with the schema compiled: {first:.1f} ms")
    code = "from bench.compose_plan import project, _timed; _timed(project())"
    for name, argument in (("python -c pass", "pass"), ("a whole process that plans it", code)):
        processes = []
        for _ in range(7):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", argument], check=True)
            processes.append((time.perf_counter() - begun) * 1000)
        print(f"{name}: median {statistics.median(processes):.0f} ms of 7")


def _timed(files: TextFiles) -> float:
    begun = time.perf_counter()
    found = plan(read(files, "", {"PASSWORD": "secret"}), Situation("shop"))
    seconds = time.perf_counter() - begun
    assert len(found.services) == SERVICES
    return seconds * 1000
