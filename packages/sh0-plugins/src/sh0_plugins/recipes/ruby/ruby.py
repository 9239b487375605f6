"""Ruby without Rails: Rack applications, scripts, and Jekyll's pages; and what all Ruby recipes share."""

import re

import attrs

from sh0.plugin import NGINX, PORT, Detection, SourceTree, read_processes
from sh0_plugins.recipes.ruby.bundle import Bundle, read_bundle, ruby_version
from sh0_plugins.recipes.static.static import STATIC_PORT
from sh0_plugins.sentences import no_lock

__all__ = ["RUBY_PORT", "detect_ruby", "puma", "ruby_base"]

RUBY_PORT = 3000
_FRAMEWORKS = {"sinatra": "Sinatra", "hanami": "Hanami", "roda": "Roda", "grape": "Grape"}
_SCRIPTS = ("app.rb", "main.rb", "server.rb", "bot.rb", "run.rb", "web.rb")
_SERVERS = {
    "falcon": ("falcon", "serve", "--bind", f"http://0.0.0.0:{PORT}"),
    "unicorn": ("unicorn", "-l", f"0.0.0.0:{PORT}"),
    "thin": ("rackup", "--server", "thin", "--host", "0.0.0.0", "--port", PORT),
    "webrick": ("rackup", "--server", "webrick", "--host", "0.0.0.0", "--port", PORT),
}
_PROGRAMS = ("bin/rails", "bundle", "puma", "rackup", "rails", "ruby", "thrust", "unicorn")
_GROUPS = "development:test"
_SINATRA_PORT = re.compile(r"^[ \t]*set\s+:port\s*,\s*(\d{2,5})\b", re.MULTILINE)
_SYSTEM_PACKAGES = {
    # Gems that are compiled against libraries, with Debian's packages to compile and to run them.
    "charlock_holmes": (("libicu-dev",), ()),
    "image_processing": ((), ("libvips",)),
    "mysql2": (("default-libmysqlclient-dev",), ("libmariadb3",)),
    "pg": (("libpq-dev",), ("libpq5",)),
    "psych": (("libyaml-dev",), ("libyaml-0-2",)),
    "rmagick": (("libmagickwand-dev",), ("imagemagick",)),
    "ruby-vips": ((), ("libvips",)),
    "sqlite3": (("libsqlite3-dev",), ("libsqlite3-0",)),
}


def detect_ruby(project: SourceTree) -> Detection | None:
    """A Rack application (``config.ru``), a script with the usual name, or pages that Jekyll builds.

    A Gemfile or a script beside a package.json may only serve the tools of a JavaScript project: there it takes a
    config.ru, a framework, or a Procfile that starts Ruby.
    """
    bundle = read_bundle(project)
    beside = project.has("package.json")
    if bundle is None and (beside or not project.first("config.ru", *_SCRIPTS)):
        return None
    if bundle is not None and bundle.has("jekyll", "github-pages") and project.has("_config.yml"):
        return _jekyll(project, bundle)
    found = ruby_base(project, bundle)
    framework = next((title for name, title in _FRAMEWORKS.items() if bundle and bundle.has(name)), "")
    found = attrs.evolve(found, framework=framework, environment={**found.environment, "RACK_ENV": "production"})
    if project.has("config.ru"):
        return _rack(project, bundle, found)
    script = project.first(*_SCRIPTS)
    if script is not None and (framework or not beside):
        return _script(project, bundle, script, found)
    web = (read_processes(project).get("web") or "").split()
    return found if not beside or (web and web[0].startswith(_PROGRAMS)) else None


