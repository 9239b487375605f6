"""Finding a Django site: its manage.py, its settings, and the object that serves it."""

import re

import attrs

from sh0.plugin import SourceTree
from sh0_plugins.recipes.python.source import read_source

__all__ = ["DjangoSite", "find_django_site"]

_SETTINGS = re.compile(r"DJANGO_SETTINGS_MODULE[\"']\s*(?:,|\]\s*=)\s*[\"']([\w.]+)[\"']")
_SERVED = re.compile(r"^WSGI_APPLICATION\s*=\s*[\"']([\w.]+)\.(\w+)[\"']", re.MULTILINE)
_STATIC_ROOT = re.compile(r"^[ \t]*STATIC_ROOT\s*=\s*(?!None\b|[\"']{2})\S", re.MULTILINE)
_NO_HOSTS = re.compile(r"^ALLOWED_HOSTS\s*(?::[^=]+)?=\s*\[\s*\]", re.MULTILINE)


@attrs.frozen
class DjangoSite:
    """A Django site.

    Attributes:
        directory: Folder of manage.py, relative to the project; empty for its top.
        settings: Dotted name of the settings module, or empty.
        application: What a server loads, as in ``shop.wsgi:application``.
        asgi: Whether that speaks ASGI.
        collects_static: Whether the settings name a STATIC_ROOT.
        no_hosts: ALLOWED_HOSTS is an empty list.
    """

    directory: str
    settings: str
    application: str
    asgi: bool
    collects_static: bool
    no_hosts: bool


def find_django_site(project: SourceTree) -> DjangoSite | None:
    """Look for the shallowest manage.py that names a settings module; None if there is none."""
    candidates = [n for n in project.names if n.split("/")[-1] == "manage.py" and n.count("/") <= 2]
    for path in sorted(candidates, key=lambda name: (name.count("/"), name)):
        text = project.text(path) or ""
        if "django" not in read_source(path, text).modules and "DJANGO_SETTINGS_MODULE" not in text:
            continue
        directory = path.rpartition("/")[0]
        found = _SETTINGS.search(text)
        return _site(project, directory, found[1] if found else "")
    return None


def _site(project: SourceTree, directory: str, settings: str) -> DjangoSite:
    below = f"{directory}/" if directory else ""
    place = f"{below}{settings.replace('.', '/')}"
    package = settings.rpartition(".")[0] or settings
    parent = place.rpartition("/")[0]
    around = (f"{place}/", f"{parent}/") if parent.endswith("settings") else (f"{place}/",)
    names = [f"{place}.py", *(name for name in project.names if name.startswith(around))]
    text = "\n".join(project.text(name) or "" for name in dict.fromkeys(names) if name.endswith(".py"))
    application, asgi = "django.core.wsgi:get_wsgi_application()", False
    served = _SERVED.search(text)
    if served and project.has(f"{below}{served[1].replace('.', '/')}.py"):
        application = f"{served[1]}:{served[2]}"
    else:
        for name in ("wsgi", "asgi"):
            found = _module(project, below, package, name)
            if found is not None:
                application, asgi = f"{found}:application", name == "asgi"
                break
    collects, no_hosts = _STATIC_ROOT.search(text) is not None, _NO_HOSTS.search(text) is not None
    return DjangoSite(directory, settings, application, asgi, collects, no_hosts)


def _module(project: SourceTree, below: str, package: str, name: str) -> str | None:
    """Dotted name of a wsgi or asgi module: beside the settings, or the shallowest there is."""
    here = package.split(".")
    for end in range(len(here), 0, -1):
        if project.has(f"{below}{'/'.join(here[:end])}/{name}.py"):
            return ".".join([*here[:end], name])
    files = [p for p in project.names if p.startswith(below) and p.split("/")[-1] == f"{name}.py"]
    files.sort(key=lambda p: (p.count("/"), p))
    return files[0].removeprefix(below).removesuffix(".py").replace("/", ".") if files else None
