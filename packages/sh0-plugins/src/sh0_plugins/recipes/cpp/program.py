"""What every program in C or C++ is built with, whatever its build system."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sh0.plugin import DEBIAN, Detection, SourceTree, UnsupportedProject, source_files, stated_port
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files
from sh0_plugins.sentences import local_only

__all__ = ["LEFT_OUT", "native_program", "only_program"]

LEFT_OUT: Final = frozenset(
    {"test", "tests", "testing", "example", "examples", "bench", "benchmarks", "third_party", "thirdparty", "external"}
    | {"extern", "vendor", "deps", "build", "cmake", "subprojects", "docs"}
)
"""Folders whose programs are not the project's own."""
_ENDS = (".cpp", ".cc", ".cxx", ".c", ".hpp", ".h")
_PORT = 8080
_PORTS = re.compile(
    r"\.listen\(\s*\"[^\"\n]*\"\s*,\s*(\d{2,5})|\.port\(\s*(\d{2,5})|\bhtons\(\s*(\d{2,5})"
    r"|addListener\(\s*\"[^\"\n]*\"\s*,\s*(\d{2,5})|make_address\([^)\n]*\)\s*,\s*(\d{2,5})"
)
_LOCAL = re.compile(r"(?:\.listen|addListener|\.bindaddr)\(\s*\"(?:localhost|127\.0\.0\.1)\"")
_LIBRARIES: Final = {
    # Name in a build file, in small letters: Debian's packages to build with, and those to run with.
    "openssl": (("libssl-dev",), ("libssl3",)),
    "curl": (("libcurl4-openssl-dev",), ("libcurl4",)),
    "libcurl": (("libcurl4-openssl-dev",), ("libcurl4",)),
    "zlib": (("zlib1g-dev",), ("zlib1g",)),
    "sqlite3": (("libsqlite3-dev",), ("libsqlite3-0",)),
    "postgresql": (("libpq-dev",), ("libpq5",)),
    "libpq": (("libpq-dev",), ("libpq5",)),
    "nlohmann_json": (("nlohmann-json3-dev",), ()),
    "fmt": (("libfmt-dev",), ("libfmt9",)),
    "spdlog": (("libspdlog-dev",), ("libspdlog1.10",)),
    "jsoncpp": (("libjsoncpp-dev",), ("libjsoncpp25",)),
    "httplib": (("libcpp-httplib-dev",), ("libcpp-httplib0.11",)),
    "cpp-httplib": (("libcpp-httplib-dev",), ("libcpp-httplib0.11",)),
    "asio": (("libasio-dev",), ()),
    "libuv": (("libuv1-dev",), ("libuv1",)),
    "libevent": (("libevent-dev",), ("libevent-2.1-7", "libevent-pthreads-2.1-7")),
    "libmicrohttpd": (("libmicrohttpd-dev",), ("libmicrohttpd12",)),
    "yaml-cpp": (("libyaml-cpp-dev",), ("libyaml-cpp0.7",)),
    "boost": (("libboost-all-dev",), ("libboost-system1.74.0", "libboost-thread1.74.0", "libboost-filesystem1.74.0")),
    "threads": ((), ()),
    "pkgconfig": ((), ()),
    "git": ((), ()),
}


def only_program(names: Iterable[str], preferred: str, found_in: str) -> str:
    """The program to start: the only one, or the one that is called like the project.

    Args:
        names: The programs that the build makes.
        preferred: Name of the project.
        found_in: The build file.

    Raises:
        UnsupportedProject: There is none, or none of several is the obvious one.
    """
    known = list(dict.fromkeys(names))
    if len(known) == 1 or preferred in known:
        return known[0] if len(known) == 1 else preferred
    several = f"several programs ({', '.join(known)})" if known else "no program"
    raise UnsupportedProject(
        f"found a {found_in} that builds {several}", hint="Add a Dockerfile that builds and starts it.", stack="c++"
    )


def native_program(
    project: SourceTree,
    name: str,
    tool: str,
    steps: tuple[str, ...],
    packages: tuple[str, ...],
    libraries: Sequence[str],
) -> Detection:
    """A detection of a program that the build leaves anywhere below ``build``; it is installed by its name.

    Args:
        project: The project.
        name: The program.
        tool: The build system.
        steps: Commands that build.
        packages: Debian packages that they need.
        libraries: Libraries that the build file asks for.
    """
    texts = source_files(project, *_ENDS)
    plain_c = not any(path.endswith((".cpp", ".cc", ".cxx")) for path in project.names)
    known = [_LIBRARIES[each.lower()] for each in libraries if each.lower() in _LIBRARIES]
    unknown = [each for each in libraries if each.lower() not in _LIBRARIES]
    program = f"/usr/local/bin/{name}"
    found = Detection(
        "c" if plain_c else "c++",
        package_manager=tool,
        build=(
            *steps,
            f"install -D \"$(find . -type f -name '{name}' -perm -u+x | head -n 1)\" {program}",
        ),
        artifacts=(program, *run_time_files(project, *_ENDS), AUTHORITIES),
        keep_source=False,
        start=(program,),
        port=stated_port(texts, _PORTS) or _PORT,
        build_packages=tuple(dict.fromkeys(("ca-certificates", *packages, *(p for many, _ in known for p in many)))),
        runtime_packages=tuple(dict.fromkeys(package for _, many in known for package in many)),
        build_image=DEBIAN,
        runtime_image=DEBIAN,
        ignore=("build",),
    )
    if unknown:
        found = found.warn(f"No package is known for {', '.join(dict.fromkeys(unknown))}: it has to be optional.")
    return found.warn(local_only(name)) if any(_LOCAL.search(text) for text in texts) else found
