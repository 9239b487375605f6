"""What people and programs see."""

from datetime import UTC, datetime, timedelta

import pytest

from sh0 import ByteSize, Resources, Secret
from sh0_cli import records
from sh0_cli.output import Output
from sh0_cli.progress import show_events
from sh0_cli.words import ago, seconds, word

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "said"),
    [(5, "just now"), (61, "1 minute ago"), (7200, "2 hours ago"), (86400 * 45, "1 month ago"), (-7300, "in 2 hours")],
)
def test_times_are_said_as_people_say_them(past: int, said: str) -> None:
    assert ago(NOW - timedelta(seconds=past), NOW) == said


def test_durations_and_sizes_have_units() -> None:
    assert [seconds(v) for v in (0.421, 12.34, 125)] == ["0.42 s", "12.3 s", "2 min 05 s"]
    assert [ByteSize(v).words for v in (467, 1536, 3 << 30)] == ["467 B", "1.5 KiB", "3 GiB"]


def test_a_value_is_a_word_for_people_and_for_programs() -> None:
    assert (word(None, human=True), word(None, human=False)) == ("–", "")
    assert word(NOW, human=False) == "2026-05-04T03:02:01+00:00"
    assert word(Resources(ByteSize(512 << 20), 1.5), human=True) == "memory=512 MiB, cpus=1.5"
    assert word(Secret("s3cret"), human=True) == "••••••"


def test_a_cell_never_breaks_a_line_of_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    Output(pretty=False).table(["a", "b"], [("one\ttwo\nthree", "x")])
    assert capsys.readouterr().out == "one two three\tx\n"


def test_a_terminal_gets_a_table_with_headings(capsys: pytest.CaptureFixture[str]) -> None:
    Output(pretty=True).table(["app", "state"], [("shop", "live")])
    lines = capsys.readouterr().out.splitlines()
    assert [word.strip() for word in lines[0].split()] == ["app", "state"]
    assert lines[-1].split() == ["shop", "live"]


def test_a_column_that_is_empty_takes_no_room(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("", "shop", "", "–", "0"), ("", "blog", "", "", "no")]
    Output(pretty=True).table(["first", "app", "note", "since", "count"], rows)
    assert capsys.readouterr().out.splitlines()[0].split() == ["first", "app", "count"]
    Output(pretty=False).table(["first", "app", "note", "since", "count"], rows)
    assert capsys.readouterr().out.splitlines()[0] == "\tshop\t\t–\t0"


def test_an_empty_table_says_so_to_people_only(capsys: pytest.CaptureFixture[str]) -> None:
    Output(pretty=True).table(["app"], [], empty="No apps yet.")
    Output(pretty=False).table(["app"], [], empty="No apps yet.")
    assert capsys.readouterr().out == "No apps yet.\n"


def test_square_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    records.show(Output(pretty=True), "[bold]text[/bold] :smile:")
    assert capsys.readouterr().out == "[bold]text[/bold] :smile:\n"


def test_output_of_a_build_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    from sh0 import DeploymentEvent, EventKind, Step

    event = DeploymentEvent(NOW, EventKind.OUTPUT, Step.BUILD, "\x1b[2J\x1b[31mred\x1b[0m \x1b]0;title\x07")
    show_events(Output(pretty=True), iter([event]))
    out = capsys.readouterr().out
    assert "red" in out
    assert "\x1b[2J" not in out
    assert "title" not in out


def test_names_stay_whole_in_a_narrow_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ("flask-shop", "live", "flask-shop-11", "2", "http://flask-shop.apps.example.org:8080")
    for width in (200, 100, 60, 48, 30, 12, 5):
        monkeypatch.setenv("COLUMNS", str(width))
        Output(pretty=True).table(["app", "state", "deployment", "containers", "urls"], [row], least=["containers"])
        lines = capsys.readouterr().out.splitlines()
        cells = next(line for line in lines if line.startswith(row[0])).split()
        assert cells[0] == row[0], width
        assert set(cells) <= set(row), width
        assert (width >= 100) == (len(cells) == len(row))
        assert len(cells) == len(row) or "urls" in lines[-1]


def test_a_sentence_is_broken_between_its_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    Output(pretty=True).table(["rule", "what"], [("DOCK-100", "a sentence of many words that has no room in a line")])
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 50 for line in lines)
    assert " ".join(" ".join(lines[2:]).split()) == "DOCK-100 a sentence of many words that has no room in a line"


def test_an_empty_list_in_a_pipe_is_told_of_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    Output(pretty=False).table(["app"], [], empty="No apps yet.")
    assert capsys.readouterr() == ("", "No apps yet.\n")
