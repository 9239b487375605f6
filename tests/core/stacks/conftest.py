"""A platform over fakes."""

from tests.core.fixtures import stage as stage
