"""What may be done after an operation, for people who have just called it."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from sh0_cli.addresses import git_url, reachable
from sh0_cli.session import Session

Arguments = Mapping[str, object]


def after(session: Session, operation: str, arguments: Arguments) -> None:
    """Say what comes next, if there is something to say."""
    if operation in _NEXT and not session.output.json:
        _NEXT[operation](session, arguments)


def _created(session: Session, arguments: Arguments) -> None:
    """The addresses of a new app, and the two ways to deploy it."""
    from sh0 import Sh0Error

    output, platform, name = session.output, session.platform, str(arguments["name"])
    rows: list[tuple[str, str]] = []
    try:
        rows += [("url", url) for url in platform.apps.status(name).urls]
        status = platform.system.status()
        git = f"ssh://git@{reachable(status.bind)}:{status.git_port}/{name}"
        rows.append(("git", git))
    except Sh0Error:  # a token may be allowed to make an app and not to look at the platform
        git = ""
    output.pairs(rows)
    branch = platform.apps.get(name).branch
    ways = [f"sh0 push --app {name}", *([f"git push {git} {branch}"] if git else [])]
    output.say(f"Deploy it: {', or '.join(ways)}")


def _added(session: Session, arguments: Arguments) -> None:
    """The URL that a new host name makes, and what has to lead there."""
    from sh0 import Sh0Error

    host, app = str(arguments["host"]), str(arguments["app"])
    try:
        found = session.platform.apps.status(app).urls
    except Sh0Error:  # a token may be allowed to add a host name and not to look at the app
        found = ()
    url = next((url for url in found if urlsplit(url).hostname == host.lower().rstrip(".")), "")
    if url:
        session.output.pairs([("url", url)])
    session.output.say(f"It leads to {app} as soon as its DNS record names this server.")


def _key_added(session: Session, arguments: Arguments) -> None:
    """Where to push."""
    session.output.say(f"Push with it: git push {git_url(session.platform, 'APP')}")


_NEXT: Mapping[str, Callable[[Session, Arguments], None]] = {
    "apps.create": _created,
    "domains.add": _added,
    "keys.add": _key_added,
    "volumes.create": lambda session, arguments: session.output.say(
        f"Mount it: sh0 volumes attach {arguments['app']} {arguments['volume']} /PATH"
    ),
    "projects.create": lambda session, arguments: session.output.say(
        f"Make an app in it: sh0 apps create NAME --project {arguments['name']}"
    ),
}
