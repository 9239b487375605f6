"""Whose volumes are: those of an app are its own, those of a stack stand in its Compose file."""

from sh0.context import Context
from sh0.errors import Forbidden, WrongState
from sh0.operations import current_caller
from sh0.records.app import APPS, App
from sh0.records.stack import STACKS, Stack
from sh0.records.volume import VOLUMES, Volume
from sh0.serving.volumes import AppVolumes
from sh0.serving.workload import volume_prefix
from sh0.volumes.inventory import VolumeInventory


class VolumeOwners:
    """Finds who may have a volume, and keeps its place.

    Args:
        context: The records.
        inventory: Knows which volumes there are.
        volumes: Makes those of apps.
    """

    def __init__(self, context: Context, inventory: VolumeInventory, volumes: AppVolumes) -> None:
        self._records, self._clock, self._home_id = context.records, context.clock, context.home_id
        self._inventory, self._volumes = inventory, volumes

    def app(self, name: str, volume: str, *, less: bool = False) -> App:
        """An app whose settings say which volumes it has.

        Args:
            name: Its name.
            volume: The volume that it is about.
            less: Whether that is to be taken away.

        Raises:
            NotFound: There is no such app.
            WrongState: It is a stack, or a service of one.
        """
        app = self._records[APPS].find(name)
        stack = app.stack if app is not None else name if self._records[STACKS].find(name) is not None else None
        if stack is not None:
            what = f"{name} is a stack" if app is None else f"{name} is a service of the stack {stack}"
            there = "under 'volumes:' of that file and of a service, and release it: sh0 compose up"
            raise WrongState(
                f"{what}: its Compose file says which volumes it has, and where",
                hint=f"Take out {volume} {there}" if less else f"Write {volume} {there}",
            )
        return self._records[APPS].get(name)

    def recipient(self, volume: Volume, owner: str | None) -> App | Stack:
        """Who gets a copy of a volume: whose it is, unless somebody else is named.

        Raises:
            NotFound: There is no such app and no such stack.
            Forbidden: The caller is confined to another app.
            WrongState: It is a service of a stack.
        """
        if owner in (None, volume.owner):
            found: App | Stack | None = self._records[APPS].find(volume.app) if volume.app else None
            found = found or self._records[STACKS].find(volume.owner)
        else:
            if (confined := current_caller().app) not in (None, owner):
                raise Forbidden(f"this credential is for the app {confined} alone", hint="Use another one.")
            found = self._records[APPS].find(owner) or self._records[STACKS].find(owner)
        if isinstance(found, App) and found.stack is not None:
            raise WrongState(
                f"{found.name} is a service of the stack {found.stack}, whose volumes are the stack's",
                hint=f"Give the copy to the stack: --into {found.stack}",
            )
        return found or self._records[APPS].get(owner or volume.owner)

    def reserve(self, owner: App | Stack, name: str) -> Volume:
        """The record of a new volume, which is not ready before something was copied into it.

        Raises:
            WrongState: The owner has a volume of that name, or one that can still be restored.
        """
        with self._records.transaction():
            self.demand_unused(owner.name, name)
            if isinstance(owner, App):
                return self._volumes.make(owner, name, ready=False)
            source = f"{volume_prefix(self._home_id, owner.project)}{name}"
            if self._records[VOLUMES].find(source) is not None:
                raise WrongState(
                    f"{owner.name} had a volume {name}, which was deleted and is still kept",
                    hint=f"Choose another name, or have that one back: sh0 volumes restore {owner.name} {name}",
                )
            now = self._clock.now()
            made = Volume(source, name, None, owner.name, owner.project, owner.server, now, ready=False)
            return self._records[VOLUMES].insert(made)

    def make(self, app: App, name: str) -> Volume:
        """The record of a volume of an app, made if there is none.

        Raises:
            WrongState: Another volume is being copied into it.
        """
        return self._volumes.make(app, name)

    def demand_unused(self, owner: str, name: str) -> None:
        """Refuse a name that a volume has.

        Raises:
            WrongState: One has it.
        """
        if self._inventory.has(owner, name):
            raise WrongState(f"{owner} has a volume {name} already", hint="Choose another name.")
