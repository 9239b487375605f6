"""Operations that have no generated command, and why."""

from collections.abc import Mapping

WITHOUT_COMMAND: Mapping[str, str] = {
    "apps.terminal": "A terminal needs both hands of the keyboard; 'sh0 ssh APP' is that.",
    "runs.attach": "It needs the keyboard, or a pipe; 'sh0 run APP -- COMMAND' is that.",
    "git.receive": "The hook of an app's repository calls it in the middle of a push; 'git push' is that.",
}
