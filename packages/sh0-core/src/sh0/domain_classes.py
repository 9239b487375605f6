"""The classes of operations of all domains, and what each keeps: for those who run a platform.

Importing this loads all of it. A client loads the domains that it asks (`sh0.connection`).
"""

import pkgutil
from typing import TYPE_CHECKING, Any

from sh0 import domain_list
from sh0.operations import Operations
from sh0.store import TableSpec

if TYPE_CHECKING:
    from sqlite_utils import Migrations

DOMAINS: tuple[type[Operations], ...] = tuple(domain.load() for domain in domain_list.DOMAINS.values())
"""Every class of operations."""

TABLES: tuple[TableSpec[Any], ...] = tuple(table for domain in DOMAINS for table in domain.tables)
"""Every table of a home."""


def later_migrations() -> "list[Migrations]":
    """The migrations of domains that came after the first schema, in the order of the domains."""
    return [pkgutil.resolve_name(domain.migrations) for domain in DOMAINS if domain.migrations]
