"""Frameworks in versions with holes that are used against servers, each after its advisory."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.manifests import folder_of, may_be_deployed, node_dependencies, place_of, version
from sh0_plugins.rules.node_ranges import Version, span
from sh0_plugins.rules.paths import for_examples, for_tests, generated
from sh0_plugins.rules.places import in_code

if TYPE_CHECKING:
    from sh0.plugin import ProjectTree, TextFile

__all__ = ["RULES"]


@attrs.frozen
class Advisory:
    """A hole in a package.

    Attributes:
        name: What it is called: CVE-….
        lets: What it lets anybody do.
        ranges: The first version that has it and the first that has it no more, of each branch.
        about: A pattern of the files that it is about; where none is there, it is no more than a warning.
    """

    name: str
    lets: str
    ranges: tuple[tuple[Version, Version], ...]
    about: str = ""

    def fixed_in(self, found: Version, end: Version | None = None) -> str | None:
        """The version that fixes it, if this one has the hole, and with an end all that come before that one."""
        for first, fixed in self.ranges:
            if first <= found < fixed and (end is None or end <= fixed):
                return ".".join(map(str, fixed))
        return None


_MIDDLEWARE = Advisory(
    "CVE-2025-29927",
    "lets anybody past what its middleware guards",
    (((11, 1, 4), (12, 3, 5)), ((13,), (13, 5, 9)), ((14,), (14, 2, 25)), ((15,), (15, 2, 3))),
    about=r"(?:src/)?(?:pages/(?:.*/)?)?_?middleware\.[cm]?[jt]sx?",
)
_FLIGHT = Advisory(
    "CVE-2025-66478",
    "lets anybody run code on the server",
    (
        ((15, 0), (15, 0, 5)),
        ((15, 1), (15, 1, 9)),
        ((15, 2), (15, 2, 6)),
        ((15, 3), (15, 3, 6)),
        ((15, 4), (15, 4, 8)),
        ((15, 5), (15, 5, 7)),
        ((16, 0), (16, 0, 7)),
    ),
    about=r"(?:src/)?app/(?:.*/)?(?:page|layout|route|actions?)\.[cm]?[jt]sx?",
)
_COMPONENTS = Advisory(
    "CVE-2025-55182",
    "lets anybody run code on the server",
    (((19, 0), (19, 0, 1)), ((19, 1), (19, 1, 2)), ((19, 2), (19, 2, 1))),
)
_NODE: Final = {
    "next": (_FLIGHT, _MIDDLEWARE),
    "react-server-dom-webpack": (_COMPONENTS,),
    "react-server-dom-turbopack": (_COMPONENTS,),
    "react-server-dom-parcel": (_COMPONENTS,),
}
_PYTHON: Final = {
    "django": Advisory(
        "CVE-2026-1312",
        "lets a crafted request change the database query",
        (((4, 2), (4, 2, 28)), ((5, 2), (5, 2, 11)), ((6,), (6, 0, 2))),
    ),
    "gunicorn": Advisory("CVE-2024-1135", "lets a request be smuggled past the proxy", (((0,), (22,)),)),
}
_PHP: Final = {
    "laravel/framework": Advisory(
        "CVE-2024-52301",
        "lets a request choose the environment that the app runs in",
        (
            ((0,), (6, 20, 45)),
            ((7,), (7, 30, 7)),
            ((8,), (8, 83, 28)),
            ((9,), (9, 52, 17)),
            ((10,), (10, 48, 23)),
            ((11,), (11, 31)),
        ),
    ),
}
_SPRING = Advisory(
    "CVE-2022-22965", "lets anybody run code on the server", (((5, 2), (5, 2, 20)), ((5, 3), (5, 3, 18)))
)
_JAVA: Final = {
    "log4j-core": Advisory(
        "CVE-2021-44228",
        "lets anybody run code on the server by what it logs",
        (((2, 0), (2, 3, 2)), ((2, 4), (2, 12, 4)), ((2, 13), (2, 17, 1))),
    ),
    "spring-webmvc": _SPRING,
    "spring-webflux": _SPRING,
    "spring-beans": _SPRING,
    "spring-boot-starter-parent": Advisory(
        "CVE-2022-22965", "lets anybody run code on the server", (((2, 0), (2, 5, 12)), ((2, 6), (2, 6, 6)))
    ),
    "struts2-core": Advisory(
        "CVE-2017-5638", "lets anybody run code on the server", (((2, 3, 5), (2, 3, 32)), ((2, 5), (2, 5, 10, 1)))
    ),
}
_WAR = r"<packaging>war</packaging>|['\"]war['\"]"
"""What the hole of Spring needs: an app that is unpacked in a Tomcat of its own."""
_ARTIFACT = (
    r"<artifactId>(?P<maven>" + "|".join(_JAVA) + r")</artifactId>\s{0,200}<version>(?P<version>[\w.-]{1,40})</version>"
    r"|<(?:log4j2?|spring|struts2?)\.version>(?P<property>[\w.-]{1,40})</"
    r"|[\"']org\.[\w.]{1,60}:(?P<gradle>" + "|".join(_JAVA) + r"):(?P<coordinate>[\w.-]{1,40})"
)


def _node(tree: "ProjectTree") -> Iterator[Hit]:
    for path in tree.project.names:
        if (
            not (path == "package.json" or path.endswith("/package.json"))
            or for_tests(path)
            or for_examples(path)
            or generated(path)
        ):
            continue
        text = tree.project.text(path) or ""
        for name, wished in node_dependencies(tree.project.json(path) or {}):
            if name not in _NODE:
                continue
            locked = _installed(tree, folder_of(path), name)
            taken = span(locked or wished)
            if taken is None:
                continue
            # Of a range the newest is installed: it has the hole if all of the range have it.
            concerned = [each for each in _NODE[name] if each.fixed_in(*taken)]
            severity, advisory = _worst(tree, folder_of(path), concerned)
            if advisory is not None:
                place = place_of(text, rf"\"{re.escape(name)}\"\s*:")
                if not (tree.project.has("Dockerfile") or may_be_deployed(tree.project, folder_of(path))):
                    severity = Severity.WARNING
                shown = "" if locked else wished.strip()
                yield attrs.evolve(_hit(name, taken[0], advisory, place, path, shown), severity=severity)


def _worst(tree: "ProjectTree", folder: str, found: list[Advisory]) -> tuple[Severity, Advisory | None]:
    """The advisory that concerns what is there, or the first of the others, which is a warning."""
    inside = [path[len(folder) :] for path in tree.project.names if path.startswith(folder)]
    for advisory in found:
        if not advisory.about or any(re.fullmatch(advisory.about, path) for path in inside):
            return Severity.ERROR, advisory
    return Severity.WARNING, next(iter(found), None)


def _installed(tree: "ProjectTree", folder: str, name: str) -> str | None:
    """The version of a package in the lock file beside its manifest."""
    patterns = {
        "package-lock.json": rf"\"node_modules/{re.escape(name)}\": \{{\s*\"version\": \"([^\"]+)\"",
        "pnpm-lock.yaml": rf"(?m)^ {{2,4}}'?/?{re.escape(name)}[@/](\d[\w.-]*)",
        "yarn.lock": rf"(?m)^\"?{re.escape(name)}@[^\n]*:\n  version:? \"?([^\"\n]+)",
        "bun.lock": rf"\[\"{re.escape(name)}@(\d[\w.-]*)\"",
    }
    for lock, pattern in patterns.items():
        found = re.search(pattern, tree.project.text(folder + lock) or "")
        if found is not None:
            return found[1]
    return None


def _hit(name: str, found: Version, advisory: Advisory, place: tuple[int, int], path: str = "", shown: str = "") -> Hit:
    numbers = shown.lstrip("v=") or ".".join(map(str, found))
    return Hit(
        f"{name} {numbers} {advisory.lets} ({advisory.name}); {advisory.fixed_in(found)} does not.", *place, path
    )


def _java(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_examples(file.path) or generated(file.path):
        return
    comments = [found.span() for found in re.finditer(r"<!--.*?-->|/\*.*?\*/", file.text, re.DOTALL)]
    for match, line, column in in_code(file, _ARTIFACT):
        if match["property"] is not None:
            name = {"l": "log4j-core", "sp": "spring-webmvc", "st": "struts2-core"}[
                match[0][1 : 2 if match[0][1] == "l" else 3]
            ]
        else:
            name = match["maven"] or match["gradle"]
        found = version(match["version"] or match["property"] or match["coordinate"])
        if found is not None and _JAVA[name].fixed_in(found):
            war = re.search(_WAR, file.text) is not None
            if any(begin <= match.start() < end for begin, end in comments):
                continue
            severity = Severity.WARNING if _JAVA[name].name == _SPRING.name and not war else Severity.ERROR
            severity = Severity.WARNING if _of_tests(file.text, match) else severity
            yield attrs.evolve(_hit(name, found, _JAVA[name], (line, column)), severity=severity)


def _of_tests(text: str, match: "re.Match[str]") -> bool:
    """Whether a dependency is for tests, which are no part of the app."""
    if match["property"] is not None:
        return False
    if match["maven"] is not None:
        return re.match(r"(?:(?!</dependency>)[^\0]){0,400}?<scope>\s*test\s*</scope>", text[match.end() :]) is not None
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return re.match(r"\s*(?:test\w*|androidTest\w*)\b", line) is not None


def _python(file: "TextFile") -> Iterator[Hit]:
    pinned = (
        r"(?im)^(?P<at>[a-z][\w.-]*)(?:\[[^\]\n]*\])?==(?P<version>[\w.]+)"
        r"|^name = \"(?P<name>[^\"\n]+)\"\nversion = \"(?P<locked>[^\"\n]+)\""
    )
    for match, line, column in in_code(file, pinned.replace("(?P<at>", "(?P<plain>")):
        name = (match["plain"] or match["name"]).lower()
        found = version(match["version"] or match["locked"]) if name in _PYTHON else None
        if found is not None and _PYTHON[name].fixed_in(found):
            yield _hit(name, found, _PYTHON[name], (line, column))


def _php(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in in_code(
        file, r"\"name\": \"(?P<name>[\w-]+/[\w-]+)\",\s{1,40}\"version\": \"(?P<version>[^\"\n]+)\""
    ):
        found = version(match["version"]) if match["name"] in _PHP else None
        if found is not None and _PHP[match["name"]].fixed_in(found):
            yield _hit(match["name"], found, _PHP[match["name"]], (line, column))


_MEND = "Update it to the version that the message names, or to a later one of the same branch, and deploy at once."

RULES: Final = (
    Rule(
        id="SH0-DP008",
        category=Category.DEPENDENCIES,
        severity=Severity.ERROR,
        title="Next.js or React with a known hole",
        why=(
            "Requests that use it are sent to every address on the internet by robots. It takes one request, "
            "and no account."
        ),
        remedy=_MEND,
        link="https://nextjs.org/blog/CVE-2025-66478",
        subject=Subject.PROJECT,
        check=_node,
    ),
    Rule(
        id="SH0-DP009",
        category=Category.DEPENDENCIES,
        severity=Severity.ERROR,
        title="Java library with a known hole",
        why="Log4Shell, Spring4Shell and the hole of Struts are still tried against every server that answers.",
        remedy=_MEND,
        link="https://logging.apache.org/security.html",
        subject=Subject.FILE,
        check=_java,
        files=("pom.xml", "build.gradle", "build.gradle.kts", "*.sbt", "libs.versions.toml"),
        trigger=r"log4j|spring-|spring\.version|struts2",
    ),
    Rule(
        id="SH0-DP010",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Python framework with a known hole",
        why="The hole is public, and so is the fix; whoever looks for servers to break into knows both.",
        remedy=_MEND,
        link="https://www.djangoproject.com/weblog/2026/feb/03/security-releases/",
        subject=Subject.FILE,
        check=_python,
        files=("requirements*.txt", "requirements/*.txt", "uv.lock", "poetry.lock", "pdm.lock"),
        trigger=r"(?i)\b(?:django|gunicorn)(?:==|\[|\"\nversion)",
    ),
    Rule(
        id="SH0-DP011",
        category=Category.DEPENDENCIES,
        severity=Severity.WARNING,
        title="Laravel with a known hole",
        why="The hole is public, and so is the fix; whoever looks for servers to break into knows both.",
        remedy=_MEND,
        link="https://nvd.nist.gov/vuln/detail/CVE-2024-52301",
        subject=Subject.FILE,
        check=_php,
        files=("composer.lock",),
        trigger=r"\"laravel/framework\"",
    ),
)
