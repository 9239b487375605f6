"""Operations on projects."""

from typing import TYPE_CHECKING

from sh0.errors import NameTaken, WrongState
from sh0.operations import Effect, Operations, Scope, operation
from sh0.records.app import APPS
from sh0.records.project import PROJECTS, Project
from sh0.values import ProjectName

if TYPE_CHECKING:
    from sh0.context import Context


class Projects(Operations, domain="projects"):
    """Groups of apps, each on a network of its own."""

    tables = (PROJECTS,)

    def __init__(self, context: "Context") -> None:
        self._context, self._records = context, context.records

    @operation("POST /projects", effect=Effect.WRITE, scope=Scope.PROJECTS)
    def create(self, name: ProjectName) -> Project:
        """Create a project.

        Args:
            name: Unique on this platform.

        Raises:
            NameTaken: There is a project of that name.
        """
        if self._records[PROJECTS].find(name):
            raise NameTaken(f"there is a project {name}", hint="Choose another name.")
        return self._records[PROJECTS].insert(
            Project(name, f"sh0-{self._context.home_id}-{name}", {}, self._context.clock.now())
        )

    @operation("GET /projects", effect=Effect.READ, scope=Scope.PROJECTS)
    def list(self) -> tuple[Project, ...]:
        """List the projects."""
        return tuple(self._records[PROJECTS].where(order="name"))

    @operation("GET /projects/{project}", effect=Effect.READ, scope=Scope.PROJECTS)
    def get(self, project: ProjectName) -> Project:
        """Show one project.

        Args:
            project: Its name.

        Raises:
            NotFound: There is no such project.
        """
        return self._records[PROJECTS].get(project)

    @operation("DELETE /projects/{project}", effect=Effect.DESTROY, scope=Scope.PROJECTS)
    def delete(self, project: ProjectName) -> None:
        """Delete a project that has no apps, its network and its variables.

        Args:
            project: Its name.

        Raises:
            NotFound: There is no such project.
            WrongState: It still has apps.
        """
        record = self._records[PROJECTS].get(project)
        apps = [app.name for app in self._records[APPS].where(project=project)]
        if apps:
            raise WrongState(f"the project {project} has apps: {', '.join(apps)}", hint="Delete them first.")
        for server in record.subnets:
            self._context.fleet.at(server).runtime.remove_network(record.network)
        with self._records.transaction():
            self._records.database.execute(
                "delete from shared_variables where project = :project", {"project": project}
            )
            self._records[PROJECTS].delete(project)
