"""Templates on a platform over fakes: deployed, found again, brought to a newer revision."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from sh0.compose.model import PermissionKind
from sh0.errors import Forbidden, Invalid, NameTaken, NotFound, WrongState
from sh0.operations import Caller, CallerKind, acting_as
from sh0.plugin import hookimpl
from sh0.records.app import APPS
from sh0.records.deployment import DEPLOYMENTS
from sh0.templates.operations import Templates
from sh0.values import Secret
from tests.core.stacks import parts

SHOP = """\
x-sh0:
  format: 1
  title: Shop
  revision: 1
  summary: Sells things.
  categories: [web]
  tags: [store]
  links: {website: https://shop.example.org}
  source: https://shop.example.org/compose.yaml
  memory: 128m
  expose:
    - {service: web, port: 9000, health: /healthz}
  variables:
    OWNER:
      description: Who it belongs to.
      type: email
      required: true
    DB_PASSWORD:
      description: Password of the database.
      generate: password:24
    SIZE:
      description: How many.
      type: integer
      default: 20
services:
  web:
    image: web:1
    environment: {OWNER: "${OWNER}", SIZE: "${SIZE}", BASE: "${SH0_URL}", DB: "postgres://x:${DB_PASSWORD}@db/x"}
    deploy: {resources: {limits: {memory: 128m}}}
"""
OWNER = {"OWNER": Secret("me@example.org")}


class Shelf:
    """A platform with a folder of templates."""

    def __init__(self, stage: parts.Stage, folder: Path) -> None:
        self.stage, self._folder = stage, folder
        self.templates: Templates = stage.core.platform.templates

    def put(self, text: str, name: str = "shop") -> None:
        (self._folder / f"{name}.yaml").write_text(text)

    def take(self, name: str) -> None:
        (self._folder / f"{name}.yaml").unlink()

    def live(self, name: str = "shop", **more: object) -> dict[str, str]:
        """Deploy, wait, and return what was made."""
        made = self.templates.deploy(name, variables=OWNER, **more)  # type: ignore[arg-type]
        self.stage.core.platform.stacks.wait(made.release.stack, made.release.id, timeout=20)
        return dict(made.credentials)

    def environment(self, app: str = "shop-web") -> dict[str, str]:
        """What the app's containers are given."""
        live = self.stage.core.context.records[APPS].get(app).live
        assert live is not None
        spec = self.stage.core.context.records[DEPLOYMENTS].get(live).snapshot.container
        assert spec is not None
        return {name: value.reveal() for name, value in spec.environment.items()}


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    folder = tmp_path / "templates"
    folder.mkdir()
    plugin = SimpleNamespace(sh0_templates=hookimpl(lambda: [folder]))
    with parts.stage(tmp_path, [plugin]) as stage:
        made = Shelf(stage, folder)
        made.put(SHOP)
        yield made


def test_a_template_becomes_a_stack_that_remembers_it(shelf: Shelf) -> None:
    made = shelf.live()
    assert list(made) == ["DB_PASSWORD"]
    assert len(made["DB_PASSWORD"]) == 24
    assert shelf.environment() == {
        "OWNER": "me@example.org",
        "SIZE": "20",
        "BASE": "http://shop-web.example.org",
        "DB": f"postgres://x:{made['DB_PASSWORD']}@db/x",
    }
    stack = shelf.stage.core.platform.stacks.get("shop")
    assert stack.template is not None
    assert (stack.template.name, stack.template.revision) == ("shop", 1)


def test_values_are_sealed_and_shown_only_to_who_may(shelf: Shelf) -> None:
    made = shelf.live()
    assert shelf.templates.reveal("shop", "DB_PASSWORD") == made["DB_PASSWORD"]
    database = shelf.stage.core.context.home.database
    written = b"".join(file.read_bytes() for file in database.parent.glob("sh0.db*"))
    assert made["DB_PASSWORD"].encode() not in written
    with pytest.raises(NotFound, match="no variable NOPE"):
        shelf.templates.reveal("shop", "NOPE")


def test_what_is_required_is_asked_for_before_anything_is_planned_or_done(shelf: Shelf) -> None:
    plan = shelf.templates.plan("shop")
    assert [variable.name for variable in plan.asked] == ["OWNER"]
    assert plan.plan is None
    with pytest.raises(Invalid, match="Who it belongs to"):
        shelf.templates.deploy("shop")
    assert shelf.stage.core.platform.stacks.list() == ()


def test_a_plan_touches_nothing(shelf: Shelf) -> None:
    plan = shelf.templates.plan("shop", variables=OWNER, stack="store")
    assert plan.plan is not None
    assert [(s.service, s.action.value) for s in plan.plan.services] == [("web", "create")]
    assert plan.plan.services[0].routes[0].host == "store-web.example.org"
    assert plan.made == ("DB_PASSWORD",)
    assert shelf.stage.core.platform.stacks.list() == ()


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OWNER": "nobody"}, "expected an e-mail address"),
        ({"OWNER": ""}, "it is required"),
        ({"OWNER": "a@b.example", "SIZE": "many"}, "expected a whole number"),
        ({"OWNR": "a@b.example"}, "Did you mean OWNER"),
    ],
)
def test_values_that_cannot_be_are_refused(shelf: Shelf, variables: dict[str, str], said: str) -> None:
    with pytest.raises(Invalid) as caught:
        shelf.templates.deploy("shop", variables={name: Secret(value) for name, value in variables.items()})
    assert said in str(caught.value)


