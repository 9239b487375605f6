"""The rules that come with sh0, one file a topic.

An id is never used twice. Its letters tell the topic: SE secrets, EX exposure, DF Dockerfiles, CP Compose files,
DP dependencies, RT how an app runs, RL reliability, PF performance.
"""

import re
from typing import Final

import attrs

from sh0.plugin import Rule
from sh0_plugins.rules import (
    compose_privileges,
    compose_secrets,
    compose_services,
    dependencies_advisories,
    dependencies_fetching,
    dependencies_locks,
    dependencies_sources,
    dockerfile_base,
    dockerfile_caches,
    dockerfile_commands,
    dockerfile_copies,
    dockerfile_layout,
    dockerfile_packages,
    dockerfile_refused,
    dockerfile_shell,
    dockerfile_sources,
    dockerfile_speed,
    dockerfile_stages,
    dockerfile_start,
    dockerfile_values,
    dockerfile_volumes,
    exposure_address,
    exposure_debuggers,
    exposure_web,
    files_broken,
    reliability_state,
    runtime_debug,
    runtime_start,
    secrets_assigned,
    secrets_files,
    secrets_formats,
)

__all__ = ["RULES"]


def _quick(rule: Rule) -> Rule:
    """The rule with a trigger that counts nothing: it matches a little more, and counting costs RE2 states."""
    trigger = re.sub(r"\{\d+(?:,\d*)?\}", "+", re.sub(r"\{0,\d+\}", "*", rule.trigger))
    return attrs.evolve(rule, trigger=trigger) if trigger != rule.trigger else rule


_RULES: Final[tuple[Rule, ...]] = (
    *secrets_formats.RULES,
    *secrets_assigned.RULES,
    *secrets_files.RULES,
    *exposure_address.RULES,
    *exposure_web.RULES,
    *exposure_debuggers.RULES,
    *dockerfile_refused.RULES,
    *dockerfile_stages.RULES,
    *dockerfile_sources.RULES,
    *dockerfile_base.RULES,
    *dockerfile_packages.RULES,
    *dockerfile_copies.RULES,
    *dockerfile_layout.RULES,
    *dockerfile_start.RULES,
    *dockerfile_speed.RULES,
    *dockerfile_caches.RULES,
    *dockerfile_commands.RULES,
    *dockerfile_shell.RULES,
    *dockerfile_values.RULES,
    *dockerfile_volumes.RULES,
    *compose_privileges.RULES,
    *compose_services.RULES,
    *compose_secrets.RULES,
    *dependencies_locks.RULES,
    *dependencies_advisories.RULES,
    *dependencies_sources.RULES,
    *dependencies_fetching.RULES,
    *runtime_debug.RULES,
    *runtime_start.RULES,
    *reliability_state.RULES,
    *files_broken.RULES,
)

RULES: Final = tuple(map(_quick, _RULES))
