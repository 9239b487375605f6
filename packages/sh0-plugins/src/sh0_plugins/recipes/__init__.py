"""The stacks that sh0 builds by itself, in the order in which they are tried.

Each language has a folder with what is known of it. A framework stands before the package managers of its language:
what a project *is* matters more than what installs it. The builds of Maven, Gradle, sbt and .NET come before all but
Streamlit's: a page framework beside one of them is a part of that build. The last recipe builds nothing: it says what
was found. A new recipe is a file in the folder of its language, and a line here.
"""

from functools import partial
from typing import Final

import attrs

from sh0.plugin import Recipe
from sh0_plugins.recipes.clojure.clojure import detect_clojure
from sh0_plugins.recipes.cpp.cmake import detect_cmake
from sh0_plugins.recipes.cpp.meson import detect_meson
from sh0_plugins.recipes.crystal.crystal import detect_crystal
from sh0_plugins.recipes.dart.dart import detect_dart
from sh0_plugins.recipes.dotnet.dotnet import detect_dotnet
from sh0_plugins.recipes.elixir.elixir import detect_elixir
from sh0_plugins.recipes.gleam.gleam import detect_gleam
from sh0_plugins.recipes.go.go import detect_go, detect_go_program
from sh0_plugins.recipes.go.hugo import detect_hugo
from sh0_plugins.recipes.haskell.haskell import detect_haskell
from sh0_plugins.recipes.java.gradle import detect_gradle
from sh0_plugins.recipes.java.maven import detect_maven
from sh0_plugins.recipes.node.angular import detect_angular
from sh0_plugins.recipes.node.astro import detect_astro
from sh0_plugins.recipes.node.bun import detect_bun
from sh0_plugins.recipes.node.deno import detect_deno
from sh0_plugins.recipes.node.expo import detect_expo
from sh0_plugins.recipes.node.nestjs import detect_nestjs
from sh0_plugins.recipes.node.nextjs import detect_next
from sh0_plugins.recipes.node.node import detect_node
from sh0_plugins.recipes.node.nuxt import detect_nuxt
from sh0_plugins.recipes.node.remix import detect_remix
from sh0_plugins.recipes.node.sites import SITES
from sh0_plugins.recipes.node.sveltekit import detect_sveltekit
from sh0_plugins.recipes.node.tanstack import detect_tanstack
from sh0_plugins.recipes.nx.nx import detect_nx
from sh0_plugins.recipes.other_languages import other_languages
from sh0_plugins.recipes.page_generators import refuse_pages
from sh0_plugins.recipes.perl.perl import detect_perl
from sh0_plugins.recipes.php.laravel import detect_laravel
from sh0_plugins.recipes.php.php import detect_composer, detect_php
from sh0_plugins.recipes.php.symfony import detect_symfony
from sh0_plugins.recipes.python.django import detect_django
from sh0_plugins.recipes.python.flask import detect_python_web
from sh0_plugins.recipes.python.mkdocs import detect_mkdocs
from sh0_plugins.recipes.python.python import detect_python
from sh0_plugins.recipes.python.python_apps import detect_python_app
from sh0_plugins.recipes.python.sites import detect_python_site
from sh0_plugins.recipes.python.streamlit import detect_streamlit
from sh0_plugins.recipes.rlang.rlang import detect_r
from sh0_plugins.recipes.ruby.rails import detect_rails
from sh0_plugins.recipes.ruby.ruby import detect_ruby
from sh0_plugins.recipes.rust.rust import detect_rust
from sh0_plugins.recipes.scala.scala import detect_scala
from sh0_plugins.recipes.shell.shell import detect_shell
from sh0_plugins.recipes.static.static import detect_static
from sh0_plugins.recipes.swift.swift import detect_swift
from sh0_plugins.recipes.unknown import refuse_unknown
from sh0_plugins.recipes.web_line import process_line, with_web_line
from sh0_plugins.recipes.zig.zig import detect_zig

__all__ = ["RECIPES"]

_TABLE: Final = (
    Recipe("streamlit", detect_streamlit),
    Recipe("rails", detect_rails),
    Recipe("laravel", detect_laravel, ("artisan",)),
    Recipe("symfony", detect_symfony),
    Recipe("elixir", detect_elixir, ("mix.exs",)),
    Recipe("maven", detect_maven, ("pom.xml",), yields=True),
    Recipe(
        "gradle",
        detect_gradle,
        ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"),
        yields=True,
    ),
    Recipe("scala", detect_scala, ("build.sbt",), yields=True),
    Recipe("dotnet", detect_dotnet, ("*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx"), yields=True),
    Recipe("nx", detect_nx, ("nx.json",)),
    Recipe("tanstack-start", detect_tanstack),
    Recipe("expo", detect_expo),
    Recipe("nextjs", detect_next),
    Recipe("nuxt", detect_nuxt),
    Recipe("sveltekit", detect_sveltekit),
    Recipe("astro", detect_astro),
    Recipe("remix", detect_remix),
    Recipe("angular", detect_angular),
    Recipe("nestjs", detect_nestjs),
    Recipe("django", detect_django, ("manage.py",)),
    Recipe("python-web", detect_python_web),
    Recipe("python-app", detect_python_app),
    Recipe("hugo", detect_hugo, ("hugo.toml", "hugo.yaml")),
    Recipe("go", detect_go, ("go.mod", "go.work"), yields=True),
    Recipe("rust", detect_rust, ("Cargo.toml",), yields=True),
    Recipe("clojure", detect_clojure, ("project.clj", "deps.edn"), yields=True),
    Recipe("swift", detect_swift, ("Package.swift",), yields=True),
    Recipe("haskell", detect_haskell, ("stack.yaml", "*.cabal"), yields=True),
    Recipe("crystal", detect_crystal, ("shard.yml",), yields=True),
    Recipe("zig", detect_zig, ("build.zig",), yields=True),
    Recipe("gleam", detect_gleam, ("gleam.toml",), yields=True),
    Recipe("dart", detect_dart, ("pubspec.yaml",), yields=True),
    Recipe("mkdocs", detect_mkdocs, ("mkdocs.yml",)),
    Recipe("python-site", detect_python_site, ("pelicanconf.py",)),
    Recipe("pages", refuse_pages),
    Recipe("python", detect_python, ("requirements.txt", "pyproject.toml", "Pipfile")),
    Recipe("ruby", detect_ruby, ("Gemfile", "config.ru")),
    Recipe("composer", detect_composer, ("composer.json",), yields=True),
    *SITES,
    Recipe("perl", detect_perl, ("cpanfile", "app.psgi")),
    Recipe("deno", detect_deno, ("deno.json", "deno.jsonc")),
    Recipe("bun", detect_bun),
    Recipe("node", detect_node, ("package.json",)),
    Recipe("php", detect_php, ("index.php",)),
    Recipe("go-program", detect_go_program, yields=True),
    Recipe("cmake", detect_cmake, ("CMakeLists.txt",), yields=True),
    Recipe("meson", detect_meson, ("meson.build",), yields=True),
    Recipe("r", detect_r, ("app.R",)),
    Recipe("static", detect_static, ("index.html",)),
    Recipe("shell", detect_shell),
)

_MARKERS: Final = frozenset(marker for recipe in _TABLE for marker in recipe.markers)

RECIPES: Final = (
    *(attrs.evolve(recipe, web_line=with_web_line, process_line=process_line) for recipe in _TABLE),
    Recipe("unknown", partial(refuse_unknown, _MARKERS), yields=True, notes=other_languages),
)
