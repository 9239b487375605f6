"""Run benchmarks by name, or all of them."""

import importlib
import sys

NAMES = (
    "startup",
    "deploys",
    "losses",
    "crashes",
    "throughput",
    "footprint",
    "detection",
    "compose_plan",
    "checks",
    "stacks",
    "run_command",
    "release_command",
    "cron_due",
    "cron_idle",
    "log_search",
    "log_cost",
)
EVERYDAY = NAMES[NAMES.index("run_command") :]
"""What people do with an app every day, as one name: ``everyday``."""


def main() -> None:
    """Run what the command line names."""
    asked = sys.argv[1:] or NAMES
    for name in [each for word in asked for each in (EVERYDAY if word == "everyday" else (word,))]:
        print(f"\n## {name}", flush=True)
        importlib.import_module(f"bench.{name}").run()


main()
