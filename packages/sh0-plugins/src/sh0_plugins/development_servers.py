"""Scripts that are only for development: what recipes replace, and rules report."""

import re

__all__ = ["for_development_only"]

_DEVELOPMENT = re.compile(
    r"^(vite|next dev|nuxt dev|nuxi dev|astro (dev|preview)|webpack(-dev-server| serve)|react-scripts start|ng s(erve)?"
    r"|parcel|hugo (server|serve)|expo (start|run:\w+)|gatsby (develop|serve)|docusaurus (start|serve)"
    r"|vitepress (dev|preview|serve)|vue-cli-service serve|vuepress(-\w+)? (dev|serve)|hexo (s|server)|gridsome develop"
    r"|rspress (dev|preview)|rsbuild (dev|preview)|rspack (dev|serve)|slidev(?! (build|export))|ember (s|server|serve)"
    r"|quasar dev|ionic serve|storybook dev|start-storybook|vinxi dev|umi dev"
    r"|(@11ty/)?eleventy\b.*--serve|remix (vite:)?dev|react-router dev|nest start|turbo|nx|lerna)\b"
)


def for_development_only(script: str) -> bool:
    """Whether a script starts a server that is only for development, or those of all members at once."""
    return _DEVELOPMENT.match(script.strip().removeprefix("npx ")) is not None
