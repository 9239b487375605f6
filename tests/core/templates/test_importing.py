"""Importers of plugins: who is asked, in which order, and what becomes of one that fails."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sh0.errors import NotFound, PluginFailed
from sh0.importers.draft import Draft
from sh0.importers.importer import Importer
from sh0.plugin import hookimpl
from sh0.plugins import Plugins
from sh0.templates.importing.convert import convert
from sh0.templates.importing.installed import MEMORY
from sh0.templates.reading import read
from tests.core.stacks import parts

STALL = {"compose.yaml": "stall: fruit\nservices: {web: {image: 'web:1.2', ports: ['8000:80']}}\n"}
PLAIN = {"compose.yaml": "services: {web: {image: 'web:1.2'}}\n"}


def in_stalls(draft: Draft) -> bool:
    return "stall" in draft.content


def read_stall(draft: Draft) -> None:
    draft.about["title"] = f"Stall of {draft.content.pop('stall')}"
    draft.shown("web", 80)


def plugin(read: Callable[[Draft], None] = read_stall, name: str = "stalls") -> SimpleNamespace:
    return SimpleNamespace(
        sh0_importers=hookimpl(lambda: [Importer(name, in_stalls, read)]), __name__=f"shop of {name}"
    )


def plugins(*extra: object) -> Plugins:
    return Plugins(extra, installed=False)


def test_a_plugin_teaches_a_format_and_the_rest_is_done_for_it() -> None:
    made = convert(plugins(plugin()).importers(), STALL, "stall", None, MEMORY)
    assert made.format == "stalls"
    template = read(made.text, made.name)
    assert template.title == "Stall of fruit"
    assert [(exposure.service, exposure.port) for exposure in template.expose] == [("web", 80)]
    assert template.memory == MEMORY
    assert "stall is left out" not in [note.message for note in made.notes]


def test_files_that_no_importer_recognises_are_compose_files_like_any_other() -> None:
    assert convert(plugins(plugin()).importers(), PLAIN, "app", None, MEMORY).format == "compose"
    unread = convert(plugins().importers(), STALL, "app", None, MEMORY)
    assert unread.format == "compose"
    assert "stall is left out" in [note.message for note in unread.notes]


def test_the_format_that_is_asked_for_counts_whatever_the_files_look_like() -> None:
    importers = plugins(plugin()).importers()
    assert convert(importers, STALL, "app", "compose", MEMORY).format == "compose"
    with pytest.raises(NotFound, match="no importer for the format stals") as refused:
        convert(importers, STALL, "app", "stals", MEMORY)
    assert refused.value.hint == (
        "Did you mean stalls? There are compose, stalls; further ones come with plugins, such as sh0-plugins."
    )


def fail(draft: Draft) -> None:
    raise KeyError("stall")


def test_a_plugin_whose_importer_fails_is_named_and_left_out_the_next_time(caplog: pytest.LogCaptureFixture) -> None:
    both = plugins(plugin(), plugin(fail, "booths"))
    with pytest.raises(PluginFailed, match="the plugin shop of booths failed in its importer booths: KeyError"):
        convert(both.importers(), STALL, "app", "booths", MEMORY)
    assert both.failed == {"shop of booths"}
    assert convert(both.importers(), STALL, "app", None, MEMORY).format == "stalls"


def test_another_is_asked_instead_of_one_that_fails() -> None:
    both = plugins(plugin(), plugin(fail, "booths"))
    made = both.despite_failures(lambda: convert(both.importers(), STALL, "app", None, MEMORY))
    assert made.format == "stalls"
    assert both.failed == {"shop of booths"}  # it was asked first


def test_a_platform_imports_with_its_plugins(tmp_path: Path) -> None:
    with parts.stage(tmp_path, [plugin()]) as stage:
        convert_ = stage.core.platform.templates.convert
        assert convert_(STALL, name="fruit").format == "stalls"
        with pytest.raises(NotFound, match="no importer for the format tents"):
            convert_(STALL, format="tents")
