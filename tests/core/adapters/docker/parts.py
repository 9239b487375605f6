"""A home of its own on the real engine for one test, and everything of it removed afterwards."""

import contextlib
import random
import secrets
from collections.abc import Iterator
from functools import partial

import docker

from sh0.adapters.docker.translate import HOME
from tests.core.waiting import until

IMAGE = "debian:bookworm-slim"


def subnets() -> Iterator[str]:
    """Small address ranges in a random order, so that tests that run side by side rarely collide."""
    for number in random.sample(range(256), 256):
        yield f"10.223.{number}.0/24"


def _removed(api: docker.APIClient, container: str) -> bool:
    """Whether the container is gone; the engine may be removing one of a cancelled build itself."""
    try:
        api.remove_container(container, force=True, v=True)
    except docker.errors.NotFound:
        return True
    except docker.errors.APIError as error:
        if "already in progress" not in (error.explanation or ""):
            raise
    return False


@contextlib.contextmanager
def real_home() -> Iterator[str]:
    """The id of a home that exists for one test."""
    home = f"test-{secrets.token_hex(4)}"
    try:
        yield home
    finally:
        api = docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
        label = {"label": f"{HOME}={home}"}
        for one in api.containers(all=True, filters=label):
            until(partial(_removed, api, one["Id"]))
        for one in api.volumes(filters=label)["Volumes"] or []:
            api.remove_volume(one["Name"])
        for one in api.networks(filters=label):
            api.remove_network(one["Id"])
        for one in [*api.images(filters=label), *api.images(filters={**label, "dangling": True})]:
            for name in [*(one["RepoTags"] or []), one["Id"]]:
                with contextlib.suppress(docker.errors.APIError):
                    api.remove_image(name)
        api.close()
