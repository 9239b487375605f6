"""Docker: one engine as a Runtime and as a Builder. Import this lazily; the SDK takes a while to load."""

from sh0.adapters.docker.builder import DockerBuilder
from sh0.adapters.docker.runtime import DockerRuntime

__all__ = ["DockerBuilder", "DockerRuntime"]
