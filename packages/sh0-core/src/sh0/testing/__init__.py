"""Fakes of the ports, for our tests and for those of plugins.

`FakeRuntime` and `FakeBuilder` pass the same contract suites as the adapters of Docker, `FakeConfinement` that of the
confined processes, `sh0.testing.proxy` that of HAProxy. `fake_world` opens a whole platform over them; pytest gets
fixtures from `sh0.testing.pytest_plugin`.
"""

from sh0.testing.builder import FakeBuilder
from sh0.testing.confinement import FakeConfinement
from sh0.testing.platform import FakeWorld, fake_world
from sh0.testing.runtime import FakeRuntime, fake_image
from sh0.testing.script import Program

__all__ = ["FakeBuilder", "FakeConfinement", "FakeRuntime", "FakeWorld", "Program", "fake_image", "fake_world"]
