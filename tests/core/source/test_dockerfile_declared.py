"""What the image of a Dockerfile says about itself: its port and its volumes."""

import pytest

from sh0.source.dockerfile_declared import exposed_port, volumes


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("FROM a\nCOPY <<-\\EOT /d\n  EXPOSE 70\nEOT\nEXPOSE 80\n", 80),
        ("FROM a\nRUN cat <<<x\nEXPOSE 8099\n", 8099),
        ("ARG P=81\nFROM a\nARG P\nEXPOSE ${P}/tcp 53/udp\n", 81),
        ('FROM a\nENV A="x y" PORT=82\n', 82),
        ("FROM a\nENV PORT 83\nEXPOSE $PORT\n", 83),
        ("# escape=`\nFROM a\nENV A=b` c PORT=84\n", 84),
        ("FROM a AS one\nEXPOSE 85\nFROM one\n", 85),
        ("FROM a\nEXPOSE ${NONE:-86}\n", 86),
        ("FROM a\nENV PORT=$PORT\n", None),
        ("FROM a\nENV PORT=0\n", None),
        ("FROM a\nEXPOSE 8000-8010\n", 8000),
        ("FROM a\nEXPOSE 1\n", 1),
        ("FROM a\nEXPOSE 0\n", None),
        ("FROM a\nEXPOSE 65535\n", 65535),
        ("FROM a\nEXPOSE 65536\n", None),
        ("FROM a AS one\nENV P=87\nFROM one\nEXPOSE $P\n", 87),
        ("# escape=`\nFROM a\nENV PORT=`8`8\n", 88),
        ("# escape=`\nFROM a\nARG PORT=`8`9\n", 89),
    ],
)
def test_the_port_is_what_the_instructions_say(text: str, port: int | None) -> None:
    assert exposed_port(text) == port


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


def test_a_path_is_read_with_the_escape_of_its_file() -> None:
    assert volumes("# escape=`\nFROM a\nVOLUME /a`b\n") == {"/ab": 3}
    assert volumes("FROM a\nVOLUME /a\\b\n") == {"/ab": 2}


def test_an_argument_that_nobody_gives_is_empty() -> None:
    assert volumes("FROM a\nARG AT\nVOLUME /x$AT\n") == {"/x": 3}
    assert volumes("FROM a\nARG AT\nVOLUME /x$AT\n", "", {"AT": "/y"}) == {"/x/y": 3}


def test_a_stage_without_a_name_is_one_by_its_number() -> None:
    assert volumes("FROM a\nVOLUME /one\nFROM 0\nVOLUME /two\n") == {"/one": 2, "/two": 4}
