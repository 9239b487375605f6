"""Records of variables."""

from datetime import datetime
from enum import StrEnum

import attrs

from sh0.store import TableSpec
from sh0.values import AppName, EnvName, ProjectName, Secret


@attrs.frozen
class Variable:
    """A variable in the environment of an app.

    Attributes:
        app: Whose.
        name: Its name.
        value: Its value, sealed at rest.
        changed: When it was last set.
        secret: Whether somebody has marked it: no log shows its value, whatever its name is.
    """

    app: AppName
    name: EnvName
    value: Secret
    changed: datetime
    secret: bool = False


class Origin(StrEnum):
    """Where somebody has set a variable that an app runs with.

    Attributes:
        APP: For the app itself.
        PROJECT: For its project; all apps of that share it.
    """

    APP = "app"
    PROJECT = "project"


@attrs.frozen
class EffectiveVariable(Variable):
    """A variable that an app runs with, and where it is set.

    Attributes:
        origin: Where it is set.
    """

    origin: Origin = Origin.APP


@attrs.frozen
class SharedVariable:
    """A variable that the apps of a project share. One that is set for an app itself overrides it there.

    Attributes:
        project: Whose apps.
        name: Its name.
        value: Its value, sealed at rest.
        changed: When it was last set.
        secret: Whether somebody has marked it: no log shows its value, whatever its name is.
    """

    project: ProjectName
    name: EnvName
    value: Secret
    changed: datetime
    secret: bool = False


@attrs.frozen
class BuildVariable(Variable):
    """A variable that is there while an app is built, and not when it runs."""


VARIABLES = TableSpec("variables", Variable, ("app", "name"), "variable")
BUILD_VARIABLES = TableSpec("build_variables", BuildVariable, ("app", "name"), "build variable")
SHARED_VARIABLES = TableSpec("shared_variables", SharedVariable, ("project", "name"), "shared variable")
