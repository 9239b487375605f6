"""Operations on toys."""

from datetime import datetime

import attrs
import sqlite_utils
from sqlite_utils import Migrations

from sh0.context import Context
from sh0.operations import Effect, Operations, Scope, operation
from sh0.serving.rollout import Rollout
from sh0.store import TableSpec
from sh0.values import ProjectName


@attrs.frozen
class Toy:
    """A toy.

    Attributes:
        name: Unique on this platform.
        created: When it was made.
    """

    name: ProjectName
    created: datetime


TOYS = TableSpec("toys", Toy, ("name",), "toy")
migrations = Migrations("toys")


@migrations()
def first_toys(db: sqlite_utils.Database) -> None:
    """The table of toys."""
    db.table("toys").create({"name": str, "created": str}, pk="name")


class Toys(Operations, domain="toys"):
    """Toys."""

    tables = (TOYS,)
    migrations = "tests.core.platform.toys.operations:migrations"

    def __init__(self, context: Context, rollout: Rollout) -> None:
        self._records, self._clock, self._rollout = context.records, context.clock, rollout

    @operation("POST /toys", effect=Effect.WRITE, scope=Scope.PROJECTS)
    def add(self, name: ProjectName) -> Toy:
        """Add a toy.

        Args:
            name: Its name.
        """
        return self._records[TOYS].insert(Toy(name, self._clock.now()))

    @operation("GET /toys", effect=Effect.READ, scope=Scope.PROJECTS)
    def list(self) -> tuple[Toy, ...]:
        """List the toys."""
        return tuple(self._records[TOYS].where(order="name"))