def ruby_base(project: SourceTree, bundle: Bundle | None) -> Detection:
    """A detection with everything but framework and start command."""
    version = ruby_version(project, bundle)
    detection = Detection(
        "ruby",
        version=version.version,
        version_source=version.source,
        port=RUBY_PORT,
        runtime_image=version.image,
        warnings=version.warnings,
    )
    if bundle is None:
        return detection
    settings = {"BUNDLE_WITHOUT": _GROUPS, **({"BUNDLE_FROZEN": "1"} if bundle.locked else {})}
    compiled = {each for name in bundle.gems for each in _SYSTEM_PACKAGES.get(name, ((), ()))[0]}
    loaded = {each for name in bundle.gems for each in _SYSTEM_PACKAGES.get(name, ((), ()))[1]}
    told = []
    if not bundle.locked:
        told.append(no_lock("Gemfile.lock"))
    if bundle.foreign_platforms:
        names = ", ".join(bundle.foreign_platforms)
        told.append(f"Gemfile.lock is for {names} only: run `bundle lock --add-platform x86_64-linux` and commit it.")
    manifests = ("Gemfile", *(("Gemfile.lock",) if bundle.locked else ()))
    return attrs.evolve(
        detection,
        package_manager="bundler",
        manifests=(*manifests, *(path for path in (".ruby-version", ".tool-versions") if project.has(path))),
        copy_first=bundle.local,
        install=("bundle install --jobs 4 --retry 3 && rm -rf /usr/local/bundle/cache",),
        artifacts=("/usr/local/bundle",),
        environment=settings,
        build_environment=settings,
        build_packages=tuple(sorted({"build-essential", "git", "libyaml-dev", "pkg-config", *compiled})),
        runtime_packages=tuple(sorted({"libyaml-0-2", *loaded})),
        build_image=version.image,
    ).warn(*told)


def puma(project: SourceTree) -> tuple[str, ...]:
    """The command that serves with Puma: as its configuration says, if that knows of PORT; else at the app's port."""
    path = project.first("config/puma.rb", "config/puma/production.rb", "puma.rb")
    told = ("-C", path) if path else ()
    if path and "PORT" in (project.text(path) or ""):
        return ("bundle", "exec", "puma", *told)
    return ("bundle", "exec", "puma", *told, "--bind", f"tcp://0.0.0.0:{PORT}")


def _rack(project: SourceTree, bundle: Bundle | None, found: Detection) -> Detection:
    if bundle is None:
        return found.warn("config.ru is there, but no Gemfile that says which gems and which server it needs.")
    if bundle.has("puma"):
        return attrs.evolve(found, start=puma(project))
    server = next((name for name in _SERVERS if bundle.has(name)), None)
    if server is None:
        return found.warn("The Gemfile names no server: add the gem puma.")
    own = project.first("config/unicorn.rb", "unicorn.rb") if server == "unicorn" else None
    return attrs.evolve(found, start=("bundle", "exec", *_SERVERS[server], *(("-c", own) if own else ())))


def _script(project: SourceTree, bundle: Bundle | None, script: str, found: Detection) -> Detection:
    text = project.text(script) or ""
    start = ("bundle", "exec", "ruby", script) if bundle else ("ruby", script)
    if not re.search(r"require\s+[\"']sinatra[\"']", text):
        return attrs.evolve(found, start=start)
    if bundle is None:
        return found.warn(f"{script} requires sinatra, but there is no Gemfile that says so.")
    if not bundle.has("puma", "falcon", "thin", "webrick"):
        found = found.warn("The Gemfile names no server for Sinatra: add the gems puma and rackup.")
    port = _SINATRA_PORT.search(text)
    if port and 0 < int(port[1]) < 65536:
        found = attrs.evolve(found, port=int(port[1]))
    return attrs.evolve(found, start=start)  # Sinatra itself reads PORT, and listens on 0.0.0.0 in production.


def _jekyll(project: SourceTree, bundle: Bundle) -> Detection:
    base = ruby_base(project, bundle)
    return attrs.evolve(
        base,
        framework="Jekyll",
        build=("bundle exec jekyll build --destination _site",),
        build_environment={**base.build_environment, "BUNDLE_WITHOUT": "test", "JEKYLL_ENV": "production"},
        environment={},
        artifacts=(),
        runtime_packages=(),
        static_directory="_site",
        port=STATIC_PORT,
        runtime_image=NGINX,
    )
