"""What a plugin gives is looked at where it arrives: a wrong field is the plugin's, and is named."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import attrs
import pytest

from sh0.checking.checker import Checker
from sh0.errors import PluginFailed
from sh0.plugin import Category, Detection, Hit, Recipe, Rule, Severity, SourceTree, Subject, hookimpl
from sh0.plugins import Plugins

RULE = Rule(
    *("ODD-001", Category.RUNTIME, Severity.WARNING, "title", "why", "remedy", "https://example.org", Subject.FILE),
    check=lambda file: (),
    files=("odd.toml",),
)


def plugins(**hooks: object) -> Plugins:
    given = {name: hookimpl(lambda answer=answer: answer) for name, answer in hooks.items()}
    return Plugins([SimpleNamespace(__name__="odd", **given)], installed=False)


def detected(found: object, tree: Path) -> object:
    (recipe,) = plugins(sh0_recipes=[Recipe("odd", lambda project: cast(Any, found))]).recipes()
    return recipe.detect(SourceTree(tree))


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({"stack": "odd"}, "expected Detection, not dict"),
        (Detection("odd", start=cast(Any, "python app.py")), "Detection.start: expected a list of a text, not str"),
        (Detection("odd", port=cast(Any, "8000")), "Detection.port: expected a whole number or None, not str"),
        (Detection(cast(Any, 5)), "Detection.stack: expected a text"),
        (Detection("odd", environment=cast(Any, {"A": 1})), "Detection.environment: expected a mapping of"),
        (Detection("odd", install=cast(Any, ("a", None))), "Detection.install: expected a list of a text"),
    ],
    ids=str,
)
def test_a_recipe_that_finds_something_else_has_failed(found: object, problem: str, tmp_path: Path) -> None:
    with pytest.raises(PluginFailed) as caught:
        detected(found, tmp_path)
    assert "the plugin odd failed in its recipe odd" in caught.value.message
    assert problem in caught.value.message


@pytest.mark.parametrize("found", [None, Detection("odd"), Detection("odd", start=cast(Any, ["a", "b"]))], ids=str)
def test_what_fits_is_passed_on(found: object, tmp_path: Path) -> None:
    assert detected(found, tmp_path) == found


@pytest.mark.parametrize(
    "change", [{"files": "odd.toml"}, {"severity": "warning"}, {"trigger": b"x"}, {"id": 1}], ids=str
)
def test_a_rule_with_a_wrong_field_has_no_effect_and_is_told(change: dict[str, Any]) -> None:
    found = plugins(sh0_rules=[attrs.evolve(RULE, **change), RULE])
    assert [rule for _, rule in found._collect("sh0_rules", Rule)] == [RULE]
    (described,) = found.describe()
    assert f"sh0_rules gave what has no effect: Rule.{next(iter(change))}: expected" in described.warnings[0]


def test_a_recipe_without_a_function_is_told() -> None:
    found = plugins(sh0_recipes=[Recipe("odd", cast(Any, "detect"))])
    assert found.recipes() == ()
    assert "Recipe.detect: expected a function" in found.describe()[0].warnings[0]


@pytest.mark.parametrize(
    "hit", [5, "text", None, Hit(cast(Any, 5)), Hit("x", cast(Any, "1")), Hit("x", path=cast(Any, 1))]
)
def test_a_hit_that_is_none_breaks_the_rule_and_not_the_check(hit: object, tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text("x = 1\n")
    rule = attrs.evolve(RULE, check=lambda file: cast(Any, [Hit("found", 1), hit]))
    report = Checker((rule,), {"ODD-001": "odd"}).folder(tmp_path)
    (broken,) = report.broken
    assert (broken.rule, broken.plugin, broken.error.startswith("TypeError: ")) == ("ODD-001", "odd", True)
