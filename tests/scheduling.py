"""How tests are spread over processes: whole files, and those that wait for an engine next to those that compute.

What xdist brings along spreads single tests: each file's platform is then started in each process, and its bookkeeping
grows with the square of the number of tests.
"""

import re
from collections.abc import Mapping

from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController

ENGINE = re.compile(r"tests/(integration|ports|core/adapters)/")
"""Folders of tests that mostly wait, for containers to start and to end."""
APART = ("test_hostile_walk.py", "test_any_input.py", "test_hostile_ways.py", "test_hostile_trees.py")
"""Files that take minutes; their tests are spread."""


class FileScheduling(LoadGroupScheduling):
    """Gives each process file after file: the first one those without an engine, the others those with one.

    Who has no more of its kind goes on with the other. Groups (`pytest.mark.xdist_group`) may be parts of a file or
    several files, and come first: most of them take minutes.
    """

    def schedule(self) -> None:
        """See xdist."""
        self._places = {
            node: {nodeid: place for place, nodeid in enumerate(collected)}
            for node, collected in self.registered_collections.items()
        }
        super().schedule()

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """See xdist; here what is over is forgotten."""
        nodeid = self.registered_collections[node][item_index]
        scope = self._split_scope(nodeid)
        unit = self.assigned_work[node][scope]
        del unit[nodeid]
        if not unit:
            del self.assigned_work[node][scope]
        self._reschedule(node)

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        file, _, test = scope.partition("::")
        return scope if not test or file.endswith(APART) else file

    def _assign_work_unit(self, node: WorkerController) -> None:
        waits = node is not self.nodes[0]
        kind = [scope for scope, unit in self.workqueue.items() if _needs_engine(unit) == waits]
        scopes = kind or list(self.workqueue)
        scope = next((each for each in scopes if _is_group(each)), scopes[0])
        unit = self.workqueue.pop(scope)
        self.assigned_work[node][scope] = unit
        node.send_runtest_some([self._places[node][nodeid] for nodeid in unit])


def _needs_engine(unit: Mapping[str, bool]) -> bool:
    return ENGINE.match(next(iter(unit))) is not None


def _is_group(scope: str) -> bool:
    return not scope.endswith(".py") and "::" not in scope
