"""Images on one engine."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import docker.errors
from docker.utils import parse_repository_tag

from sh0.adapters.docker.client import Engine, documents
from sh0.adapters.docker.failures import REGISTRY_HINT, translated
from sh0.adapters.docker.refusal import Refused
from sh0.adapters.docker.registry import pull_headers
from sh0.adapters.docker.translate import HOME, image
from sh0.adapters.docker.transport import Exchange
from sh0.errors import Conflict, Failed, ImageUnavailable, Invalid, NotFound
from sh0.ports.registries import RegistryLogins
from sh0.ports.runtime import ImageFacts

PULL_SILENCE = 90.0
"""Seconds for which a registry may send nothing. Engines give up on connecting after 15 to 30 themselves."""


_ID = re.compile(r"(sha256:)?[0-9a-f]{12,64}")


class Images:
    """Finds, fetches, names and removes images."""

    def __init__(self, engine: Engine, home_id: str, logins: RegistryLogins | None = None) -> None:
        self._engine, self._logins = engine, logins or RegistryLogins()
        self._home = home_id

    def find(self, reference: str) -> ImageFacts | None:
        """The image of that id or name, whoever made it."""
        with translated(f"look at the image {reference}"):
            try:
                return image(self._engine.api.inspect_image(reference))
            except docker.errors.NotFound:
                return None

    def all(self) -> Sequence[ImageFacts]:
        """Those that carry this home's label."""
        found = (self.find(one["Id"]) for one in self._listed())
        return [facts for facts in found if facts is not None]

    def pull(self, reference: str, platform: str = "", proceed: Callable[[], None] = lambda: None) -> ImageFacts:
        """Fetch an image from its registry."""
        if reference.startswith("sha256:"):
            raise ImageUnavailable(
                f"the image {reference} is not on the engine any more", hint="Deploy again to build it."
            )
        exchange = self._engine.exchange()
        try:
            with translated(f"pull the image {reference}"):
                self._transfer(exchange, reference, platform, proceed)
        except (NotFound, Failed, Invalid, Conflict) as error:
            raise ImageUnavailable(error.message, hint=REGISTRY_HINT) from error
        finally:
            exchange.release()
        facts = self.find(reference)
        if facts is None:
            raise ImageUnavailable(f"the image {reference} is not there after it was pulled", hint=REGISTRY_HINT)
        return facts

    def _transfer(self, exchange: Exchange, reference: str, platform: str, proceed: Callable[[], None]) -> None:
        name, tag = parse_repository_tag(reference)
        query = {"fromImage": name, "tag": tag or "latest", **({"platform": platform} if platform else {})}
        exchange.socket.settimeout(PULL_SILENCE)
        try:
            self._engine.begin(exchange, "POST", "/images/create", query, headers=pull_headers(reference, self._logins))
            for progress in documents(exchange.chunks()):
                proceed()
                if "error" in progress:
                    raise Refused(0, str(progress["error"]))
        except TimeoutError:
            raise _silent(reference) from None

    def tag(self, reference: str, name: str) -> None:
        """Give an image another name."""
        repository, tag = parse_repository_tag(name)
        with translated(f"give the image {reference} the name {name}"):
            self._engine.api.tag(reference, repository, tag or "latest")

    def remove(self, reference: str) -> None:
        """Remove an image of ours, or one of its names; one in use, missing or not ours is left alone."""
        facts = self.find(reference)
        if facts is None or facts.labels.get(HOME) != self._home:
            return
        with translated(f"remove the image {reference}"):
            if _ID.fullmatch(reference):
                if self._engine.api.containers(all=True, filters={"ancestor": facts.id}):
                    return
                names = facts.tags or (facts.id,)
            else:
                names = (reference,)
            for name in names:
                self._remove(name)

    def prune(self, keep: int) -> int:
        """Remove unnamed images of ours, oldest first, until those left hold at most ``keep`` bytes."""
        found: list[dict[str, Any]] = sorted(
            self._listed({"dangling": True}), key=lambda one: int(one["Created"]), reverse=True
        )
        held = freed = 0
        for one in found:
            size = self._own_size(one["Id"])
            held += size
            if held > keep and self._remove(one["Id"]):
                held -= size
                freed += size
        return freed

    def _listed(self, filters: dict[str, object] | None = None) -> list[dict[str, Any]]:
        with translated("list images"):
            wanted = {**(filters or {}), "label": f"{HOME}={self._home}"}
            return list(self._engine.api.images(filters=wanted))

    def _remove(self, name: str) -> bool:
        with translated(f"remove the image {name}"):
            try:
                self._engine.api.remove_image(name, force=False, noprune=False)
            except docker.errors.NotFound:
                return False
            except docker.errors.APIError as error:
                if error.status_code != 409:  # A container or another image needs it.
                    raise
                return False
        return True

    def _own_size(self, image_id: str) -> int:
        """Bytes that an unnamed image adds to the nearest image below it that has a name."""
        with translated(f"look at the image {image_id}"):
            try:
                layers = self._engine.api.history(image_id)
            except docker.errors.NotFound:
                return 0
        size = 0
        for layer in layers:
            if layer.get("Tags") or layer["Id"] == "<missing>":
                break
            size += int(layer.get("Size") or 0)
        return size


def _silent(reference: str) -> ImageUnavailable:
    return ImageUnavailable(
        f"the registry of {reference} sent nothing for {PULL_SILENCE:.0f} seconds", hint=REGISTRY_HINT
    )
