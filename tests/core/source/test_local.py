"""Folders and files of this machine that a program names."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sh0
from sh0.errors import InvalidValue, NotFound

TAKE_A_FOLDER = {
    name: function
    for name in sh0.__all__
    if inspect.isfunction(function := getattr(sh0, name))
    and next(iter(inspect.signature(function).parameters), "") == "folder"
}


def call(function: Callable[..., Any], folder: object) -> object:
    more = {"app": "shop"} if "app" in inspect.signature(function).parameters else {}
    return function(folder, **more)


def test_all_of_them_are_tried() -> None:
    assert {"pack", "pack_app", "pack_compose", "check_folder", "detect_folder", "plan_compose"} <= {*TAKE_A_FOLDER}


@pytest.mark.parametrize("name", TAKE_A_FOLDER)
def test_a_folder_that_is_not_there_is_no_empty_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotFound, match="missing does not exist"):
        call(TAKE_A_FOLDER[name], tmp_path / "missing")
    with pytest.raises(NotFound, match="file is no folder"):
        call(TAKE_A_FOLDER[name], str(tmp_path / "file"))
    with pytest.raises(InvalidValue, match="is named"):
        call(TAKE_A_FOLDER[name], "")
