"""The stacks that sh0 builds by itself, in the order in which they are tried.

A framework stands before the package managers of its language: what a project *is* matters more than what
installs it. The builds of Maven, Gradle, sbt and .NET come before all: a page framework beside one of them is a part of
that build. A plugin adds recipes of its own in front of the table. A new recipe is a file and a line here.
"""

from typing import Final

from sh0.builds.recipes.angular import detect_angular
from sh0.builds.recipes.astro import detect_astro
from sh0.builds.recipes.bun import detect_bun
from sh0.builds.recipes.clojure import detect_clojure
from sh0.builds.recipes.cmake import detect_cmake
from sh0.builds.recipes.crystal import detect_crystal
from sh0.builds.recipes.dart import detect_dart
from sh0.builds.recipes.deno import detect_deno
from sh0.builds.recipes.django import detect_django
from sh0.builds.recipes.dotnet import detect_dotnet
from sh0.builds.recipes.elixir import detect_elixir
from sh0.builds.recipes.expo import detect_expo
from sh0.builds.recipes.flask import detect_python_web
from sh0.builds.recipes.gleam import detect_gleam
from sh0.builds.recipes.go import detect_go, detect_go_program
from sh0.builds.recipes.gradle import detect_gradle
from sh0.builds.recipes.haskell import detect_haskell
from sh0.builds.recipes.hugo import detect_hugo
from sh0.builds.recipes.laravel import detect_laravel
from sh0.builds.recipes.maven import detect_maven
from sh0.builds.recipes.meson import detect_meson
from sh0.builds.recipes.mkdocs import detect_mkdocs
from sh0.builds.recipes.nestjs import detect_nestjs
from sh0.builds.recipes.nextjs import detect_next
from sh0.builds.recipes.node import detect_node
from sh0.builds.recipes.nuxt import detect_nuxt
from sh0.builds.recipes.nx import detect_nx
from sh0.builds.recipes.perl import detect_perl
from sh0.builds.recipes.php import detect_composer, detect_php
from sh0.builds.recipes.python import detect_python
from sh0.builds.recipes.python_apps import detect_python_app
from sh0.builds.recipes.rails import detect_rails
from sh0.builds.recipes.recipe import Recipe
from sh0.builds.recipes.remix import detect_remix
from sh0.builds.recipes.rlang import detect_r
from sh0.builds.recipes.ruby import detect_ruby
from sh0.builds.recipes.rust import detect_rust
from sh0.builds.recipes.scala import detect_scala
from sh0.builds.recipes.shell import detect_shell
from sh0.builds.recipes.sites import SITES
from sh0.builds.recipes.static import detect_static
from sh0.builds.recipes.sveltekit import detect_sveltekit
from sh0.builds.recipes.swift import detect_swift
from sh0.builds.recipes.symfony import detect_symfony
from sh0.builds.recipes.tanstack import detect_tanstack
from sh0.builds.recipes.zig import detect_zig

__all__ = ["BUILTIN", "Recipe"]

BUILTIN: Final = (
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
