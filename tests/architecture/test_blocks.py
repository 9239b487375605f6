"""What the documentation shows is run by tests, or says why it is not."""

from collections.abc import Callable

from tests.documentation import LANGUAGES, Block, blocks, words

PROGRAMS = {"sh0", "git", "cd", "python", "curl"}
"""What a session may run, in tests/integration/test_documentation.py."""


def test_every_block_is_one_that_tests_know() -> None:
    assert {f"{each.page}:{each.line}" for each in blocks() if not known(each)} == set()


def known(block: Block) -> bool:
    plain = block.language.startswith("{") or block.language in LANGUAGES
    hidden = block.language not in ("console", "python") and ("\n$ " in f"\n{block.text}" or "import sh0" in block.text)
    return plain and not hidden


def test_every_command_is_one_that_tests_can_run_or_is_marked_with_a_reason() -> None:
    for block in blocks():
        if block.language != "console":
            continue
        assert block.commands, f"{block.page}:{block.line} has no command"
        for command, reason in block.commands:
            if not reason:
                assert {each[0] for each in words(command)} <= PROGRAMS, f"{block.page}:{block.line}: {command}"


def test_every_mark_is_understood_and_marks_something() -> None:
    for block in blocks():
        place = f"{block.page}:{block.line}"
        assert len(block.marks) == bool(block.reason) + len(block.skipped) + bool(block.code), place
        assert not (block.marks and block.language not in ("console", "python")), place
        assert all(len(reason) > 15 for reason in (block.reason, *block.skipped.values()) if reason), place
        for begin in block.skipped:
            assert any(command.startswith(begin) for command, _ in block.commands), f"{place}: {begin}"


def test_what_is_not_run_is_listed_with_its_reason(golden: Callable[[str, str], None]) -> None:
    lines, run = [], 0
    for block in blocks():
        if block.language == "python" and block.reason:
            lines.append(f"{block.page}: Python: {block.reason}")
        elif block.language == "python":
            run += 1
        elif block.language == "console":
            run += sum(not reason for _, reason in block.commands)
            lines += [
                f"{block.page}: {command.partition('#')[0].rstrip()}: {why}" for command, why in block.commands if why
            ]
    assert run > 2 * len(lines)
    golden("documentation_not_run.txt", "".join(f"{line}\n" for line in [*lines, f"{len(lines)} in all"]))
