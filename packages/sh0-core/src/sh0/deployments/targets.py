"""What a rollback returns to, of an app or of a stack."""

from collections.abc import Callable, Iterable, Sequence

from sh0.deployments.earlier import Served, last_that_differs
from sh0.errors import NotFound, Sh0Error, WrongState
from sh0.jobs.kind import R
from sh0.jobs.runs import Runs
from sh0.jobs.sentences import stands

_LISTED = 10  # versions that are named at most


def target(
    runs: Runs[R],
    live: R,
    to: str | None,
    described: Callable[[Sequence[R]], Iterable[Served]],
    problem: Callable[[R], Sh0Error | None],
    noun: str,
    command: str,
) -> R:
    """The run to return to.

    Args:
        runs: Those among which it is.
        live: The one that serves.
        to: Id of it; None for the last one that differs from what serves and can run.
        described: What each of them, newest first, runs with.
        problem: Why one of them cannot run, or None.
        noun: What they are called.
        command: Rolls back; ``--to`` and an id may follow.

    Raises:
        NotFound: There is no such run, or none before.
        WrongState: That run never went live, or no earlier one differs.
        Sh0Error: It cannot run, or none of those that differ can; what `problem` says.
    """
    owner = runs.kind.whose(live)
    if to is not None:
        found = runs.get(owner, to)
        if not runs.kind.succeeded(found):
            raise WrongState(f"{to} never went live: {stands('it', found.state)}", hint="Choose one that did.")
        return _able(found, problem)
    served = [
        each for each in runs.list(owner) if runs.kind.succeeded(each) or each.id == live.id
    ]  # it may drain still
    known = {each.id: each for each in served}
    looked: dict[str, Sh0Error | None] = {}

    def runnable(one: Served) -> bool:
        looked[one.id] = problem(known[one.id])
        return looked[one.id] is None

    differs = last_that_differs(list(described(served)), live.id, runnable)
    if differs is not None:
        return known[differs.id]
    if problems := [each for each in looked.values() if each is not None]:
        raise problems[0]
    others = [each.id for each in served if each.id != live.id]
    if not others:
        raise NotFound(f"{owner} has no {noun} before {live.id}", hint=f"See '{runs.kind.listing} {owner}'.")
    raise WrongState(
        f"no {noun} of {owner} before {live.id} differs from it: {', '.join(others[:_LISTED])}",
        hint=f"Return to one of them with: {command} --to {others[0]}",
        **{f"{runs.kind.name}s": others[:_LISTED]},
    )


def _able(run: R, problem: Callable[[R], Sh0Error | None]) -> R:
    if (error := problem(run)) is not None:
        raise error
    return run
