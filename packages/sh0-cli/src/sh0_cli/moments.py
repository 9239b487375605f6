"""Moments on the command line: as a time, or as how long ago they were."""

import re
from datetime import UTC, datetime, timedelta

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A moment."""

    name = "since"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a moment; a time without a zone is UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        if match := re.fullmatch(r"(\d{1,9})([smhd])", text):
            return datetime.now(UTC) - timedelta(seconds=int(match[1]) * _UNITS[match[2]])
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no time: write 10m, 2h, 1d, or 2026-01-31T12:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class IdOrMoment(Moment):
    """The id of an item, or a moment."""

    def convert(  # type: ignore[override]
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | datetime:
        """Read digits as an id, anything else as a moment."""
        if isinstance(value, int):
            return value
        text = str(value)
        return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else super().convert(value, param, ctx)
