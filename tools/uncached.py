"""A plugin of pytest for `tools/mutation.py`: the module that is measured forgets what it has cached before each test.

Changes are tried in forks of a process that has run the tests already, and there a cached answer hides a change.
"""

import functools
import os
import sys

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Empty the caches of the functions of that module."""
    module = sys.modules.get(os.environ["SH0_MEASURED"])
    for value in vars(module).values() if module else ():
        if isinstance(value, functools._lru_cache_wrapper):
            value.cache_clear()
