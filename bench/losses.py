"""How many requests are lost during 20 deployments in a row under a steady load through the proxy."""

import time

from bench.stage import Load, stage

DEPLOYS = 20


def run() -> None:
    """Measure and print."""
    with stage() as one:
        one.platform.apps.create("shop")
        one.deploy("shop", 0)
        with Load(one.http, "shop.localhost") as load:
            begun = time.perf_counter()
            for version in range(1, DEPLOYS + 1):
                one.deploy("shop", version)
            seconds = time.perf_counter() - begun
        load.say(f"{DEPLOYS} deployments in {seconds:.1f} s")
