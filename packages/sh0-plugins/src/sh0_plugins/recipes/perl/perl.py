"""Perl: Mojolicious, or a PSGI application."""

import re

import attrs

from sh0.plugin import PORT, Detection, SourceTree, declared_version, version_file
from sh0_plugins.recipes.images import PERL

__all__ = ["detect_perl"]

PERL_PORT = 3000
_LIBRARIES = "/usr/local/perl5"
_REQUIRED = re.compile(
    r"^[ \t]*requires[ \t]*\(?[ \t]*[\"']([\w:]+)[\"'](?:\s*(?:=>|,)\s*[\"']([^\"']*)[\"'])?", re.MULTILINE
)
_MOJOLICIOUS = re.compile(
    r"^[ \t]*use\s+Mojolicious::(?:Lite|Commands)\b|Mojolicious::Commands->start_app", re.MULTILINE
)


def detect_perl(project: SourceTree) -> Detection | None:
    """Find a Mojolicious application or ``app.psgi``, and serve it with the server meant for production."""
    cpanfile = project.text("cpanfile")
    scripts = [n for n in project.names if (n.endswith(".pl") and "/" not in n) or re.fullmatch(r"script/[\w.-]+", n)]
    mojolicious = next((path for path in scripts if _MOJOLICIOUS.search(project.text(path) or "")), None)
    if mojolicious is None and not project.has("app.psgi"):
        return None
    required = dict(_REQUIRED.findall(cpanfile or ""))
    wanted = (required["perl"].removeprefix("v"), "cpanfile") if required.get("perl") else None
    version = PERL.pick(version_file(project, ".perl-version"), declared_version(project, "perl"), wanted)
    detection = Detection(
        "perl",
        version=version.version,
        version_source=version.source,
        port=PERL_PORT,
        # PLACK_ENV would make a Mojolicious application wait for a PSGI server instead of serving.
        environment={"MOJO_MODE": "production"} if mojolicious else {"PLACK_ENV": "production"},
        runtime_image=version.image,
        warnings=version.warnings,
    )
    if cpanfile is None:
        return detection.warn("There is no cpanfile that says which modules to install.")
    local = {"PERL5LIB": f"{_LIBRARIES}/lib/perl5", "PATH": f"{_LIBRARIES}/bin:$PATH"}
    detection = attrs.evolve(
        detection,
        package_manager="cpanm",
        setup=(f"mkdir -p {_LIBRARIES}",),
        manifests=("cpanfile",),
        install=(f"cpanm --notest --local-lib {_LIBRARIES} --installdeps .",),
        artifacts=(_LIBRARIES,),
        environment={**detection.environment, **local},
        build_packages=("build-essential",),
        build_image=version.image,
    )
    if mojolicious is not None:
        start = ("perl", mojolicious, "prefork", "--listen", f"http://*:{PORT}", "--proxy")
        return attrs.evolve(detection, framework="Mojolicious", start=start)
    if "Starman" in required:
        return attrs.evolve(detection, framework="PSGI", start=("starman", "--listen", f"0.0.0.0:{PORT}", "app.psgi"))
    return detection.warn("cpanfile names no server for app.psgi: add `requires 'Starman';`.")
