"""Values of what runs at certain times: schedules of cron, time zones, how long and how often."""

from datetime import UTC, datetime
from typing import Annotated

from sh0.rule import Rule, harmful

__all__ = ["CronExpression", "JobSeconds", "PingUrl", "Retries", "TimeZone"]

_NAMED_TIMES = {  # crontab(5)
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


def _cron(value: str) -> str:
    from cronsim import CronSim, CronSimError

    words = _NAMED_TIMES.get(value.strip().lower()) or " ".join(value.split())
    if harmful(value) is not None:
        raise ValueError(f"{value!r:.80} is not a schedule of cron: it is one line")
    try:
        CronSim(words, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"{value!r:.80} is not a schedule of cron: {error}") from None
    return words


CronExpression = Annotated[
    str,
    Rule(
        "a schedule of cron",
        "five fields: minute, hour, day of the month, month, day of the week; or @hourly, @daily, @weekly, @monthly or "
        "@yearly",
        pattern=r"\S+( \S+){4}|@[a-z]+",
        maximum=200,
        normalise=_cron,
        example="0 3 * * *",
    ),
]


def _time_zone(value: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r:.80} is not a time zone: name one as in Europe/Berlin, or UTC") from None
    return value


TimeZone = Annotated[
    str,
    Rule(
        "a time zone",
        "its name in the database of time zones, as in Europe/Berlin",
        pattern=r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*",
        maximum=60,
        normalise=_time_zone,
        example="Europe/Berlin",
    ),
]
PingUrl = Annotated[
    str,
    Rule(
        "a URL to call",
        "http:// or https://, a host and a path, without a password, a query or a fragment",
        pattern=r"https?://[A-Za-z0-9.:\[\]_-]+(?:/[!-~]*)?",
        forbids=r"[?#@\\]",
        maximum=1000,
        example="https://hc-ping.com/5f1c0a52",
    ),
]
JobSeconds = Annotated[float, Rule("a time in seconds", "a number between 1 and 86400", minimum=1, maximum=86_400)]
Retries = Annotated[int, Rule("a number of retries", "a number between 0 and 10", minimum=0, maximum=10)]
