"""Every table of a home, typed."""

import json

from sh0.access.model import SshKey, Token
from sh0.apps.model import App
from sh0.builds.records import Build
from sh0.certificates.model import Certificate
from sh0.deployments.findings import DeploymentChecks
from sh0.deployments.model import Deployment, Placement
from sh0.domains.model import Domain
from sh0.environment.model import Variable
from sh0.git.records import DeployKey
from sh0.journal.model import AuditEntry, Event
from sh0.projects.model import Project
from sh0.stacks.model import Release, Stack
from sh0.store import Database, Table
from sh0.store.sealing import place_of


class Records:
    """The tables of one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transaction = database.transaction
        self.projects = Table(database, "projects", Project, ("name",), "project")
        self.apps = Table(database, "apps", App, ("name",), "app")
        self.variables = Table(database, "variables", Variable, ("app", "name"), "variable")
        self.domains = Table(database, "domains", Domain, ("host",), "host name")
        self.certificates = Table(database, "certificates", Certificate, ("host",), "certificate for")
        self.deployments = Table(database, "deployments", Deployment, ("id",), "deployment")
        self.checks = Table(database, "deployment_checks", DeploymentChecks, ("deployment",), "check of")
        self.stacks = Table(database, "stacks", Stack, ("name",), "stack")
        self.releases = Table(database, "releases", Release, ("id",), "release")
        self.placements = Table(database, "placements", Placement, ("container",), "container")
        self.builds = Table(database, "builds", Build, ("key",), "build")
        self.deploy_keys = Table(database, "deploy_keys", DeployKey, ("app",), "deploy key of")
        self.ssh_keys = Table(database, "ssh_keys", SshKey, ("name",), "SSH key")
        self.tokens = Table(database, "tokens", Token, ("name",), "token")
        self.events = Table(database, "events", Event, ("id",), "event")
        self.audit = Table(database, "audit", AuditEntry, ("id",), "audit entry")

        self._seal_declared()
        self._bind_secrets()

    def _bind_secrets(self) -> None:
        """Bind secrets to their records, once for a database in which they are not; from then on all are."""
        if self.database.query("select 1 from facts where name = 'secrets'"):
            return
        with self.transaction():
            for table in [each for each in vars(self).values() if isinstance(each, Table)]:
                table.bind()
            self.database.execute("insert into facts values ('secrets', 'bound')")

    def _seal_declared(self) -> None:
        """Seal what ``sh0.yaml`` declares, once for a database in which it is kept in clear."""
        if self.database.query("select 1 from facts where name = 'declared'"):
            return
        bound = self.database.query("select 1 from facts where name = 'secrets'")
        with self.transaction():
            for table, key, field, path in (
                ("apps", "name", "declared", ()),
                ("deployments", "id", "snapshot", ("declared",)),
            ):
                for row in self.database.query(f"select {key} as key, {field} as text from {table}"):
                    value = declared = json.loads(row["text"])
                    for name in path:
                        declared = declared.get(name, {})
                    kept = declared.get("environment", {})
                    place = place_of(table, [row["key"]], field) if bound else None
                    for name, text in kept.items():
                        kept[name] = self.database.sealing.secret(text, place)
                    if kept:
                        text = json.dumps(value, ensure_ascii=False)
                        change = f"update {table} set {field} = :text where {key} = :key"
                        self.database.execute(change, {"text": text, "key": row["key"]})
            self.database.execute("insert into facts values ('declared', 'sealed')")

    def next_id(self, table: str) -> int:
        """The next number of a table that counts up. Call it inside a transaction."""
        return int(self.database.query(f"select coalesce(max(id), 0) + 1 as next from {table}")[0]["next"])
