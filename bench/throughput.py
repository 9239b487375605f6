"""Requests a second through the proxy against a direct connection to the container, 50 connections, interleaved."""

import re
import shutil
import statistics
import subprocess

from bench.stage import archive, stage

ROUNDS = 5
SECONDS = 4
SITE = """server {
    listen 8000 backlog=4096;
    access_log off;
    location / { default_type application/json; return 200 "{}"; }
}
"""
DOCKERFILE = """FROM nginx:1.30
COPY default.conf /etc/nginx/conf.d/default.conf
EXPOSE 8000
"""


def run() -> None:
    """Measure and print."""
    if shutil.which("wrk") is None:
        print("skipped: wrk is not installed (apt-get install wrk)")
        return
    with stage() as one:
        one.platform.apps.create("shop")
        deployment = one.platform.deployments.upload("shop", archive({"Dockerfile": DOCKERFILE, "default.conf": SITE}))
        one.platform.deployments.wait("shop", deployment.id)
        instance = one.platform.apps.status("shop").instances[0]
        direct, through = [], []
        for _ in range(ROUNDS):
            direct.append(_wrk(f"http://{instance.address}:{instance.port}/"))
            through.append(_wrk(f"http://127.0.0.1:{one.http}/", "-H", "Host: shop.localhost"))
        ratio = statistics.median(t / d for t, d in zip(through, direct, strict=True))
        print(f"direct: median {statistics.median(direct):.0f} requests/s of {ROUNDS}")
        print(f"through the proxy: median {statistics.median(through):.0f} requests/s, ratio {ratio:.2f}")


def _wrk(url: str, *options: str) -> float:
    command = ["wrk", "-t1", "-c50", f"-d{SECONDS}s", *options, url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or "Non-2xx" in said:
        raise SystemExit(said)
    return float(found[1])
