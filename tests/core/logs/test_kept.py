"""The kept logs of all apps: what is too old goes, and so does what is left of apps that are gone."""

from pathlib import Path

import attrs

from sh0.logs.kept import KeptLogs
from sh0.ports.runtime import LogLine
from sh0.records.app import LogRetention
from sh0.testing.clock import FakeClock


def test_what_is_too_old_and_what_is_of_no_app_goes(tmp_path: Path) -> None:
    clock, bounds = FakeClock(), {"shop": LogRetention(keep=60.0), "blog": LogRetention()}
    kept = KeptLogs(tmp_path, clock, bounds.get)
    for app in ("shop", "blog", "gone"):
        kept.of(app).append([LogLine(clock.now(), "stdout", "a", "c")], 1 << 20)
    kept.tidy({"shop", "blog", "gone"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blog", "shop"]
    clock.advance(61)
    kept.tidy({"shop", "blog"})
    assert kept.of("shop").state().parts == ()
    assert len(kept.of("blog").state().parts) == 1


def test_how_much_is_kept_is_asked_again_after_a_moment(tmp_path: Path) -> None:
    clock, bounds = FakeClock(), {"shop": LogRetention()}
    kept = KeptLogs(tmp_path, clock, bounds.get)
    assert kept.retention("shop") == LogRetention()
    bounds["shop"] = attrs.evolve(bounds["shop"], keep=1.0)
    clock.advance(10)
    assert kept.retention("shop") == LogRetention(keep=1.0)
    assert kept.retention("gone") is None


def test_an_app_of_the_same_name_begins_with_nothing(tmp_path: Path) -> None:
    clock = FakeClock()
    kept = KeptLogs(tmp_path, clock, lambda app: LogRetention())
    log = kept.of("shop")
    log.append([LogLine(clock.now(), "stdout", "a", "c")], 1 << 20)
    kept.remove("shop")
    assert log.closed
    assert kept.of("shop").state().parts == ()
    assert not kept.of("shop").closed
