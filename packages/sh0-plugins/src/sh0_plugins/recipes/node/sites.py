"""Site generators and single-page apps of the Node world: their build makes a folder of pages."""

import posixpath
import re
from collections.abc import Callable

import attrs

from sh0.plugin import Detection, Recipe, SourceTree, read_processes
from sh0_plugins.recipes.node.build import node_pages
from sh0_plugins.recipes.node.configuration import read_configuration
from sh0_plugins.recipes.node.package import NodePackage, read_package
from sh0_plugins.recipes.node.start import node_start

__all__ = ["SITES"]

_SERVED = frozenset(
    {"@sveltejs/kit", "nuxt", "astro", "@remix-run/dev", "@react-router/dev", "@solidjs/start", "@angular/core"}
    | {"@tanstack/react-start", "@builder.io/qwik-city", "vike"}
)
"""Frameworks that build with Vite too, and make something else of it."""


@attrs.frozen
class _Site:
    """A tool that makes pages.

    Attributes:
        package: Its package, or one of several that bring it.
        title: Its name.
        command: What builds, if no script does.
        folder: Where the result is.
        configuration: Stems of its configuration files.
        key: Setting, and option of the command, that names another folder.
        single_page: Its result is one page.
    """

    package: str | tuple[str, ...]
    title: str
    command: str
    folder: str
    configuration: tuple[str, ...] = ()
    key: str = ""
    single_page: bool = False

    def detect(self, project: SourceTree) -> Detection | None:
        """Find its package, where nothing else is started."""
        package = read_package(project)
        own = (self.package,) if isinstance(self.package, str) else self.package
        if package is None or not any(map(package.has, own)) or any(map(package.has, _SERVED)):
            return None
        if node_start(project, package)[0] or "web" in read_processes(project):
            return None
        script = _script(package, self.command)
        if script is None and not self._sources(project) and not self._shown(package):
            return None
        fallback = "index.html" if self.single_page else ""
        folder = self._folder(project, package.scripts.get(script or "", ""))
        return node_pages(project, package, self.title, script or self.command, folder, fallback=fallback)

    def _sources(self, project: SourceTree) -> bool:
        """Whether the project is one of its own, rather than one that has it for something else (its tests)."""
        return bool(read_configuration(project, *self.configuration).path) or (
            self.single_page and project.has("index.html")
        )

    def _shown(self, package: NodePackage) -> bool:
        """Whether the start script shows its pages while they are written."""
        tool = self.command.partition(" ")[0]
        return re.search(rf"(?<![\w-]){tool}(?![\w-])", package.scripts.get("start", "")) is not None

    def _folder(self, project: SourceTree, script: str) -> str:
        configuration = read_configuration(project, *self.configuration)
        folder = configuration.folder(self.key, self.folder) if self.key else self.folder
        option = re.search(rf"--{re.escape(self.key)}[= ]([\w./-]+)", script) if self.key else None
        if option is not None and not option[1].startswith(("..", "/")):
            folder = posixpath.normpath(option[1])
        if self.folder.startswith("."):
            pages = re.search(rf"{self.command} +([\w./-]+)", script)
            folder = posixpath.normpath(posixpath.join(pages[1] if pages else "", self.folder))
        return folder


def _script(package: NodePackage, command: str) -> str | None:
    """The script that builds: the one of that name, else the first that runs the tool's command."""
    if "build" in package.scripts:
        return "build"
    return next(
        (name for name, text in package.scripts.items() if re.search(rf"\b{command}\b(?!.*--serve)", text)), None
    )


_TOOLS = (
    _Site("gatsby", "Gatsby", "gatsby build", "public", ("gatsby-config",)),
    _Site("@docusaurus/core", "Docusaurus", "docusaurus build", "build", ("docusaurus.config",), "out-dir"),
    _Site(
        "vitepress", "VitePress", "vitepress build", ".vitepress/dist", (".vitepress/config", "docs/.vitepress/config")
    ),
    _Site("@11ty/eleventy", "Eleventy", "eleventy", "_site", (".eleventy", "eleventy.config"), "output"),
    _Site("react-scripts", "Create React App", "react-scripts build", "build", single_page=True),
    _Site("@vue/cli-service", "Vue CLI", "vue-cli-service build", "dist", ("vue.config",), "outputDir", True),
    _Site("vuepress", "VuePress", "vuepress build", ".vuepress/dist", (".vuepress/config", "docs/.vuepress/config")),
    _Site("hexo", "Hexo", "hexo generate", "public"),
    _Site(("@rspress/core", "rspress"), "Rspress", "rspress build", "doc_build", ("rspress.config",), "outDir"),
    _Site("@slidev/cli", "Slidev", "slidev build", "dist", (), "out", True),
    _Site("ember-cli", "Ember", "ember build --environment=production", "dist", ("ember-cli-build",), single_page=True),
    _Site("@quasar/app-vite", "Quasar", "quasar build", "dist/spa", ("quasar.config",), single_page=True),
    _Site("@rsbuild/core", "Rsbuild", "rsbuild build", "dist", ("rsbuild.config",), single_page=True),
    _Site("parcel", "Parcel", "parcel build", "dist", (), "dist-dir", True),
    _Site("vite", "Vite", "vite build", "dist", ("vite.config",), "outDir", True),
)


def _recipe(site: _Site) -> Recipe:
    detect: Callable[[SourceTree], Detection | None] = site.detect
    return Recipe(site.title.lower().replace(" ", "-"), detect)


SITES = tuple(_recipe(site) for site in _TOOLS)
"""A recipe for each of them."""
