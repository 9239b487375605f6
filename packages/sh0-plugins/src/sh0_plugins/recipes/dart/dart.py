"""Dart: a server that is compiled ahead of time, or the pages that Flutter makes for the web."""

import posixpath
import re
import shlex

import attrs

from sh0.plugin import (
    DEBIAN,
    NGINX,
    Detection,
    LanguageVersion,
    SourceTree,
    UnsupportedProject,
    declared_version,
    source_files,
    stated_port,
    version_file,
)
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files
from sh0_plugins.recipes.images import DART, FLUTTER
from sh0_plugins.recipes.node.build import PAGES_PORT

__all__ = ["detect_dart"]

_PORT = 8080
_NAME = re.compile(r"^name:\s*[\"']?(\w+)", re.MULTILINE)
_SDK = re.compile(r"^environment:\s*\n(?:[ \t]+\S[^\n]*\n)*?[ \t]+sdk:\s*[\"']?([^\"'#\n]+)", re.MULTILINE)
_DEPENDENCY = re.compile(r"^  ([\w]+):", re.MULTILINE)
_FLUTTER = re.compile(r"^[ \t]+flutter:\s*\n\s+sdk:\s*flutter\b", re.MULTILINE)
_FRAMEWORKS = {"dart_frog": "Dart Frog", "shelf": "Shelf", "alfred": "Alfred"}
_PORTS = re.compile(r"\bserve\([^;]{0,200}?,\s*(\d{2,5})\s*\)|\bHttpServer\.bind\([^;]{0,200}?,\s*(\d{2,5})\b")
_FROG = "dart pub global run dart_frog_cli:dart_frog build"
_OUTPUT = "/app/bin/server"


def detect_dart(project: SourceTree) -> Detection | None:
    """A package with a program in ``bin``, a Dart Frog server, or a Flutter app with a folder ``web``.

    Raises:
        UnsupportedProject: It has neither.
    """
    text = (project.text("pubspec.yaml") or "")[:4096] if project.has("pubspec.yaml") else None
    if text is None:
        return None
    sdk = _SDK.search(text)
    if _FLUTTER.search(text):
        return _flutter(project)
    dependencies = set(_DEPENDENCY.findall(text))
    named = _NAME.search(text)
    frog = "dart_frog" in dependencies
    main = "build/bin/server.dart" if frog else _main(project, named[1] if named else "")
    version = DART.pick(
        version_file(project, ".dart-version"),
        declared_version(project, "dart"),
        (_bounds(sdk[1].strip()), "pubspec.yaml") if sdk else None,
    )
    manifests = tuple(name for name in ("pubspec.yaml", "pubspec.lock") if project.has(name))
    return Detection(
        "dart",
        framework=next((title for name, title in _FRAMEWORKS.items() if name in dependencies), ""),
        version=version.version,
        version_source=version.source,
        package_manager="pub",
        manifests=manifests,
        copy_first=bool(re.search(r"^[ \t]+path:\s", text, re.MULTILINE)),
        install=("dart pub get",),
        build=(
            *(("dart pub global activate dart_frog_cli", _FROG) if frog else ()),
            f"mkdir -p /app/bin && dart compile exe {shlex.quote(main)} -o {_OUTPUT}",
        ),
        artifacts=(_OUTPUT, *run_time_files(project, ".dart"), AUTHORITIES),
        keep_source=False,
        start=(_OUTPUT,),
        port=stated_port(source_files(project, ".dart"), _PORTS) or _PORT,
        build_packages=("ca-certificates",),
        build_image=version.image,
        runtime_image=DEBIAN,
        ignore=(".dart_tool", "build"),
        warnings=version.warnings,
    )


def _main(project: SourceTree, name: str) -> str:
    usual = project.first("bin/server.dart", f"bin/{name}.dart", "bin/main.dart", "lib/main.dart")
    programs = [path for path in project.names if posixpath.dirname(path) == "bin" and path.endswith(".dart")]
    main = usual or (programs[0] if len(programs) == 1 else None)
    if main is None:
        raise UnsupportedProject(
            f"found a Dart project without a program to start: there {'are several' if programs else 'is none'} in bin",
            hint="Name it bin/server.dart, or add a Dockerfile.",
            stack="dart",
        )
    return main


def _flutter(project: SourceTree) -> Detection:
    if not project.has("web/index.html"):
        raise UnsupportedProject(
            "found a Flutter app (pubspec.yaml) without a folder web: it is no app for browsers",
            hint="Run `flutter create . --platforms web`, and commit the folder web.",
            stack="dart",
        )
    version: LanguageVersion = FLUTTER.pick(
        version_file(project, ".flutter-version"), declared_version(project, "flutter")
    )
    found = Detection(
        "dart",
        framework="Flutter",
        package_manager="pub",
        manifests=tuple(name for name in ("pubspec.yaml", "pubspec.lock") if project.has(name)),
        copy_first=project.has_folder("packages"),
        install=("flutter pub get",),
        build=("flutter build web --release",),
        build_image=version.image,
        runtime_image=NGINX,
        static_directory="build/web",
        fallback="index.html",
        port=PAGES_PORT,
        ignore=(".dart_tool", "build"),
        warnings=version.warnings,
    )
    return attrs.evolve(found, version=version.version, version_source=version.source)


def _bounds(sdk: str) -> str:
    """A range of versions. Dart 3 runs what was written for 2.12 and later, although these say ``<3.0.0``."""
    found = re.match(r"\^?>?=?\s*2\.(\d+)", sdk)
    return f">=2.{found[1]} <4.0.0" if found and int(found[1]) >= 12 else sdk
