"""Removing what a home made in Docker: the containers, networks and images that carry its label, and nothing else."""

from pathlib import Path

import attrs

from sh0.bootstrap import compose
from sh0.home import Home
from sh0.values import LOCAL


@attrs.frozen
class Removed:
    """How much was removed."""

    containers: int
    networks: int
    images: int


def teardown(home: Path) -> Removed:
    """Remove everything that a home made in Docker. Its folder stays.

    Args:
        home: The folder; no daemon may run on it.

    Raises:
        HomeInUse: A daemon runs on it.
    """
    core = compose(Home(home))
    try:
        here = core.context.fleet.at(LOCAL)
        runtime = here.runtime
        containers, networks, images = runtime.observe(), runtime.networks(), runtime.images()
        for container in containers:
            runtime.remove(container.name, timeout=2)
        for network in networks:
            runtime.remove_network(network.name)
        for image in images:
            runtime.remove_image(image.id)
        runtime.prune_build_cache(0)
        here.guard.remove()
        return Removed(len(containers), len(networks), len(images))
    finally:
        core.platform.close()
