"""``sh0 schedules``."""

from sh0_cli.command import command
from sh0_cli.session import Session, pass_session


@command("schedules")
@pass_session
def schedules(session: Session) -> None:
    """List what runs at its times, when each runs next, and how the last run went."""
    from sh0_cli.records import show

    show(session.output, session.platform.schedules.list())
