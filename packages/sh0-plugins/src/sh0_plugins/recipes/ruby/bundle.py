"""Reading a Gemfile and its lock, as text: a Gemfile is a program, and nothing of a project is executed."""

import re

import attrs

from sh0.plugin import LanguageVersion, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import RUBY
from sh0_plugins.recipes.outside import refuse_outside

__all__ = ["Bundle", "read_bundle", "ruby_version"]

_GEM = re.compile(r"^[ \t]*gem[ \t(]+[\"']([\w.-]+)[\"'](.*)$", re.MULTILINE)
_RUBY = re.compile(r"^[ \t]*ruby[ \t(]+((?:[\"'][^\"']+[\"'],?\s*)+)", re.MULTILINE)
_LOCKED = re.compile(r"^ {4}([\w.-]+) \(", re.MULTILINE)
_LOCKED_RUBY = re.compile(r"^RUBY VERSION\n +ruby (\d+\.\d+\.\d+)", re.MULTILINE)
_PLATFORMS = re.compile(r"^PLATFORMS\n((?:  .+\n)+)", re.MULTILINE)
_EXACT = re.compile(r"(?:=\s*|ruby-|v)?(\d+\.\d+)\.\d+(?:p\d+)?")
_UNSUITABLE = ("darwin", "mingw", "mswin", "java")


@attrs.frozen
class Bundle:
    """What a Gemfile and its lock say.

    Attributes:
        gems: Gems that are named or locked.
        locked: Whether there is a lock file.
        local: A gem lies in a folder of the project, or the Gemfile reads other files.
        git: A gem comes from a Git repository.
        wanted_ruby: The version of Ruby that it asks for, and where.
        foreign_platforms: Platforms that the lock file is for, if this is none of them.
    """

    gems: frozenset[str]
    locked: bool
    local: bool
    git: bool
    wanted_ruby: tuple[str, str] | None
    foreign_platforms: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether one of these gems is in it."""
        return not self.gems.isdisjoint(names)


def read_bundle(project: SourceTree) -> Bundle | None:
    """Read the Gemfile, or None if there is none.

    Raises:
        UnsupportedProject: A gem lies out of the folder.
    """
    text = project.text("Gemfile")
    if text is None:
        return None
    lock = project.text("Gemfile.lock")
    named = _GEM.findall(text)
    stated = _RUBY.search(text)
    locked_ruby = _LOCKED_RUBY.search(lock or "")
    wanted = None
    if stated:
        wanted = (" ".join(re.findall(r"[\"']([^\"']+)[\"']", stated[1])), "Gemfile")
    elif locked_ruby:
        wanted = (locked_ruby[1], "Gemfile.lock")
    for path in re.findall(r"\bpath\s*(?::|=>)\s*[\"']([^\"'\n]+)[\"']", "\n".join(rest for _, rest in named)):
        refuse_outside("Gemfile", path)
    platforms = _PLATFORMS.search(lock or "")
    names = tuple(platforms[1].split()) if platforms else ()
    return Bundle(
        frozenset({name for name, _ in named} | set(_LOCKED.findall(lock or ""))),
        lock is not None,
        any("path:" in rest or ":path" in rest for _, rest in named)
        or bool(re.search(r"^[ \t]*(gemspec|eval_gemfile|path )", text, re.MULTILINE)),
        any(re.search(r"\b(git|github|gitlab|bitbucket)\b\s*(:|=>)|:(git|github)\b", rest) for _, rest in named),
        wanted,
        names if names and all(any(part in name for part in _UNSUITABLE) for name in names) else (),
    )


def ruby_version(project: SourceTree, bundle: Bundle | None) -> LanguageVersion:
    """The version, in the order that all languages share; the range is that of the Gemfile, then of its lock.

    A version with a patch level gets the image of exactly that version: Bundler refuses to run under another one than
    the Gemfile names.
    """
    own, tools = version_file(project, ".ruby-version"), declared_version(project, "ruby")
    wishes = [own, tools, bundle.wanted_ruby if bundle else None]
    for wanted, source in filter(None, wishes):
        exact = _EXACT.fullmatch(wanted.strip())
        if exact and exact[1] in (*RUBY.older, *RUBY.versions):
            version = re.sub(r"^\D*|p\d+$", "", wanted.strip())
            told = RUBY.told(wanted, source, version, exact=True)
            return LanguageVersion(version, source, RUBY.image.format(version=version), told)
        return RUBY.version(wanted.removeprefix("ruby-").replace("~>", "~="), source)
    return RUBY.version(None, "")
