"""Elixir: a release that mix builds; Phoenix with its assets."""

from sh0.plugin import Detection, SourceTree
from sh0_plugins.recipes.elixir.mix import MixProject, elixir_version, read_mix
from sh0_plugins.recipes.node.assets import with_assets
from sh0_plugins.sentences import no_lock

__all__ = ["detect_elixir"]

ELIXIR_PORT = 4000
_RELEASE = "/app/release"


def detect_elixir(project: SourceTree) -> Detection | None:
    """A mix project: its release is all that the last stage has.

    Phoenix starts its server in a release only if PHX_SERVER says so. The assets are built by the project's own alias
    ``assets.deploy``, which brings its tools along.
    """
    mix = read_mix(project)
    if mix is None:
        return None
    version = elixir_version(project, mix)
    phoenix = "phoenix" in mix.dependencies
    name = mix.release or mix.app
    described = f"{mix.release} " if mix.release else ""
    assets = ("mix assets.deploy",) if mix.deploys_assets else ()
    environment = {"LANG": "C.UTF-8", "MIX_ENV": "prod", "RELEASE_TMP": "/tmp"}
    detection = Detection(
        "elixir",
        framework="Phoenix" if phoenix else "",
        version=version.version,
        version_source=version.source,
        package_manager="mix",
        setup=("mix local.hex --force && mix local.rebar --force",) if mix.dependencies else (),
        manifests=_manifests(project, mix),
        copy_first=mix.local,
        install=("mix deps.get --only prod", "mix deps.compile") if mix.dependencies else (),
        build=("mix compile", *assets, f"mix release {described}--path {_RELEASE} --overwrite"),
        artifacts=(_RELEASE,),
        keep_source=False,
        start=(f"{_RELEASE}/bin/{name}", "start") if name else (),
        port=ELIXIR_PORT,
        environment=environment | ({"PHX_SERVER": "true"} if phoenix else {}),
        build_environment={"LANG": "C.UTF-8", "MIX_ENV": "prod"},
        build_packages=("build-essential", "git") if mix.dependencies else (),
        build_image=version.image,
        runtime_image=version.image,
        warnings=version.warnings,
    )
    if mix.dependencies and not project.has("mix.lock"):
        detection = detection.warn(no_lock("mix.lock"))
    if not name:
        detection = detection.warn("mix.exs is an umbrella without `releases:`, so there is no release to start.")
    if phoenix:
        detection = detection.warn(
            "Phoenix needs the variables SECRET_KEY_BASE (`mix phx.gen.secret` makes one) and PHX_HOST."
        )
        if project.has("config/prod.secret.exs") or not project.has("config/runtime.exs"):
            detection = detection.warn(
                "There is no config/runtime.exs: settings are read while building, not when the app starts."
            )
    return with_assets(detection, project, folder="assets", script=False) if mix.deploys_assets else detection


def _manifests(project: SourceTree, mix: MixProject) -> tuple[str, ...]:
    """What compiles the dependencies: their versions, and the settings that they read while they are compiled."""
    if not mix.dependencies:
        return ()
    return tuple(path for path in ("mix.exs", "mix.lock", "config/config.exs", "config/prod.exs") if project.has(path))
