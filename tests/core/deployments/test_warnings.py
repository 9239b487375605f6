"""What a deployment warns of stands at its end, and is kept with it."""

import attrs

from sh0.source.dockerfile_declared import exposed_port, volumes
from sh0.testing import fake_image
from tests.core.shop import Shop


def test_data_that_the_next_deployment_loses_is_told_of(shop: Shop) -> None:
    shop.runtime.add_image(attrs.evolve(fake_image("web:1"), volumes=("/data", "/cache")))
    deployment = shop.deploy("web:1")
    said = [f"what is written to {path} (VOLUME) is lost at the next deployment" for path in ("/data", "/cache")]
    assert list(deployment.warnings) == said
    log = shop.log(deployment)
    for text in said:
        assert log.count(f"warning: {text}") == 1


def test_nothing_is_warned_of_where_nothing_is_lost(shop: Shop) -> None:
    assert shop.deploy("web:1").warnings == ()


def test_volumes_of_a_dockerfile() -> None:
    assert volumes("FROM a\nVOLUME /data\n") == {"/data": 2}
    assert volumes('FROM a\nVOLUME ["/a", "/b c"]\nVOLUME /a /d\n') == {"/a": 2, "/b c": 2, "/d": 3}
    assert volumes("FROM a AS base\nVOLUME /base\nFROM b AS other\nVOLUME /other\nFROM base\n") == {"/base": 2}
    assert volumes('ARG AT=/x\nFROM a\nENV DATA=/data\nVOLUME $DATA\nVOLUME ["${DATA}/more"]\n') == {
        "/data": 4,
        "/data/more": 5,
    }
    assert volumes("FROM a\nRUN echo VOLUME /x\nONBUILD VOLUME /y\nVOLUME $UNSET\n") == {}


def test_volumes_and_port_of_the_stage_that_is_built() -> None:
    text = "FROM a AS one\nARG AT=/one\nVOLUME $AT\nEXPOSE 1000\nFROM one AS two\nVOLUME /two\nFROM b\nVOLUME /last\n"
    assert volumes(text) == {"/last": 8}
    assert volumes(text, "one") == volumes(text, "0") == {"/one": 3}
    assert volumes(text, "TWO") == {"/one": 3, "/two": 6}
    assert volumes(text, "two", {"AT": "/given"}) == {"/given": 3, "/two": 6}
    assert volumes(text, "missing") == {}
    assert (exposed_port(text), exposed_port(text, "two")) == (None, 1000)


def test_of_several_exposed_ports_the_first_one_written_counts() -> None:
    assert exposed_port("FROM a\nEXPOSE 9000 4000\n") == 9000
    assert exposed_port("FROM a\nEXPOSE 9000\nEXPOSE 4000/tcp\n") == 9000
    assert exposed_port("FROM a\nEXPOSE 53/udp 9000 80\n") == 9000
    assert exposed_port("FROM a AS b\nEXPOSE 1000\nFROM b\nEXPOSE 9000 80\n") == 9000
    assert exposed_port("FROM a AS b\nEXPOSE 9000 80\nFROM b\n") == 9000
