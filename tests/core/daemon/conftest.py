"""A platform over fakes, with an app."""

from tests.core.fixtures import shop as shop
from tests.core.fixtures import stage as stage
