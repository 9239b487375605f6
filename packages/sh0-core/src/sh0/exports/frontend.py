"""Where the names of `sh0.frontend` are."""

from collections.abc import Mapping

PLACES: Mapping[str, tuple[str, ...]] = {
    "sh0.builds.dockerfile": ("render as render_dockerfile",),
    "sh0.checking.checker": ("Checker",),
    "sh0.codec": (
        "arguments_from_text",
        "unstructure",
    ),
    "sh0.daemon.main": ("run as run_daemon",),
    "sh0.daemon.teardown": ("teardown",),
    "sh0.domain_list": ("DOMAINS as domains",),
    "sh0.errors": ("Kind", "internal_error"),
    "sh0.home": (
        "Home",
        "default_home",
    ),
    "sh0.operations": (
        "Call",
        "Effect",
        "Operation",
        "Parameter",
        "Registry",
        "Scope",
        "Shape",
    ),
    "sh0.operations.schema": ("Schemas",),
    "sh0.pacing": ("Pace",),
    "sh0.peers": (
        "from_container",
        "origin as connection_origin",
    ),
    "sh0.platform": ("registry",),
    "sh0.plugins": ("Plugins",),
    "sh0.ports.terminal": ("Terminal",),
    "sh0.printable": (
        "escaped",
        "printable",
    ),
    "sh0.rules.annotations": ("annotations",),
    "sh0.rules.document": (
        "report_document",
        "rule_document",
    ),
    "sh0.rules.fixes": (
        "FileChange",
        "Fixes",
        "readable as readable_files",
        "together as fixes_together",
        "write as write_changes",
    ),
    "sh0.rules.memory": ("default_folder as findings_folder",),
    "sh0.rules.model": ("Rule",),
    "sh0.rules.report": (
        "below as report_below",
        "together as reports_together",
    ),
    "sh0.rules.sarif": ("sarif",),
    "sh0.settings": (
        "load as load_settings",
        "with_changes as settings_with",
    ),
    "sh0.store.lock": ("holder as home_holder",),
    "sh0.templates.demands.variables": ("refusal as value_refusal",),
    "sh0.templates.reading": ("NAME as TEMPLATE_NAME",),
    "sh0.wire.frames": (
        "FrameKind",
        "FrameStream",
    ),
}
