"""Work on files of somebody else in a process of its own, which can be ended whatever they make it do."""

from sh0.adapters.confined.process import WorkerProcesses

__all__ = ["WorkerProcesses"]
