"""``sh0 run APP -- true``, whole, against ``docker run --rm`` of the same image, one after the other."""

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence

from bench.stage import BIN, Stage, environment, stage

ROUNDS = 15


def run() -> None:
    """Measure and print."""
    with stage() as one:
        one.platform.apps.create("shop")
        one.deploy("shop", 1)
        image = one.platform.deployments.list("shop", limit=1)[0].image or ""
        sh0 = (str(BIN / "sh0"), "run", "shop", "--", "true")
        attached = [
            (_whole(sh0, one), _whole(("docker", "run", "--rm", image, "true"), one)) for _ in range(ROUNDS + 1)
        ][1:]
        start = _whole_of(lambda: _detached(one), ROUNDS)
        ours, theirs = (statistics.median(each) for each in zip(*attached, strict=True))
        ratio = statistics.median(mine / other for mine, other in attached)
        print(f"sh0 run shop -- true: median {ours:.3f} s of {ROUNDS}")
        print(f"docker run --rm IMAGE true: median {theirs:.3f} s")
        print(f"median of the ratios, pair by pair: {ratio:.2f}")
        print(f"the same through the library, without a process of its own: median {start:.3f} s")


def _whole(command: Sequence[str], one: Stage) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env={**environment(), "SH0_HOME": str(one.home)})
    return time.perf_counter() - begun


def _detached(one: Stage) -> None:
    begun = one.platform.runs.start("shop", ("true",))
    one.platform.runs.wait("shop", begun.id)


def _whole_of(work: Callable[[], None], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
