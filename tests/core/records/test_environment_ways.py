"""What a container's environment may come to is the same, whoever says it: an operator, sh0.yaml or a Compose file."""

from collections.abc import Callable, Mapping

import pytest

from sh0.errors import Invalid
from sh0.manifest import effect
from sh0.manifest.model import EnvironmentVariable, Manifest
from sh0.records.environment_size import LONGEST
from sh0.values import Secret
from tests.core.shop import Shop
from tests.core.stacks.parts import Stage

LARGE = "x" * (LONGEST - 4)  # with "A0=" and the NUL at its end it fits
FITS = {f"A{number}": LARGE for number in range(7)}
TOO_MUCH = {f"A{number}": LARGE for number in range(9)}
TOO_LONG = {"A0": LARGE + "x"}

FILE = "services:\n  web:\n    image: web:1\n    expose: ['80']\n    environment:\n"


def operator(stage: Stage, variables: Mapping[str, str]) -> None:
    shop = Shop(stage)
    for name, value in variables.items():
        shop.platform.env.set("shop", {name: Secret(value)})


def compose_file(stage: Stage, variables: Mapping[str, str]) -> None:
    stage.plan(FILE + "".join(f"      {name}: '{value}'\n" for name, value in variables.items()))


def file_and_operator(stage: Stage, variables: Mapping[str, str]) -> None:
    """Each alone would fit."""
    *some, last = variables
    stage.up(FILE + "".join(f"      {name}: '{variables[name]}'\n" for name in some))
    stage.core.platform.env.set("shop-web", {last: Secret(variables[last])})


def manifest_file(stage: Stage, variables: Mapping[str, str]) -> None:
    shop = Shop(stage)
    manifest = Manifest(environment={name: EnvironmentVariable(value=value) for name, value in variables.items()})
    effect.demand_variables("shop", effect.snapshot_with(shop.deploy().snapshot, manifest), manifest)


WAYS: Mapping[str, Callable[[Stage, Mapping[str, str]], None]] = {
    "operator": operator,
    "compose": compose_file,
    "sh0.yaml": manifest_file,
    "compose and operator": file_and_operator,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_fits_is_taken(stage: Stage, way: str) -> None:
    WAYS[way](stage, FITS)


@pytest.mark.parametrize("way", WAYS)
def test_one_variable_is_no_longer_than_the_kernel_takes(stage: Stage, way: str) -> None:
    with pytest.raises(Invalid, match=r"A0.*(the kernel takes at most|the kernel takes no longer)"):
        WAYS[way](stage, {"B": "x", **TOO_LONG} if way == "compose and operator" else TOO_LONG)


@pytest.mark.parametrize("way", WAYS)
def test_all_variables_together_fit_as_well(stage: Stage, way: str) -> None:
    with pytest.raises(Invalid, match=r"all variables together|is larger than"):
        WAYS[way](stage, TOO_MUCH)
