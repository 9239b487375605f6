"""One way to define an operation, and the gate that every call of one passes."""

from sh0.operations.base import Operations
from sh0.operations.call import Call
from sh0.operations.caller import (
    LOCAL,
    SYSTEM,
    Caller,
    CallerKind,
    acting_as,
    called_from,
    client_address,
    confined_to,
    current_caller,
)
from sh0.operations.gate import AuditRecord, Gate
from sh0.operations.mark import ANY_APP, FILES, Effect, Parts, Scope, operation
from sh0.operations.registry import Operation, Parameter, Registry, Shape

__all__ = [
    "ANY_APP",
    "FILES",
    "LOCAL",
    "SYSTEM",
    "AuditRecord",
    "Call",
    "Caller",
    "CallerKind",
    "Effect",
    "Gate",
    "Operation",
    "Operations",
    "Parameter",
    "Parts",
    "Registry",
    "Scope",
    "Shape",
    "acting_as",
    "called_from",
    "client_address",
    "confined_to",
    "current_caller",
    "operation",
]
