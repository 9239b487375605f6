"""The schema of ``sh0.db``, as the steps that led to it. Steps are added, never edited.

A sealed value opens in its place alone (`sh0.store.sealing.Place`). A step that renames a table, a key or a field, or
moves something inside one, seals anew what is sealed there.
"""

import json
import re

import sqlite_utils
from sqlite_utils import Migrations

migrations = Migrations("sh0")


@migrations()
def first_schema(db: sqlite_utils.Database) -> None:
    """Everything that the first release keeps."""
    db.table("facts").create({"name": str, "value": str}, pk="name")
    db.table("projects").create({"name": str, "network": str, "subnet": str, "created": str}, pk="name")
    db.table("apps").create(
        {
            "name": str,
            "project": str,
            "slot": int,
            "port": int,
            "branch": str,
            "root": str,
            "dockerfile": str,
            "replicas": int,
            "resources": str,
            "health": str,
            "stopped": str,
            "live": str,
            "created": str,
        },
        pk="name",
        foreign_keys=[("project", "projects", "name")],
    )
    db.table("apps").create_index(["slot"], unique=True)
    db.table("variables").create({"app": str, "name": str, "value": str, "changed": str}, pk=("app", "name"))
    db.table("domains").create(
        {"host": str, "app": str, "generated": str, "https": str, "created": str},
        pk="host",
        foreign_keys=[("app", "apps", "name")],
    )
    db.table("certificates").create(
        {"host": str, "issuer": str, "chain": str, "key": str, "expires": str, "created": str}, pk="host"
    )
    db.table("deployments").create(
        {
            "id": str,
            "app": str,
            "number": int,
            "reason": str,
            "source": str,
            "revision": str,
            "image": str,
            "snapshot": str,
            "requested_by": str,
            "state": str,
            "step": str,
            "steps": str,
            "failure": str,
            "created": str,
            "started": str,
            "finished": str,
        },
        pk="id",
        foreign_keys=[("app", "apps", "name")],
    )
    db.table("deployments").create_index(["app", "number"], unique=True)
    db.table("deployments").create_index(["state"])
    db.table("placements").create(
        {
            "container": str,
            "app": str,
            "deployment": str,
            "replica": int,
            "network": str,
            "address": str,
            "port": int,
        },
        pk="container",
    )
    db.table("placements").create_index(["network", "address"], unique=True)
    db.table("builds").create(
        {
            "key": str,
            "app": str,
            "image": str,
            "tag": str,
            "stack": str,
            "port": int,
            "fixed_port": str,
            "seconds": float,
            "created": str,
        },
        pk="key",
    )
    db.table("deploy_keys").create({"app": str, "public_key": str, "private_key": str, "created": str}, pk="app")
    db.table("ssh_keys").create(
        {"name": str, "public_key": str, "fingerprint": str, "grants": str, "created": str}, pk="name"
    )
    db.table("ssh_keys").create_index(["fingerprint"], unique=True)
    db.table("tokens").create(
        {"name": str, "digest": str, "grants": str, "app": str, "created": str, "expires": str}, pk="name"
    )
    db.table("tokens").create_index(["digest"], unique=True)
    db.table("events").create({"id": int, "time": str, "kind": str, "subject": str, "message": str}, pk="id")
    db.table("audit").create(
        {"id": int, "time": str, "caller": str, "operation": str, "arguments": str, "outcome": str}, pk="id"
    )


@migrations()
def stacks(db: sqlite_utils.Database) -> None:
    """Stacks of services, and their releases."""
    db.table("apps").add_column("stack", str)
    db.table("apps").add_column("doors", str, not_null_default="[]")
    db.table("domains").add_column("port", int)
    # The host's own network has one address for all who use it.
    db.execute("drop index idx_placements_network_address")
    db.execute(
        "create unique index idx_placements_address on placements (network, address)"
        " where network not in ('host', 'none')"
    )
    db.table("stacks").create(
        {"name": str, "project": str, "live": str, "template": str, "leaves": str, "created": str}, pk="name"
    )
    db.table("releases").create(
        {
            "id": str,
            "stack": str,
            "number": int,
            "reason": str,
            "template": str,
            "files": str,
            "variables": str,
            "profiles": str,
            "leaves": str,
            "services": str,
            "requested_by": str,
            "state": str,
            "step": str,
            "steps": str,
            "failure": str,
            "created": str,
            "finished": str,
        },
        pk="id",
        foreign_keys=[("stack", "stacks", "name")],
    )
    db.table("releases").create_index(["stack", "number"], unique=True)
    db.table("releases").create_index(["state"])


