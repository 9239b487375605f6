"""Removing what a home made in Docker: the containers, networks and images that carry its label. Volumes stay."""

from pathlib import Path

import attrs

from sh0.bootstrap import compose
from sh0.home import Home
from sh0.values import LOCAL


@attrs.frozen
class Removed:
    """How much was removed.

    Attributes:
        containers: Containers, with what was written to them.
        networks: Networks.
        images: Images that were built or pulled.
        volumes: Volumes that stay, with what is in them.
    """

    containers: int
    networks: int
    images: int
    volumes: int


def teardown(home: Path) -> Removed:
    """Remove what a home made in Docker, but for volumes: they hold data. Its folder stays.

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
        return Removed(len(containers), len(networks), len(images), len(runtime.volumes()))
    finally:
        core.platform.close()
