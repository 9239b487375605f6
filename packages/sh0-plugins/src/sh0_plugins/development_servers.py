"""Servers that are only for development: what recipes replace by what they build, and rules report. Pure."""

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["DEVELOPMENT_SERVER", "for_development_only"]

_SHOWING: Final = (
    # Tools of Node that show pages while they are written: their build makes what is served.
    r"next dev|nux[ti] dev|astro dev|remix (?:vite:)?dev|react-router dev|svelte-kit dev|solid-start dev|vinxi dev"
    r"|vite(?: dev| serve)?(?=$| -)|parcel(?: serve| watch)?(?=$| -| \S+\.html)|rsbuild(?: dev)?(?=$| -)"
    r"|rspress(?: dev)?(?=$| -)|rspack (?:dev|serve)|webpack-dev-server|webpack(?:-cli)? serve|farm (?:dev|start)"
    r"|react-scripts start|react-app-rewired start|craco start|vue-cli-service serve|ng s(?:erve)?|ember s(?:erver?)?"
    r"|gatsby develop|docusaurus start|vitepress dev|vuepress(?:-\w+)? (?:dev|serve)"
    r"|(?:@11ty/)?eleventy\b.{0,200}--serve|gridsome develop|hexo s(?:erver)?|slidev(?: dev)?(?=$| -| \S+\.md)"
    r"|quasar dev|ionic serve|umi dev|max dev|storybook dev|start-storybook|expo (?:start|run:\w+)|hugo server?"
)
_RUNNING: Final = (
    # What runs the app itself, and watches its files, or says that it is for development.
    r"(?:npm|pnpm|yarn|bun)(?: run)? (?:dev|start:dev|develop|watch)|nodemon|ts-node-dev|node --watch|tsx watch"
    r"|bun --(?:hot|watch)|deno run [^\n\"']{0,120}--watch|wrangler dev|netlify dev|vercel dev"
    r"|flask(?: --\S+(?: \S+)?)* run|manage\.py runserver|fastapi dev|(?:uvicorn|gunicorn) [^\n\"']{1,160}--reload"
    r"|mkdocs serve|jekyll s(?:erver?)?|zola serve|middleman server|lektor server|nikola (?:auto|serve)"
    r"|sphinx-autobuild|php artisan serve|php -S \S+|symfony (?:server:start|serve)|rails (?:s|server) -e development"
    r"|dotnet watch|air(?= -c|$)|cargo watch|quarkus:dev|mvnw? spring-boot:run"
)
_REPLACED: Final = (
    r"vite|parcel|(?:astro|vitepress|rspress|rsbuild) preview|(?:docusaurus|vitepress) serve|gatsby serve"
)
_MEMBERS: Final = r"nest start|turbo|nx|lerna"  # the first builds anew at each start; the others start all members
_BEFORE: Final = re.compile(
    r"(?:(?:npx|bunx)(?: -\S+)* |(?:pnpm|yarn) (?:exec|dlx) |bun x |yarn |cross-env |env |exec |[A-Za-z_]\w*=\S* "
    r"|(?:\./)?node_modules/\.bin/)+"
)
_CALLED: Final = re.compile(r"(?:(?:npm|pnpm|bun) run|yarn(?: run)?) ([\w:.-]+)(?: -.*)?")
_DEEPEST: Final = 4

DEVELOPMENT_SERVER: Final = rf"\b(?P<tool>{_SHOWING}|{_RUNNING})(?![\w.-]*\w)"
"""A pattern of what is such a server wherever it stands in a command."""
_ONLY: Final = re.compile(rf"(?:{_SHOWING}|{_REPLACED}|{_MEMBERS})(?![\w-])")


def for_development_only(script: str, scripts: Mapping[str, str] | None = None) -> bool:
    """Whether a script starts a server that is only for development, or those of all members at once.

    Args:
        script: The script.
        scripts: The scripts that it may call by name.
    """
    for _ in range(_DEEPEST):
        script = script.strip()
        called = _CALLED.fullmatch(script)
        if called is None or called[1] not in (scripts or {}):
            break
        script = (scripts or {})[called[1]]
    return _ONLY.match(_BEFORE.sub("", script, count=1) if _BEFORE.match(script) else script) is not None