@migrations()
def processes(db: sqlite_utils.Database) -> None:
    """Apps have processes beside the one that gets requests."""
    db.table("apps").add_column("declared", str, not_null_default="{}")
    db.table("placements").add_column("process", str, not_null_default="web")


@migrations()
def checks(db: sqlite_utils.Database) -> None:
    """What the checks of deployments found, and what that does to them."""
    db.table("apps").add_column("checks", str)
    db.table("deployment_checks").create(
        {
            "deployment": str,
            "app": str,
            "mode": str,
            "score": int,
            "files": int,
            "findings": str,
            "suppressed": str,
            "broken": str,
            "notes": str,
        },
        pk="deployment",
        foreign_keys=[("deployment", "deployments", "id")],
    )


@migrations()
def what_serves(db: sqlite_utils.Database) -> None:
    """``live`` says of a deployment or a release that it serves now, no longer that it did once."""
    for table, owners in (("deployments", "apps"), ("releases", "stacks")):
        serving = f"select live from {owners} where live is not null"
        db.execute(f"update {table} set state = 'replaced' where state = 'live' and id not in ({serving})")
    stopped = "select live from apps where stopped = 'true'"
    db.execute(f"update deployments set state = 'stopped' where state = 'live' and id in ({stopped})")


@migrations()
def settings_of_deployments(db: sqlite_utils.Database) -> None:
    """A deployment keeps the settings that it changes, and what it warned of."""
    db.table("deployments").add_column("changes", str, not_null_default="{}")
    db.table("deployments").add_column("warnings", str, not_null_default="[]")
    db.table("releases").add_column("warnings", str, not_null_default="[]")


@migrations()
def kinds_of_mounts(db: sqlite_utils.Database) -> None:
    """A mount says whether it is a path of the host or a volume; until now its first character did."""
    for row in list(db.query("select id, snapshot from deployments where snapshot like '%\"mounts\"%'")):
        snapshot = json.loads(row["snapshot"])
        mounts = (snapshot.get("container") or {}).get("mounts") or []
        for mount in mounts:
            if mount["source"].startswith("/"):
                mount.pop("nocopy", None)
                mount["kind"] = "bind"
            else:
                mount["kind"] = "volume"
        if mounts:
            changed = {"snapshot": json.dumps(snapshot, ensure_ascii=False), "id": row["id"]}
            db.execute("update deployments set snapshot = :snapshot where id = :id", changed)


@migrations()
def permissions(db: sqlite_utils.Database) -> None:
    """A permission names its subject; those without one covered more than anybody had looked at, and are given anew."""
    for table in ("stacks", "releases"):
        db.execute(f"alter table {table} rename column leaves to permissions")
        db.execute(f"update {table} set permissions = '[]'")


@migrations()
def credentials(db: sqlite_utils.Database) -> None:
    """Credentials know who made them; keys can be confined and expire as tokens can."""
    db.table("ssh_keys").add_column("app", str)
    db.table("ssh_keys").add_column("expires", str)
    for table in ("ssh_keys", "tokens"):
        db.table(table).add_column("made_by", str, not_null_default="[]")


@migrations()
def addresses(db: sqlite_utils.Database) -> None:
    """The audit log says where a call came from."""
    db.table("audit").add_column("address", str, not_null_default="local")


@migrations()
def no_passwords_in_urls(db: sqlite_utils.Database) -> None:
    """URLs of repositories hold no password; those that were kept lose theirs, in records and in the audit log."""
    https, ssh = re.compile(r"((?:https?|git)://)[^/\s\"]*@"), re.compile(r"(ssh://[^/@:\s\"]*):[^/@\s\"]*@")
    for table, column in (("deployments", "source"), ("audit", "arguments")):
        for row in list(db.query(f"select id, {column} as text from {table} where {column} like '%://%@%'")):
            text = ssh.sub(r"\1@", https.sub(r"\1", row["text"]))
            db.execute(f"update {table} set {column} = :text where id = :id", {"text": text, "id": row["id"]})


@migrations()
def marked_variables(db: sqlite_utils.Database) -> None:
    """A variable can be marked as a secret, and so can those of a release."""
    db.table("variables").add_column("secret", int, not_null_default=0)
    db.table("releases").add_column("marked", str, not_null_default="[]")


@migrations()
def start_first(db: sqlite_utils.Database) -> None:
    """What a release does with a service is called as other orchestrators call it."""
    for row in list(db.query("select id, services from releases where services like '%\"beside\"%'")):
        services = json.loads(row["services"])
        for service in services:
            if service.get("action") == "beside":
                service["action"] = "start-first"
        changed = {"services": json.dumps(services, ensure_ascii=False), "id": row["id"]}
        db.execute("update releases set services = :services where id = :id", changed)


