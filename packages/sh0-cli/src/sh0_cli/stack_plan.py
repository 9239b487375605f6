"""A plan of a stack on the screen."""

import shlex

from sh0 import Action, StackPlan
from sh0_cli.output import Output


def show_plan(output: Output, plan: StackPlan) -> None:
    """Print what a release would do, what it asks permission for, and what sh0 does in another way."""
    if output.pretty:
        output.say(f"{plan.stack}{'  (new)' if plan.new else ''}", "bold")
    rows = []
    for each in plan.services:
        reached = [*(route.host for route in each.routes), *each.published]
        rows.append((each.service, each.action.value, each.image, ", ".join(reached), ", ".join(each.after)))
    output.table(["service", "action", "image", "reached at", "after"], rows)
    _reasons(output, plan)
    _volumes(output, plan)
    _permissions(output, plan)
    if plan.notes:
        _heading(output, "What sh0 does differently")
        notes = [(str(note.place), note.service or "–", note.message) for note in plan.notes]
        output.table(["place", "service", "note"], notes)
    for text in plan.unknown:
        output.say(f"unknown  {text}", "dim")


def _reasons(output: Output, plan: StackPlan) -> None:
    rows = [(each.service, each.action.value, "; ".join(each.why)) for each in plan.services if each.why]
    if not rows:
        return
    _heading(output, "Why")
    output.table(["service", "action", "because"], rows)
    if output.pretty and any(each.action is Action.RECREATE for each in plan.services):
        output.say("What is recreated is away from the stop of its old container until the new one is healthy.", "dim")


def _volumes(output: Output, plan: StackPlan) -> None:
    if plan.volumes:
        _heading(output, "Volumes")
        rows = [(v.key, "made" if v.new else "kept", v.name, v.why) for v in plan.volumes]
        output.table(["volume", "", "on the engine", "why"], rows)


def _permissions(output: Output, plan: StackPlan) -> None:
    if plan.needs:
        _heading(output, "Needs permission")
        rows = [
            (
                shlex.quote(need.permission.text),
                "allowed" if need.given else "NOT ALLOWED",
                need.service or "–",
                need.where,
                need.message,
            )
            for need in plan.needs
        ]
        output.table(["--allow", "", "service", "place", "what it means"], rows)


def _heading(output: Output, text: str) -> None:
    output.heading(text)
