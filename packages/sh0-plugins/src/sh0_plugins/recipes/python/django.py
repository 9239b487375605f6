"""Django: manage.py and the WSGI or ASGI module of its site."""

import shlex

import attrs

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.python.djangosite import DjangoSite, find_django_site
from sh0_plugins.recipes.python.entry import Entry
from sh0_plugins.recipes.python.flask import gunicorn, server_package, uvicorn
from sh0_plugins.recipes.python.packages import read_python_project
from sh0_plugins.recipes.python.python import python_base, refuse_unlisted

__all__ = ["detect_django"]


def detect_django(project: SourceTree) -> Detection | None:
    """Find the site, serve it with gunicorn (uvicorn if it has no WSGI module), and collect its static files."""
    site = find_django_site(project)
    if site is None:
        return None
    facts = read_python_project(project)
    if facts is None:
        return None
    if facts.manager == "none":
        refuse_unlisted(project, "")
    extra, warnings = server_package(project, facts, "uvicorn" if site.asgi else "gunicorn")
    base = python_base(project, facts, extra)
    environment = {**base.environment, "FORWARDED_ALLOW_IPS": "*"}
    if site.settings:
        environment["DJANGO_SETTINGS_MODULE"] = site.settings
    if site.asgi:
        module, _, attribute = site.application.partition(":")
        start = uvicorn(Entry("Django", module, attribute, False, site.directory, ""))
    else:
        start = gunicorn(project, site.application, chdir=site.directory)
        if not project.has("gunicorn.conf.py"):
            environment["WEB_CONCURRENCY"] = "2"
    found = attrs.evolve(base, framework="Django", start=start, environment=environment).warn(*warnings)
    if site.collects_static:
        found = attrs.evolve(found, build=(*found.build, _collect(site)))
        if not facts.depends_on("whitenoise"):
            found = found.warn(
                "STATIC_ROOT is set, and whitenoise is not among the dependencies: nothing serves its files."
            )
    if site.no_hosts:
        found = found.warn("ALLOWED_HOSTS is empty: without DEBUG, Django answers every request with 400.")
    return found


def _collect(site: DjangoSite) -> str:
    """Collect static files. Settings may need variables that only the running app has: then it goes on without."""
    manage = shlex.quote(f"{site.directory}/manage.py" if site.directory else "manage.py")
    missing = "sh0: collectstatic did not succeed, so this image holds no collected static files"
    return f"SECRET_KEY=only-for-the-build python {manage} collectstatic --noinput || echo {shlex.quote(missing)} >&2"
