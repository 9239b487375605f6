"""Containers on one engine, as desired state."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import docker.errors

from sh0.adapters.docker.client import Engine
from sh0.adapters.docker.container_body import container_body, given_files
from sh0.adapters.docker.failures import translated
from sh0.adapters.docker.images import Images
from sh0.adapters.docker.translate import HOME, SPEC, instance, is_ours
from sh0.errors import Conflict, ImageUnavailable, NotFound
from sh0.ports.runtime import Instance, InstanceState, Workload


class Containers:
    """Makes, finds, stops and removes containers of one home."""

    def __init__(self, engine: Engine, images: Images, home_id: str) -> None:
        self._engine = engine
        self._images = images
        self._home = home_id
        self._leaving: list[Callable[[Instance], None]] = []

    def before_removal(self, listener: Callable[[Instance], None]) -> None:
        """Call somebody with each container that has ended, before it is removed."""
        self._leaving.append(listener)

    def apply(self, workload: Workload) -> Instance:
        """Make the container as described and start it."""
        body = container_body(workload, self._home)
        name = workload.name
        with translated(f"start the container {name}"):
            existing = self._raw(name)
            if existing is not None:
                if not is_ours(existing["Config"].get("Labels"), self._home):
                    raise Conflict(
                        f"a container called {name} exists on the engine, and sh0 did not make it",
                        hint=f"Rename or remove it: `docker rm {name}`.",
                    )
                if existing["Config"]["Labels"][SPEC] == body["Labels"][SPEC]:
                    return self._revive(existing)
                self._discard(existing["Id"], workload.stop_timeout)
            made = self._create(body, name)
            try:
                if workload.files:
                    self._engine.api.put_archive(made, "/", given_files(workload.files))
                self._engine.api.start(made)
            except Exception:
                self._discard(made, 0)  # A container that never ran is no state that anybody asked for.
                raise
            return self._existing(name)

    def make(self, workload: Workload, columns: int, rows: int) -> str:
        """Make a new container that somebody attaches to before it is started; returns the engine's id of it."""
        body = {**container_body(workload, self._home), "StdinOnce": workload.stdin_open}
        body["HostConfig"] |= {"ConsoleSize": [rows, columns]} if workload.tty else {}
        with translated(f"make the container {workload.name}"):
            made = self._create(body, workload.name)
            try:
                if workload.files:
                    self._engine.api.put_archive(made, "/", given_files(workload.files))
            except Exception:
                self._discard(made, 0)
                raise
            return made

    def start(self, made: str, name: str) -> None:
        """Start a container that was made; one that cannot be started is removed."""
        with translated(f"start the container {name}"):
            try:
                self._engine.api.start(made)
            except Exception:
                self._discard(made, 0)
                raise

    def _revive(self, existing: Mapping[str, Any]) -> Instance:
        if existing["State"].get("Paused"):
            self._engine.api.unpause(existing["Id"])
        elif existing["State"]["Status"] not in ("running", "restarting"):
            self._engine.api.start(existing["Id"])
        return instance(self._engine.api.inspect_container(existing["Id"]))

    def _create(self, body: dict[str, Any], name: str) -> str:
        try:
            return str(self._engine.api.create_container_from_config(body, name)["Id"])
        except docker.errors.ImageNotFound:
            self._images.pull(body["Image"])
            return str(self._engine.api.create_container_from_config(body, name)["Id"])
        except docker.errors.NotFound as error:
            raise ImageUnavailable(f"the image {body['Image']} is not on the engine: {error.explanation}") from error

    def _discard(self, container: str, timeout: int) -> None:
        try:
            self._engine.api.stop(container, timeout=timeout)
            self._tell_of_removal(container)
            self._engine.api.remove_container(container, v=True, force=True)
        except docker.errors.NotFound:
            pass
        except docker.errors.APIError as error:
            if "already in progress" not in str(error.explanation):  # Somebody else removes it at this moment.
                raise

    def _tell_of_removal(self, container: str) -> None:
        """One that has never run is no news: it has printed nothing."""
        found = self._raw(container) if self._leaving else None
        if found is not None and (ended := instance(found)).state is InstanceState.EXITED:
            for listener in self._leaving:
                listener(ended)

    def _raw(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._engine.api.inspect_container(name)
            return found
        except docker.errors.NotFound:
            return None

    def _ours(self, name: str) -> dict[str, Any] | None:
        with translated(f"look at the container {name}"):
            found = self._raw(name)
        # The engine finds containers by the beginning of their id too; a name is meant here, and nothing
        # else.
        if found is None or found["Name"] != f"/{name}" or not is_ours(found["Config"].get("Labels"), self._home):
            return None
        return found

    def id_of(self, name: str) -> str | None:
        """The engine's id of a container of ours."""
        found = self._ours(name)
        return None if found is None else str(found["Id"])

    def require(self, name: str) -> str:
        """The engine's id of a container of ours.

        Raises:
            NotFound: There is none of that name, or it is not ours.
        """
        return self.printing(name)[0]

    def printing(self, name: str) -> tuple[str, bool]:
        """The engine's id of a container of ours, and whether it was made with a terminal (``tty``).

        Raises:
            NotFound: There is none of that name, or it is not ours.
        """
        found = self._ours(name)
        if found is None:
            raise NotFound(f"no container of this platform is called {name}", hint="It may have been replaced.")
        return str(found["Id"]), bool(found["Config"].get("Tty"))

    def inspect(self, name: str) -> Instance | None:
        """The container of that name, if it is ours."""
        found = self._ours(name)
        return None if found is None else instance(found)

    def _existing(self, name: str) -> Instance:
        found = self.inspect(name)
        if found is None:
            raise NotFound(f"the container {name} was removed while it started")
        return found

    def observe(self, labels: Mapping[str, str]) -> Sequence[Instance]:
        """Our containers that carry all the given labels."""
        wanted = [f"{HOME}={self._home}", SPEC, *(f"{name}={value}" for name, value in labels.items())]
        with translated("list containers"):
            listed = self._engine.api.containers(all=True, filters={"label": wanted})
            found = (self._raw(one["Id"]) for one in listed)
            return sorted((instance(one) for one in found if one is not None), key=lambda one: one.name)

    def stop(self, name: str, timeout: int) -> None:
        """Stop a container of ours, if it runs."""
        found = self.id_of(name)
        if found is not None:
            with translated(f"stop the container {name}"):
                with suppress(docker.errors.NotFound):
                    self._engine.api.stop(found, timeout=timeout)

    def restart(self, name: str, timeout: int) -> None:
        """Restart a container of ours."""
        found = self.require(name)
        with translated(f"restart the container {name}"):
            self._engine.api.restart(found, timeout=timeout)

    def remove(self, name: str, timeout: int) -> None:
        """Stop and remove a container of ours, and its volumes without a name."""
        found = self.id_of(name)
        if found is not None:
            with translated(f"remove the container {name}"):
                self._discard(found, timeout)
