"""Compose files, and what a platform knows before a release of them, for tests of decisions."""

from collections.abc import Mapping

import attrs

from sh0.compose.files import TextFiles
from sh0.compose.model import ComposeProject
from sh0.compose.reading import read
from sh0.records.deployment import Deployment, Snapshot
from sh0.stacks.planner import Existing, KnownImage, Situation, desired
from tests.core.examples import deployment

SHOP = """
services:
  web: {image: 'web:1', ports: ['8080:80'], depends_on: [db], deploy: {replicas: 2}}
  db: {image: 'db:1', volumes: ['data:/data'], ports: ['5432:5432']}
  job: {image: 'job:1', restart: 'no'}
volumes: {data: {}}
"""
IMAGES = {name: KnownImage(f"sha256:{name}") for name in ("web", "db", "job")}
NEW = Situation("shop", "home", "example.org", images=IMAGES)


def project(text: str, **variables: str) -> ComposeProject:
    return read(TextFiles({"compose.yaml": text}), environment=variables)


def service(text: str) -> ComposeProject:
    return project(f"services: {{x: {{image: 'i:1', {text}}}}}")


def deployed(text: str, situation: Situation = NEW) -> Situation:
    """The situation after a release of these files."""
    found = desired(project(text), situation)
    existing = {
        each.service.name: Existing(live_of(each.app, each.service.name, each.snapshot), generated=hosts(each.snapshot))
        for each in found
    }
    return attrs.evolve(situation, new=False, existing=existing)


def live_of(app: str, name: str, runs_with: Snapshot) -> Deployment:
    return deployment(1, app, image=f"sha256:{name}", snapshot=runs_with)


def hosts(runs_with: Snapshot) -> Mapping[str, int | None]:
    return {host: runs_with.host_ports.get(host) for host in runs_with.hosts}
