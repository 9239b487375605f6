"""A platform with one domain more, in a process of its own: prints what the frontends have of it."""

import sys

from click.testing import CliRunner

from sh0 import domain_list
from sh0.domain_list import Domain

domain_list.DOMAINS["toys"] = Domain("tests.core.platform.toys.operations:Toys", "Things to play with.")

if __name__ == "__main__":
    from sh0.operations import Call
    from sh0.platform import registry
    from sh0.testing.platform import fake_world
    from sh0_cli.group import cli

    with fake_world(sys.argv[1]) as world:
        world.platform.invoke(Call("toys.add", {"name": "ball"}))
        print("kept:", [toy.name for toy in world.platform.invoke(Call("toys.list"))])  # type: ignore[attr-defined]
    with fake_world(sys.argv[1]) as world:
        print("kept:", [toy.name for toy in world.platform.invoke(Call("toys.list"))])  # type: ignore[attr-defined]
    print("routes:", [operation.verb + " " + operation.path for operation in registry if operation.domain == "toys"])
    for arguments in (["--help"], ["toys", "--help"]):
        print(CliRunner().invoke(cli, arguments).output)
