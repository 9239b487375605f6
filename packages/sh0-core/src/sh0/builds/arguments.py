"""Which variables a build gets, and what is said of those that it does not get. Pure."""

import re
from collections.abc import Collection, Mapping

import attrs

from sh0.errors import Invalid
from sh0.records.deployment import Snapshot
from sh0.sensitive import names_secret
from sh0.values import Secret

__all__ = ["BuildVariables", "demand_passing", "unset_argument"]

_ARGUMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@attrs.frozen
class BuildVariables:
    """Variables for the build of an app.

    Attributes:
        values: Those that somebody has set for it, or its source declares.
        marked: Names of those that are secrets though their names do not say so.
        made_of: Those that say what is built. They are given only where the Dockerfile names them, so that a commit
            that changes nothing else reuses the image of the one before.
        mountable: Further variables of the app that its source lets a build have, as secrets only: a Dockerfile may
            mount them, and a generated one has no use for them but as those of builds.
    """

    values: Mapping[str, Secret] = attrs.field(factory=dict)
    marked: Collection[str] = ()
    made_of: Mapping[str, Secret] = attrs.field(factory=dict)
    mountable: Mapping[str, Secret] = attrs.field(factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "BuildVariables":
        """Those of a deployment."""
        known = snapshot.variables
        mountable = {name: known[name] for name in snapshot.declared.build_secrets if name in known}
        return cls(snapshot.build_variables, snapshot.marked, snapshot.made_of, mountable)

    @property
    def generated(self) -> "BuildVariables":
        """What a generated Dockerfile gets, which declares all of them in a stage that is thrown away."""
        return attrs.evolve(self, values={**self.mountable, **self.values}, mountable={})

    def mountable_in(self, dockerfile: str) -> dict[str, Secret]:
        """Those that the steps of a Dockerfile may mount as secrets, and whose names occur in it."""
        known = {**self.mountable, **self.values}
        return {name: known[name] for name in sorted(known) if name in dockerfile} if "secret" in dockerfile else {}

    def named_in(self, dockerfile: str) -> dict[str, str]:
        """Those whose names occur in a Dockerfile; the others change nothing about its image."""
        known = {**self.made_of, **self.values}
        return {
            name: known[name].reveal() for name in sorted(known) if _ARGUMENT.fullmatch(name) and name in dockerfile
        }

    def for_generated(self, dockerfile: str) -> tuple[str, ...]:
        """Names of those that a generated Dockerfile declares: all that are set, and what its commands name."""
        told = (name for name in self.made_of if name in dockerfile)
        return tuple(sorted({*filter(_ARGUMENT.fullmatch, self.values), *told}))

    def secret(self, name: str) -> bool:
        """Whether a value must not stay anywhere."""
        return name in self.marked or names_secret(name)


def demand_passing(variables: BuildVariables, given: Collection[str], lasting: Collection[str]) -> None:
    """Refuse a build that would keep a secret in the history of its image.

    Args:
        variables: Those of the build.
        given: Names of those that it gets as arguments.
        lasting: Names of the arguments that the stages declare which become the image.

    Raises:
        Invalid: A secret is among them.
    """
    for name in sorted({*given} & {*lasting}):
        if variables.secret(name):
            raise Invalid(
                f"the Dockerfile declares the secret {name} (ARG) in a stage that becomes the image, whose history "
                "would keep its value",
                hint=f"Mount it where it is needed (RUN --mount=type=secret,id={name}), or declare it in an earlier "
                "stage (FROM … AS make), and copy from there what is made with it.",
            )


def unset_argument(name: str, app: str) -> str:
    """The warning for an ARG of a Dockerfile with the name of a variable."""
    return (
        f"the build argument {name} (ARG) does not get the app's variable {name}: variables are there when the app "
        f"runs, not while it is built. To set it for builds: sh0 env {app} --build {name}=…"
    )