def test_two_stacks_of_one_template_have_two_names(shelf: Shelf) -> None:
    shelf.live()
    with pytest.raises(NameTaken, match="sh0 templates update shop"):
        shelf.templates.deploy("shop", variables=OWNER)
    shelf.live(stack="store")
    assert shelf.environment("store-web")["BASE"] == "http://store-web.example.org"


def test_a_newer_revision_is_offered_with_its_difference_and_keeps_the_values(shelf: Shelf) -> None:
    made = shelf.live()
    assert shelf.templates.outdated() == ()
    shelf.put(
        SHOP.replace("revision: 1", "revision: 2")
        .replace("image: web:1", "image: web:2")
        .replace("    SIZE:\n", "    COLOUR:\n      description: Its colour.\n      default: red\n    SIZE:\n")
        .replace('SIZE: "${SIZE}"', 'SIZE: "${SIZE}", COLOUR: "${COLOUR}"')
    )
    (found,) = shelf.templates.outdated()
    assert (found.stack, found.template, found.revision, found.newest) == ("shop", "shop", 1, 2)
    preview = shelf.templates.preview("shop")
    assert {"-    image: web:1", "+    image: web:2"} <= set(preview.difference)
    assert (preview.earlier, preview.revision, preview.made) == (1, 2, ())
    assert preview.plan is not None
    assert preview.plan.services[0].action.value == "start-first"
    assert made["DB_PASSWORD"] not in "\n".join(preview.difference)
    updated = shelf.templates.update("shop")
    assert updated.credentials == {}
    shelf.stage.core.platform.stacks.wait("shop", updated.release.id, timeout=20)
    assert shelf.environment()["DB"] == f"postgres://x:{made['DB_PASSWORD']}@db/x"
    assert shelf.environment()["COLOUR"] == "red"
    assert shelf.templates.outdated() == ()
    back = shelf.stage.core.platform.stacks.rollback("shop")
    shelf.stage.core.platform.stacks.wait("shop", back.id, timeout=20)
    assert [stack.revision for stack in shelf.templates.outdated()] == [1]


