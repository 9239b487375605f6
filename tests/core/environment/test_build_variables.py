"""Variables of builds: who gets them, what they make anew, and where their values are not."""

import hashlib

import pytest

from sh0.errors import NotFound
from sh0.records.deployment import Deployment
from sh0.testing import FakeBuilder
from tests.core.shop import Shop
from tests.core.stacks.parts import archive

DOCKERFILE = (
    "FROM web:1 AS make\nARG API_URL=unset\nARG UNSET\nRUN true\nFROM web:1\nCOPY --from=make /a /a\nEXPOSE 80\n"
)


def push(shop: Shop, dockerfile: str = DOCKERFILE, **files: str) -> Deployment:
    sent = archive({"Dockerfile": dockerfile, **{name.replace("_", "."): text for name, text in files.items()}})
    return shop.ended(shop.platform.deployments.upload("shop", sent))


def builder(shop: Shop) -> FakeBuilder:
    return shop.stage.builder


def test_a_build_gets_the_arguments_that_its_dockerfile_declares(shop: Shop) -> None:
    shop.platform.build.set("shop", {"API_URL": "x", "OTHER": "y"})
    assert push(shop).state.value == "live"
    assert builder(shop).requests[-1].arguments == {"API_URL": "x"}


def test_another_value_makes_another_image_and_the_same_one_reuses_it(shop: Shop) -> None:
    shop.platform.build.set("shop", {"API_URL": "x"})
    push(shop)
    push(shop)
    assert len(builder(shop).requests) == 1
    shop.platform.build.set("shop", {"API_URL": "y", "OTHER": "z"})
    push(shop)
    shop.platform.build.set("shop", {"OTHER": "changes nothing about it"})
    push(shop)
    assert [each.arguments for each in builder(shop).requests] == [{"API_URL": "x"}, {"API_URL": "y"}]


def test_they_are_not_there_when_the_app_runs(shop: Shop) -> None:
    shop.platform.build.set("shop", {"API_URL": "x"})
    deployment = push(shop)
    assert "API_URL" not in deployment.snapshot.variables
    assert "API_URL" in deployment.snapshot.build_variables


def test_what_is_set_comes_before_what_the_file_says(shop: Shop) -> None:
    shop.platform.build.set("shop", {"API_URL": "set"})
    file = "build:\n  target: make\n  variables: {API_URL: said, UNSET: 1.10}\n"
    push(shop, sh0_yaml=file)
    request = builder(shop).requests[-1]
    assert (request.arguments, request.target) == ({"API_URL": "set", "UNSET": "1.10"}, "make")


def test_the_target_of_an_app_is_built(shop: Shop) -> None:
    shop.platform.apps.configure("shop", target="make")
    push(shop)
    assert builder(shop).requests[-1].target == "make"
    shop.platform.apps.configure("shop", target="")
    push(shop)
    assert builder(shop).requests[-1].target == ""


def test_a_secret_that_would_stay_in_the_image_is_not_built(shop: Shop) -> None:
    shop.platform.build.set("shop", {"NPM_TOKEN": "planted-value"})
    ended = push(shop, "FROM web:1\nARG NPM_TOKEN\nRUN true\n")
    assert ended.failure is not None
    assert "NPM_TOKEN" in ended.failure.message
    assert "planted-value" not in str(ended)
    assert builder(shop).requests == []


def test_a_restart_keeps_what_its_image_was_built_with(shop: Shop) -> None:
    shop.platform.build.set("shop", {"API_URL": "x"})
    built = push(shop)
    shop.platform.build.set("shop", {"API_URL": "y"})
    restarted = shop.live(shop.platform.apps.restart("shop"))
    assert restarted.snapshot.build == built.snapshot.build


def test_values_are_sealed_and_redacted(shop: Shop) -> None:
    shop.platform.build.set("shop", {"LICENCE": "planted-value"}, secret=("LICENCE",))
    shop.stage.builder.on_build = lambda request: None
    deployment = push(shop, "FROM web:1 AS make\nARG LICENCE\nRUN echo planted-value\nFROM web:1\nEXPOSE 80\n")
    log = [event.text for event in shop.platform.deployments.follow("shop", deployment.id)]
    assert "planted-value" not in str(log)
    for table in ("build_variables", "deployments", "builds"):
        assert "planted-value" not in str(shop.records.database.query(f"select * from {table}"))


