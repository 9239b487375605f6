"""What a release command that does nothing adds to a deployment: with one and without, one after the other."""

import statistics
import time

from bench.stage import Stage, archive, files, stage

ROUNDS = 8


def run() -> None:
    """Measure and print."""
    with stage() as one:
        one.platform.apps.create("shop")
        one.deploy("shop", 1)
        pairs = [(_timed(one, 2 * n, "release: 'true'\n"), _timed(one, 2 * n + 1, "")) for n in range(1, ROUNDS + 1)]
        with_one, without = (statistics.median(each) for each in zip(*pairs, strict=True))
        added = statistics.median(more - less for more, less in pairs)
        print(f"deployment with a release command that does nothing: median {with_one:.3f} s of {ROUNDS}")
        print(f"deployment without: median {without:.3f} s")
        print(f"median of the differences, pair by pair: {added:+.3f} s")


def _timed(one: Stage, version: int, manifest: str) -> float:
    tree = {**files(version), "sh0.yaml": manifest}
    begun = time.perf_counter()
    deployment = one.platform.deployments.upload("shop", archive(tree))
    one.platform.deployments.wait("shop", deployment.id)
    return time.perf_counter() - begun