def test_a_stack_whose_template_is_gone_is_not_called_up_to_date(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.live()
    assert shelf.templates.outdated() == ()
    monkeypatch.setattr("sh0.templates.catalogue.Catalogue.files", lambda self: {})
    (found,) = shelf.templates.outdated()
    assert (found.stack, found.template, found.revision, found.newest) == ("shop", "shop", 1, None)


def test_what_a_newer_revision_asks_for_is_asked(shelf: Shelf) -> None:
    shelf.live()
    shelf.put(
        SHOP.replace("revision: 1", "revision: 2").replace("default: 20", "required: true").replace("SIZE", "COUNT")
    )
    assert [variable.name for variable in shelf.templates.preview("shop").asked] == ["COUNT"]
    with pytest.raises(Invalid, match="COUNT"):
        shelf.templates.update("shop")
    assert shelf.templates.preview("shop", variables={"COUNT": Secret("3")}).plan is not None


def test_what_reaches_the_machine_needs_permission_and_says_why(shelf: Shelf) -> None:
    mount = '    volumes: ["/var/run/docker.sock:/s"]\n'
    permissions = "  allow: {docker-socket: Reads the names of containers.}\n"
    shelf.put(
        SHOP.replace("  variables:\n", permissions + "  variables:\n", 1).replace(
            "    environment: ", mount + "    environment: "
        )
    )
    plan = shelf.templates.plan("shop", variables=OWNER)
    assert plan.permissions == {"docker-socket": "Reads the names of containers."}
    assert plan.plan is not None
    assert [(need.allow, need.given) for need in plan.plan.needs] == [(PermissionKind.DOCKER_SOCKET, False)]
    with pytest.raises(Forbidden, match="docker-socket"):
        shelf.templates.deploy("shop", variables=OWNER)
    shelf.live(allow=(PermissionKind.DOCKER_SOCKET,))


def test_a_template_of_one_s_own_is_deployed_from_its_text(shelf: Shelf) -> None:
    made = shelf.templates.deploy("mine", text=SHOP, variables=OWNER)
    shelf.stage.core.platform.stacks.wait("mine", made.release.id, timeout=20)
    with pytest.raises(WrongState, match=r"made of a file, mine\.yaml"):
        shelf.templates.preview("mine")
    newer = SHOP.replace("revision: 1", "revision: 2")
    assert "+  revision: 2" in shelf.templates.preview("mine", text=newer).difference
    updated = shelf.templates.update("mine", text=newer)
    shelf.stage.core.platform.stacks.wait("mine", updated.release.id, timeout=20)
    assert shelf.templates.reveal("mine", "DB_PASSWORD") == made.credentials["DB_PASSWORD"]


def test_a_file_of_one_s_own_is_never_taken_for_a_template_of_that_name(shelf: Shelf) -> None:
    shelf.live(text=SHOP)
    shelf.put(SHOP.replace("revision: 1", "revision: 2"))
    assert shelf.templates.outdated() == ()


def test_a_template_that_is_gone_is_said(shelf: Shelf) -> None:
    shelf.live()
    shelf.take("shop")
    with pytest.raises(NotFound, match="the template shop that made shop is gone"):
        shelf.templates.update("shop")


def test_a_stack_that_no_template_made_has_no_updates(shelf: Shelf) -> None:
    shelf.stage.up("services: {web: {image: 'web:1'}}")
    with pytest.raises(WrongState, match="no template made shop"):
        shelf.templates.preview("shop")
    assert shelf.templates.outdated() == ()


def test_templates_are_listed_and_searched(shelf: Shelf) -> None:
    shelf.put(SHOP.replace("Shop", "Zebra").replace("[store]", "[animals]"), "zebra")
    shelf.put("x-sh0: {}", "broken")
    assert {"shop", "zebra"} <= {found.name for found in shelf.templates.list()}
    assert "broken" not in {found.name for found in shelf.templates.list()}
    assert shelf.templates.search("store")[0].name == "shop"
    assert shelf.templates.search("anim")[0].name == "zebra"
    assert shelf.templates.search("store animals") == ()
    with pytest.raises(NotFound, match="Did you mean zebra"):
        shelf.templates.get("zebre")
    with pytest.raises(Invalid, match=r"broken\.yaml, line 1"):
        shelf.templates.get("broken")


def test_checks_and_imports_are_operations_too(shelf: Shelf) -> None:
    assert [problem.demand for problem in shelf.templates.lint("x-sh0: {", name="a")] == ["yaml"]
    made = shelf.templates.convert({"compose.yaml": "services: {web: {image: 'x:1.0', ports: ['80:80']}}"}, name="mine")
    assert "service: web" in made.text


def test_a_stack_that_was_never_live_keeps_what_was_made_for_it(shelf: Shelf) -> None:
    """Its database may have been made with the password."""
    shelf.put(SHOP.replace("web:1", "gone:1"))
    made = shelf.templates.deploy("shop", variables=OWNER)
    assert shelf.stage.ended(made.release).failure is not None
    shelf.put(SHOP)
    assert shelf.live() == dict(made.credentials)


def test_volumes_that_are_left_over_are_warned_of(shelf: Shelf) -> None:
    shelf.put(SHOP.replace("    environment:", '    volumes: ["files:/f"]\n    environment:') + "volumes: {files: }\n")
    shelf.live()
    shelf.stage.core.platform.stacks.delete("shop")
    (warning,) = shelf.templates.plan("shop", variables=OWNER).warnings
    assert "files" in warning
    assert "DB_PASSWORD" in warning
    assert shelf.templates.plan("shop", variables={**OWNER, "DB_PASSWORD": Secret("the earlier")}).warnings == ()


READER = Caller(CallerKind.TOKEN, "reader", frozenset({"*:read"}))


def test_a_caller_who_may_only_read_cannot_try_values_against_those_that_there_are(shelf: Shelf) -> None:
    shelf.live()
    shelf.put(SHOP.replace("revision: 1", "revision: 2"))
    with acting_as(READER):
        assert shelf.templates.preview("shop").plan is not None
        with pytest.raises(Forbidden, match="may not see what other values"):
            shelf.templates.preview("shop", variables={"DB_PASSWORD": Secret("guess")})
        with pytest.raises(Forbidden, match="may not see"):
            shelf.templates.preview("shop", text=SHOP.replace("web:1", "web:${DB_PASSWORD}"))


def test_a_caller_who_may_only_read_is_told_nothing_of_a_failed_attempt(shelf: Shelf) -> None:
    shelf.put(SHOP.replace("web:1", "missing:1"))
    made = shelf.templates.deploy("shop", variables=OWNER)
    shelf.stage.ended(made.release)
    told = SHOP.replace("image: web:1", "image: web:${DB_PASSWORD}")
    secret = made.credentials["DB_PASSWORD"]
    assert secret in repr(shelf.templates.plan("shop", variables=OWNER, text=told))
    with acting_as(READER):
        assert secret not in repr(shelf.templates.plan("shop", variables=OWNER, text=told))