@migrations()
def repaired(db: sqlite_utils.Database) -> None:
    """What is repaired, and further ports of apps, are called as everybody calls them."""
    db.execute("update events set kind = 'container.repaired' where kind = 'container.mended'")
    db.execute("alter table apps rename column doors to ports")


@migrations()
def payloads(db: sqlite_utils.Database) -> None:
    """Events carry for programs what their sentences say to people."""
    db.table("events").add_column("payload", str)


@migrations()
def servers(db: sqlite_utils.Database) -> None:
    """Everything that runs somewhere says where; until now there was this machine alone."""
    for table in ("apps", "stacks", "placements", "builds"):
        db.table(table).add_column("server", str, not_null_default="local")
    db.table("projects").add_column("subnets", str, not_null_default="{}")
    db.execute("update projects set subnets = json_object('local', subnet) where subnet is not null")
    db.execute("alter table projects drop column subnet")
    for index in db.table("apps").indexes:
        if index.columns == ["slot"]:
            db.execute(f"drop index [{index.name}]")
    db.table("apps").create_index(["server", "slot"], unique=True)
    db.execute("drop index idx_placements_address")
    db.execute(
        "create unique index idx_placements_address on placements (server, network, address)"
        " where network not in ('host', 'none')"
    )


@migrations()
def schedules(db: sqlite_utils.Database) -> None:
    """What runs at its times goes on with them after a restart."""
    columns = {"name": str, "next": str, "last": str, "seconds": float, "problem": str}
    db.table("schedules").create(columns, pk="name")


@migrations()
def update_order(db: sqlite_utils.Database) -> None:
    """Whether a new container starts before the old one stops has the names that Compose has for it."""
    for row in list(db.query("select id, snapshot from deployments where snapshot like '%\"together\"%'")):
        snapshot = json.loads(row["snapshot"])
        together = snapshot.pop("together")
        snapshot["update_order"] = None if together is None else "start-first" if together else "stop-first"
        changed = {"snapshot": json.dumps(snapshot, ensure_ascii=False), "id": row["id"]}
        db.execute("update deployments set snapshot = :snapshot where id = :id", changed)


@migrations()
def quarantine(db: sqlite_utils.Database) -> None:
    """What is pushed is found by the name of a folder; paths of the home stand in no record."""
    for row in list(db.query("select id, source from deployments where source like '%\"objects\"%'")):
        source = json.loads(row["source"])
        if source.get("kind") == "push":
            source.pop("objects", None)
            changed = {"source": json.dumps(source, ensure_ascii=False), "id": row["id"]}
            db.execute("update deployments set source = :source where id = :id", changed)


@migrations()
def volumes(db: sqlite_utils.Database) -> None:
    """Data that outlasts the containers of apps, and how large it was."""
    db.table("volumes").create(
        {
            "source": str,
            "name": str,
            "app": str,
            "stack": str,
            "project": str,
            "server": str,
            "created": str,
            "attachment": str,
            "deleted": str,
            "ready": str,
        },
        pk="source",
    )
    db.table("volumes").create_index(["app"])
    db.table("volume_sizes").create({"source": str, "day": str, "measured": str, "size": int}, pk=("source", "day"))


@migrations()
def process_settings(db: sqlite_utils.Database) -> None:
    """Each process of an app has settings of its own."""
    db.table("apps").add_column("processes", str, not_null_default="{}")


@migrations()
def log_retention(db: sqlite_utils.Database) -> None:
    """How much is kept of what an app prints."""
    db.execute("""alter table apps add column logs text not null default '{"keep": 604800.0, "size": 104857600}'""")


@migrations()
def release_command(db: sqlite_utils.Database) -> None:
    """An app may have a command that runs before each new version of it starts."""
    db.table("apps").add_column("release", str, not_null_default="")


@migrations()
def builds_of_apps(db: sqlite_utils.Database) -> None:
    """An app says which stage of its Dockerfile is built, and with which variables."""
    db.table("apps").add_column("target", str, not_null_default="")
    columns = {"app": str, "name": str, "value": str, "changed": str, "secret": int}
    db.table("build_variables").create(columns, pk=("app", "name"), defaults={"secret": 0}, not_null={"secret"})


@migrations()
def restarted_process(db: sqlite_utils.Database) -> None:
    """A restart may be one of a single process."""
    db.table("deployments").add_column("process", str)
