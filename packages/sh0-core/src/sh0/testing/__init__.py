"""Fakes of the ports, for our tests and for those of plugins.

`FakeRuntime` and `FakeBuilder` pass the same contract suites as the adapters of Docker, `sh0.testing.proxy`
that of HAProxy.
"""

from sh0.testing.builder import FakeBuilder
from sh0.testing.runtime import FakeRuntime, fake_image
from sh0.testing.script import Program

__all__ = ["FakeBuilder", "FakeRuntime", "Program", "fake_image"]
