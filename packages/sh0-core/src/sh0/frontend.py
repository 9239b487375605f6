"""For authors of frontends: the operations as values, their schemas, streams, and the daemon of this machine.

    from sh0.frontend import Shape, registry

    plain = [operation.name for operation in registry if operation.shape is Shape.VALUE]

Importing this module is light: each name is loaded when it is first used.
"""

from typing import TYPE_CHECKING

from sh0.exports import attributes
from sh0.exports.frontend import PLACES as _PLACES

if TYPE_CHECKING:
    from sh0.builds.dockerfile import render as render_dockerfile
    from sh0.checking.checker import Checker
    from sh0.codec import arguments_from_text, unstructure
    from sh0.daemon.main import run as run_daemon
    from sh0.daemon.teardown import teardown
    from sh0.domain_list import DOMAINS as domains
    from sh0.errors import Kind, internal_error
    from sh0.home import Home, default_home
    from sh0.operations import Call, Effect, Operation, Parameter, Registry, Scope, Shape
    from sh0.operations.schema import Schemas
    from sh0.pacing import Pace
    from sh0.peers import from_container
    from sh0.peers import origin as connection_origin
    from sh0.platform import registry
    from sh0.plugins import Plugins
    from sh0.ports.terminal import Terminal
    from sh0.printable import escaped, printable
    from sh0.rules.annotations import annotations
    from sh0.rules.document import report_document, rule_document
    from sh0.rules.fixes import FileChange, Fixes
    from sh0.rules.fixes import readable as readable_files
    from sh0.rules.fixes import together as fixes_together
    from sh0.rules.fixes import write as write_changes
    from sh0.rules.memory import default_folder as findings_folder
    from sh0.rules.model import Rule
    from sh0.rules.report import below as report_below
    from sh0.rules.report import together as reports_together
    from sh0.rules.sarif import sarif
    from sh0.settings import load as load_settings
    from sh0.settings import with_changes as settings_with
    from sh0.store.lock import holder as home_holder
    from sh0.templates.demands.variables import refusal as value_refusal
    from sh0.templates.reading import NAME as TEMPLATE_NAME
    from sh0.wire.frames import FrameKind, FrameStream

__all__ = [
    "TEMPLATE_NAME",
    "Call",
    "Checker",
    "Effect",
    "FileChange",
    "Fixes",
    "FrameKind",
    "FrameStream",
    "Home",
    "Kind",
    "Operation",
    "Pace",
    "Parameter",
    "Plugins",
    "Registry",
    "Rule",
    "Schemas",
    "Scope",
    "Shape",
    "Terminal",
    "annotations",
    "arguments_from_text",
    "connection_origin",
    "default_home",
    "domains",
    "escaped",
    "findings_folder",
    "fixes_together",
    "from_container",
    "home_holder",
    "internal_error",
    "load_settings",
    "printable",
    "readable_files",
    "registry",
    "render_dockerfile",
    "report_below",
    "report_document",
    "reports_together",
    "rule_document",
    "run_daemon",
    "sarif",
    "settings_with",
    "teardown",
    "unstructure",
    "value_refusal",
    "write_changes",
]

if not TYPE_CHECKING:  # or type checkers would take any misspelt name for an object
    __getattr__ = attributes(__name__, _PLACES)


def __dir__() -> list[str]:
    return __all__
