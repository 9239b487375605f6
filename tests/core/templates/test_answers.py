"""What the variables of a template come to."""

import pytest

from sh0.errors import Invalid
from sh0.templates.answers import Answers, answer, demand_all
from sh0.templates.model import Template, TemplateCategory, TemplateLinks, TemplateVariable, VariableType
from sh0.values import ByteSize, FileText, Secret

MAIL = TemplateVariable("MAIL", "Where mail goes.", VariableType.EMAIL, required=True)
LEVEL = TemplateVariable("LEVEL", "How much is logged.", VariableType.CHOICE, ("info", "debug"), default="info")
KEY = TemplateVariable("KEY", "Signs sessions.", VariableType.SECRET, generate="hex:16")
NOTE = TemplateVariable("NOTE", "Anything.")


def template(*variables: TemplateVariable) -> Template:
    return Template(
        name="shop",
        title="Shop",
        revision=1,
        summary="A shop.",
        categories=(TemplateCategory.WEB,),
        tags=(),
        icon=None,
        links=TemplateLinks(),
        source="",
        memory=ByteSize(1),
        expose=(),
        variables=variables,
        permissions={},
        unpinned={},
        images=(),
        text=FileText(""),
    )


SHOP = template(MAIL, LEVEL, KEY, NOTE)


def secrets(**values: str) -> dict[str, Secret]:
    return {name: Secret(value) for name, value in values.items()}


def test_what_nobody_gives_is_asked_for_made_or_has_its_default() -> None:
    found = answer(SHOP, {})
    assert (found.asked, found.made) == ((MAIL,), ("KEY",))
    assert set(found.values) == {"LEVEL", "KEY", "NOTE"}
    assert (found.values["LEVEL"], found.values["NOTE"]) == (Secret("info"), Secret(""))
    assert len(found.values["KEY"].reveal()) == 16
    assert found.values["KEY"] != answer(SHOP, {}).values["KEY"]


def test_what_is_given_comes_before_what_was_kept_and_that_before_anything_else() -> None:
    kept = secrets(MAIL="old@a.test", LEVEL="debug", KEY="kept", GONE="x")
    given = secrets(MAIL="new@a.test")
    assert answer(SHOP, given, kept) == Answers(secrets(MAIL="new@a.test", LEVEL="debug", KEY="kept", NOTE=""), (), ())
    assert answer(SHOP, secrets(MAIL="a@a.test", KEY="mine")).values["KEY"] == Secret("mine")


@pytest.mark.parametrize("name", ["LEVEL", "KEY", "NOTE"])
def test_an_empty_value_stands_for_one_that_is_not_required(name: str) -> None:
    assert answer(SHOP, {name: Secret("")}).values[name] == Secret("")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (secrets(MAIL="nobody"), "MAIL: expected an e-mail address"),
        (secrets(MAIL=""), "MAIL: it is required"),
        (secrets(LEVEL="loud"), "LEVEL: expected one of info, debug"),
    ],
)
def test_a_value_that_its_variable_refuses_is_refused_with_what_the_variable_is_for(
    given: dict[str, Secret], said: str
) -> None:
    with pytest.raises(Invalid, match=f"shop: {said}") as refused:
        answer(SHOP, given)
    assert refused.value.hint in (MAIL.description, LEVEL.description)


@pytest.mark.parametrize(
    ("variables", "name", "hint"),
    [
        ((MAIL, LEVEL), "LEVLE", "LEVEL?"),
        ((MAIL, LEVEL), "QUITE_ANOTHER", "MAIL, LEVEL"),
        ((), "ANY", "none"),
    ],
)
def test_a_name_that_the_template_does_not_have_is_refused_with_one_that_it_has(
    variables: tuple[TemplateVariable, ...], name: str, hint: str
) -> None:
    with pytest.raises(Invalid, match=f"shop has no variable {name}") as refused:
        answer(template(*variables), {name: Secret("x")})
    assert hint in refused.value.hint


def test_what_is_still_asked_for_is_named_with_what_it_is_for() -> None:
    demand_all(SHOP, answer(SHOP, secrets(MAIL="a@a.test")))
    with pytest.raises(Invalid) as refused:
        demand_all(SHOP, answer(template(MAIL, TemplateVariable("ZONE", "Whose time.", required=True)), {}))
    assert refused.value.message.splitlines()[1:] == ["MAIL: Where mail goes.", "ZONE: Whose time."]
    assert refused.value.hint.endswith("-e MAIL=… -e ZONE=…")
    assert refused.value.details["variables"] == ["MAIL", "ZONE"]
