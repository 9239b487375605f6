"""Which commands start a server that is only for development: one list, for recipes and for rules."""

import re

import pytest

from sh0_plugins.development_servers import DEVELOPMENT_SERVER, for_development_only

SHOWING = (
    "next dev",
    "next dev --turbo",
    "nuxt dev",
    "nuxi dev --host",
    "vite",
    "vite --host 0.0.0.0",
    "vite dev",
    "parcel",
    "parcel index.html",
    "parcel src/*.html --port 1234",
    "rsbuild",
    "rsbuild dev --open",
    "rspress dev",
    "rspack serve",
    "webpack serve --mode development",
    "webpack-cli serve",
    "craco start",
    "react-scripts start",
    "vue-cli-service serve",
    "ng s",
    "ng serve --host 0.0.0.0",
    "ember serve",
    "docusaurus start",
    "vuepress dev docs",
    "vuepress-vite dev docs",
    "eleventy --input=src --serve",
    "hexo s",
    "hexo server -p 4000",
    "slidev --open",
    "slidev talk.md",
    "quasar dev",
    "hugo server -D",
    "expo start --web",
)
RUNNING = (
    "npm run dev",
    "yarn dev",
    "nodemon server.js",
    "node --watch server.js",
    "python manage.py runserver 0.0.0.0:8000",
    "flask --app shop run",
    "uvicorn main:app --reload",
    "bundle exec jekyll serve",
    "php -S 0.0.0.0:8000",
    "./mvnw spring-boot:run",
)
OTHERS = (
    "next start",
    "vite-node server.ts",
    "vitest",
    "parcel-server start",
    "rsbuild build",
    "slidev build",
    "hexo generate",
    "ng build",
    "hugo",
    "webpack --mode production",
    "node server.js",
    "node next dev.js",
    "npm run dev-assets-are-built",
    "ember-server",
    "gunicorn app:app",
)


@pytest.mark.parametrize("command", SHOWING)
def test_recipes_replace_what_rules_report(command: str) -> None:
    assert for_development_only(command)
    assert re.search(DEVELOPMENT_SERVER, f"web: {command}")


@pytest.mark.parametrize("command", RUNNING)
def test_a_watched_app_is_reported_and_started(command: str) -> None:
    assert re.search(DEVELOPMENT_SERVER, command)
    assert not for_development_only(command)


@pytest.mark.parametrize(
    "command", ["vite preview", "astro preview", "docusaurus serve", "turbo run start", "nx serve"]
)
def test_a_preview_is_replaced_and_not_reported(command: str) -> None:
    assert for_development_only(command)
    assert not re.search(DEVELOPMENT_SERVER, command)


@pytest.mark.parametrize("command", OTHERS)
def test_everything_else_is_neither(command: str) -> None:
    assert not for_development_only(command)
    assert not re.search(DEVELOPMENT_SERVER, command)


@pytest.mark.parametrize(
    "command",
    [
        "npx vite",
        "npx -y vite --host",
        "cross-env PORT=3000 react-scripts start",
        "NODE_OPTIONS=--openssl-legacy-provider vue-cli-service serve",
        "pnpm exec next dev",
        "yarn vite",
        "bunx --bun vite",
        "./node_modules/.bin/webpack serve",
        "npm run serve",
        "yarn serve",
        "npm run show -- --host",
    ],
)
def test_what_stands_before_the_tool_changes_nothing(command: str) -> None:
    scripts = {"serve": "vue-cli-service serve", "show": "npm run serve", "loop": "npm run loop"}
    assert for_development_only(command, scripts)
    assert not for_development_only("npm run loop", scripts)
    assert not for_development_only("npm run other", scripts)
