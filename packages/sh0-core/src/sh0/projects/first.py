"""The project that every platform has."""

from sh0.context import Context
from sh0.records.app import DEFAULT_PROJECT
from sh0.records.project import PROJECTS, Project


def make_first_project(context: Context) -> None:
    """Make the project for apps of which nobody says where they belong, if it is not there."""
    if context.records[PROJECTS].find(DEFAULT_PROJECT) is None:
        network = f"sh0-{context.home_id}-{DEFAULT_PROJECT}"
        context.records[PROJECTS].insert(Project(DEFAULT_PROJECT, network, {}, context.clock.now()))
