"""What the variables of a template come to: what somebody gave, what was kept, what is made. Pure but for chance."""

import difflib
from collections.abc import Mapping

import attrs

from sh0.errors import Invalid
from sh0.templates import generators
from sh0.templates.demands.variables import refusal
from sh0.templates.model import Template, TemplateVariable
from sh0.values import Secret

__all__ = ["Answers", "answer", "demand_all"]


@attrs.frozen
class Answers:
    """The values of all variables of a template, but for those that are asked for.

    Attributes:
        values: Values by name.
        made: Names of those that were made just now, in the order of the template.
        asked: Required variables that nobody has given.
    """

    values: Mapping[str, Secret]
    made: tuple[str, ...]
    asked: tuple[TemplateVariable, ...]


def answer(template: Template, given: Mapping[str, Secret], kept: Mapping[str, Secret] | None = None) -> Answers:
    """Find a value for each variable: given now, else kept from before, else its default, else made.

    Args:
        template: The template.
        given: What somebody gives now.
        kept: Values of an earlier deployment; those of variables that are gone are left out.

    Raises:
        Invalid: A value is given for what is no variable of the template, or one that its type refuses.
    """
    known = {variable.name: variable for variable in template.variables}
    _refuse_unknown(template, given, known)
    values: dict[str, Secret] = {}
    made: list[str] = []
    asked: list[TemplateVariable] = []
    for name, variable in known.items():
        if name in given:
            _refuse_wrong(template, variable, given[name])
            values[name] = given[name]
        elif kept and name in kept:
            values[name] = kept[name]
        elif variable.generate:
            values[name] = generators.generate(generators.parse(variable.generate))
            made.append(name)
        elif variable.required:
            asked.append(variable)
        else:
            values[name] = Secret(variable.default or "")
    return Answers(values, tuple(made), tuple(asked))


def demand_all(template: Template, answers: Answers) -> None:
    """Refuse to go on while something is asked for.

    Raises:
        Invalid: Something is; the message says what each is for.
    """
    if answers.asked:
        lines = [f"{variable.name}: {variable.description}" for variable in answers.asked]
        names = [variable.name for variable in answers.asked]
        raise Invalid(
            "\n".join([f"{template.name} needs what only you can say:", *lines]),
            hint="Give it: " + " ".join(f"-e {name}=…" for name in names),
            variables=names,
        )


def _refuse_unknown(template: Template, given: Mapping[str, Secret], known: Mapping[str, object]) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"It has {', '.join(known) or 'none'}."
            raise Invalid(f"{template.name} has no variable {name}", hint=hint)


def _refuse_wrong(template: Template, variable: TemplateVariable, value: Secret) -> None:
    text = value.reveal()
    reason = refusal(variable, text)
    if variable.required and not text:
        reason = "it is required"
    if reason and (text or variable.required):
        raise Invalid(f"{template.name}: {variable.name}: {reason}", hint=variable.description)
