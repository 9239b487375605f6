"""Ruby on Rails."""

import attrs

from sh0.plugin import PORT, Detection, SourceTree
from sh0_plugins.recipes.node.assets import with_assets
from sh0_plugins.recipes.ruby.bundle import read_bundle
from sh0_plugins.recipes.ruby.ruby import puma, ruby_base

__all__ = ["detect_rails"]

_PIPELINES = ("sprockets-rails", "propshaft", "shakapacker", "webpacker", "vite_rails", "vite_ruby")
_BUNDLERS = (
    "jsbundling-rails",
    "cssbundling-rails",
    "shakapacker",
    "webpacker",
    "vite_rails",
    "vite_ruby",
    "react_on_rails",
)
_SECRETS = "SECRET_KEY_BASE=only-for-the-build SECRET_KEY_BASE_DUMMY=1"


def detect_rails(project: SourceTree) -> Detection | None:
    """A Gemfile with Rails, and its configuration: served by Puma, with compiled assets that it serves itself.

    A package.json is part of it: Node is there while the assets are compiled, not afterwards.
    """
    bundle = read_bundle(project)
    if bundle is None or not bundle.has("rails", "railties") or not project.has("config/application.rb"):
        return None
    base = ruby_base(project, bundle)
    start = puma(project)
    if not bundle.has("puma"):
        start = ("bundle", "exec", "rails", "server", "--binding", "0.0.0.0", "--port", PORT)
        base = base.warn("The Gemfile does not name puma: `rails server` starts whatever server there is.")
    environment = {"RAILS_ENV": "production", "RAILS_LOG_TO_STDOUT": "1", "RAILS_SERVE_STATIC_FILES": "1"}
    found = attrs.evolve(
        base,
        framework="Rails",
        start=start,
        environment={**base.environment, **environment},
        build_environment={**base.build_environment, "RAILS_ENV": "production"},
        health="/up" if "rails/health" in (project.text("config/routes.rb") or "") else "/",
    )
    if bundle.has(*_PIPELINES):
        found = attrs.evolve(found, build=(*found.build, f"{_SECRETS} bundle exec rails assets:precompile"))
        if bundle.has(*_BUNDLERS):
            found = with_assets(found, project, script=False)
    secret = (
        "RAILS_MASTER_KEY"
        if project.first("config/credentials.yml.enc", "config/credentials/production.yml.enc")
        else "SECRET_KEY_BASE"
    )
    return found.warn(f"Rails needs the variable {secret} in production.")