def test_they_are_listed_revealed_and_removed(shop: Shop) -> None:
    shop.platform.build.set("shop", {"A": "1", "B": "2"})
    assert shop.platform.build.reveal("shop", "A") == "1"
    assert shop.platform.build.set("shop", {}, unset=("A",)) is None
    with pytest.raises(NotFound, match="shop has no build variable A"):
        shop.platform.build.set("shop", {"C": "3"}, unset=("A",))
    assert [each.name for each in shop.platform.build.list("shop")] == ["B"]
    shop.platform.apps.delete("shop")
    assert shop.records.database.query("select * from build_variables") == []


MOUNTS = "FROM web:1\nRUN --mount=type=secret,id=NPM_TOKEN cat /run/secrets/NPM_TOKEN\nEXPOSE 80\n"


def secrets_of_builds(shop: Shop) -> list[dict[str, str]]:
    return [{name: value.reveal() for name, value in each.secrets.items()} for each in builder(shop).requests]


def test_what_a_dockerfile_mounts_is_a_secret_of_its_build_and_no_argument(shop: Shop) -> None:
    shop.platform.build.set("shop", {"NPM_TOKEN": "planted", "OTHER": "y"})
    assert push(shop, MOUNTS.replace("RUN", "ARG NPM_TOKEN\nRUN", 1)).state.value == "live"
    assert secrets_of_builds(shop) == [{"NPM_TOKEN": "planted"}]
    assert builder(shop).requests[-1].arguments == {}


def test_another_secret_makes_another_image_whose_steps_run_again(shop: Shop) -> None:
    for value in ("one-value", "one-value", "two-value"):
        shop.platform.build.set("shop", {"NPM_TOKEN": value})
        push(shop, MOUNTS)
    requests = builder(shop).requests
    assert [each["NPM_TOKEN"] for each in secrets_of_builds(shop)] == ["one-value", "two-value"]
    assert len({each.tag for each in requests} | {each.secrets_digest for each in requests}) == 4


def test_a_digest_of_values_is_made_with_the_key_of_the_home(shop: Shop) -> None:
    shop.platform.build.set("shop", {"NPM_TOKEN": "one-value"})
    push(shop, MOUNTS)
    plain = hashlib.sha256(b"NPM_TOKEN=one-value").hexdigest()
    assert builder(shop).requests[-1].secrets_digest not in ("", plain)


def test_what_is_mounted_is_redacted_whatever_its_name_is(shop: Shop) -> None:
    shop.platform.build.set("shop", {"PROFILE": "planted-value"})
    deployment = push(shop, MOUNTS.replace("NPM_TOKEN", "PROFILE"))
    log = [event.text for event in shop.platform.deployments.follow("shop", deployment.id)]
    assert any("cat /run/secrets/PROFILE" in line for line in log)
    assert "planted-value" not in str(log)
    for table in ("build_variables", "deployments", "builds"):
        assert "planted-value" not in str(shop.records.database.query(f"select * from {table}"))


def test_a_secret_that_nobody_has_set_is_told(shop: Shop) -> None:
    deployment = push(shop, MOUNTS)
    assert [each for each in deployment.warnings if "sh0 env shop --build-secret NPM_TOKEN=…" in each]
    ended = push(shop, MOUNTS.replace("id=", "required,id="))
    assert ended.failure is not None
    assert ended.failure.hint.startswith("Set them: sh0 env shop --build-secret NPM_TOKEN=…")
    assert len(builder(shop).requests) == 1


def test_sh0_yaml_names_variables_of_the_app_that_its_build_may_mount(shop: Shop) -> None:
    shop.platform.env.set("shop", {"NPM_TOKEN": "of-the-app", "OTHER": "y"})
    push(shop, MOUNTS)
    assert secrets_of_builds(shop) == [{}]
    file = "build:\n  secrets: [NPM_TOKEN]\n"
    push(shop, MOUNTS, sh0_yaml=file)
    shop.platform.build.set("shop", {"NPM_TOKEN": "of-builds"})
    push(shop, MOUNTS, sh0_yaml=file)
    assert secrets_of_builds(shop)[1:] == [{"NPM_TOKEN": "of-the-app"}, {"NPM_TOKEN": "of-builds"}]


def test_sh0_yaml_demands_the_secrets_that_it_names(shop: Shop) -> None:
    ended = push(shop, MOUNTS, sh0_yaml="build:\n  secrets: [NPM_TOKEN]\n")
    assert ended.failure is not None
    assert ended.failure.message == "the build in sh0.yaml has secrets that shop does not have: NPM_TOKEN"
