"""Rust: a package, or a workspace of some, with a program that serves."""

import re
import shlex

from sh0.plugin import (
    DEBIAN,
    PORT,
    Detection,
    LanguageVersion,
    SourceTree,
    UnsupportedProject,
    declared_version,
    read_processes,
)
from sh0_plugins.recipes.assets import AUTHORITIES, run_time_files, unbuilt_assets
from sh0_plugins.recipes.images import RUST
from sh0_plugins.recipes.rust.cargo import CargoProject, Package, find_cargo_workspace, read_cargo_project
from sh0_plugins.sentences import local_only, no_lock

__all__ = ["detect_rust"]

_FRAMEWORKS = {
    # Crate, title, port of its examples.
    "axum": ("Axum", 3000),
    "actix-web": ("Actix Web", 8080),
    "rocket": ("Rocket", 8000),
    "warp": ("warp", 3030),
    "poem": ("Poem", 3000),
    "salvo": ("Salvo", 8698),
    "tide": ("Tide", 8080),
    "loco-rs": ("Loco", 5150),
}
_PORT = 8080
_SYSTEM_PACKAGES = {
    # Crates that link to a library of the system, with what Debian calls its headers and the library itself.
    "openssl-sys": (("libssl-dev", "pkg-config"), ("ca-certificates", "libssl3")),
    "pq-sys": (("libpq-dev",), ("libpq5",)),
    "mysqlclient-sys": (("default-libmysqlclient-dev", "pkg-config"), ("libmariadb3",)),
    "prost-build": (("protobuf-compiler",), ()),
    "rdkafka-sys": (("cmake", "g++", "make"), ()),
    "libz-ng-sys": (("cmake", "make"), ()),
}
_ADDRESS = re.compile(r"\"([\d.]+|localhost|\[::1?\]):(\d{2,5})\"|\((\[[\d, ]+\]|\"[\d.]+\"),\s*(\d{2,5})\)")
_READS_PORT = re.compile(r"var(?:_os)?\(\s*\"PORT\"|env\s*=\s*\"PORT\"")
_LOCAL = ("127.0.0.1", "localhost", "[::1]", "[127, 0, 0, 1]", '"127.0.0.1"')


def detect_rust(project: SourceTree) -> Detection | None:
    """A workspace with one program, or one that says which of them is meant.

    Raises:
        UnsupportedProject: It has no program, or several and nothing that says which.
        Invalid: A Cargo.toml is broken.
    """
    if not project.has("Cargo.toml"):
        return None
    top, root = find_cargo_workspace(project) or (project, "")
    facts = read_cargo_project(top)
    if facts is None:
        return None
    processes = read_processes(project)
    candidates = [each for each in facts.packages if each.folder == root or not root]
    package, binary = _choose(candidates, by_procfile=bool(processes))
    owners = [package] if package else [each for each in candidates if each.binaries]
    built = [name for each in owners for name in each.binaries] if processes else [binary]
    version, ignored = _version(top, facts)
    used = frozenset().union(*(owner.dependencies for owner in owners))
    title, port = next((found for crate, found in _FRAMEWORKS.items() if crate in used), ("", _PORT))
    source = top.text(package.binaries[binary]) or "" if package else ""
    found, warnings = _address(source, package.binaries[binary] if package else "")
    program = f"/app/target/release/{binary}"
    start = ("env", f"ROCKET_PORT={PORT}", program) if title == "Rocket" else (program,)
    locked = " --locked" if facts.locked else ""
    chosen = "".join(f" --package {shlex.quote(owner.name)}" for owner in owners)
    # What the stubs became goes at once: Cargo goes by times, and layers round these to seconds.
    own = "".join(f" --package {shlex.quote(each.name)}" for each in facts.packages)
    lock = top.text("Cargo.lock") or ""
    needed = [packages for crate, packages in _SYSTEM_PACKAGES.items() if f'name = "{crate}"' in lock]
    return Detection(
        "rust",
        framework=title,
        version=version.version,
        version_source=version.source,
        manifests=facts.manifests if ignored else (*facts.manifests, *_toolchain_files(top)),
        install=(_stubs(facts), f"cargo build --release{locked}{chosen} && cargo clean --release{locked}{own}"),
        build=(f"cargo build --release{locked}{chosen}",),
        artifacts=(
            *(f"/app/target/release/{name}" for name in built),
            *run_time_files(project, ".rs", root=root),
            AUTHORITIES,
        ),
        keep_source=False,
        start=start if binary else (),
        port=port if title == "Rocket" or found is None else found,
        environment={
            "PATH": "/app/target/release:$PATH",
            **({"ROCKET_ADDRESS": "0.0.0.0", "ROCKET_PROFILE": "release"} if title == "Rocket" else {}),
        },
        build_environment={
            "CARGO_INCREMENTAL": "0",
            **({"SQLX_OFFLINE": "true"} if top.has_folder(".sqlx") else {}),
        },
        build_packages=tuple(sorted({name for build, _ in needed for name in build})),
        runtime_packages=tuple(sorted({name for _, running in needed for name in running})),
        build_image=version.image,
        runtime_image=DEBIAN,
        root=root,
        ignore=("**/target", *(f"**/{name}" for name in _toolchain_files(top) if ignored)),
        warnings=(
            *version.warnings,
            *(() if facts.locked else (no_lock("Cargo.lock"),)),
            *warnings,
            *unbuilt_assets(project),
        ),
    )


def _choose(packages: list[Package], *, by_procfile: bool) -> tuple[Package | None, str]:
    """The package and its program; (None, "") if the Procfile chooses."""
    found = [(package, name) for package in packages for name in package.binaries]
    named = [(package, name) for package, name in found if name == package.default_run]
    if len(found) == 1 or len(named) == 1:
        return (named or found)[0]
    if by_procfile:
        return None, ""
    if not found:
        raise UnsupportedProject(
            "found Rust crates without a program: there is neither src/main.rs nor src/bin",
            hint="Add a program, or set the root folder of the app to where it is.",
            stack="rust",
        )
    names = ", ".join(name for _, name in found)
    raise UnsupportedProject(
        f"found several Rust programs and nothing that says which of them serves: {names}",
        hint=f'Set `default-run = "{found[0][1]}"` in Cargo.toml, or add a Procfile: `web: {found[0][1]}`.',
        stack="rust",
    )


def _version(project: SourceTree, facts: CargoProject) -> tuple[LanguageVersion, bool]:
    """The version, and whether the file that pins it is to be kept from rustup, since the image is of that version.

    A channel by another name (nightly), or one with targets or components, is left to rustup, which installs it.
    """
    minimum = (f">={facts.minimum}", "Cargo.toml") if facts.minimum else None
    path = next(iter(_toolchain_files(project)), None)
    if path is None:
        return RUST.pick(declared_version(project, "rust"), minimum), False
    text = project.text(path) or ""
    table = (project.toml(path) or {}).get("toolchain") if "[toolchain]" in text else {"channel": text.strip()}
    toolchain = table if isinstance(table, dict) else {}
    channel = str(toolchain.get("channel", "stable"))
    if channel[:1].isdigit() and not {"targets", "components"} & toolchain.keys():
        return RUST.version(channel, path), True
    told = f"{path} asks for {channel}: rustup installs it during the build."
    version = RUST.version(channel if channel[:1].isdigit() else None, path)
    return (version, False) if channel == "stable" else (LanguageVersion(channel, path, version.image, (told,)), False)


def _toolchain_files(project: SourceTree) -> tuple[str, ...]:
    return tuple(name for name in ("rust-toolchain.toml", "rust-toolchain") if project.has(name))


def _stubs(facts: CargoProject) -> str:
    """Empty programs and libraries in the places of the real ones: with them, the crates get a layer of their own."""
    targets = _targets(facts)
    folders = sorted({path.rpartition("/")[0] for path in targets if "/" in path})
    mains = shlex.join(path for path, main in targets.items() if main)
    libraries = shlex.join(path for path, main in targets.items() if not main)
    steps = [f"mkdir -p {shlex.join(folders)}"] if folders else []
    steps += [f"echo 'fn main() {{}}' | tee {mains} > /dev/null"] if mains else []
    steps += [f"touch {libraries}"] if libraries else []
    return " && ".join(steps)


def _targets(facts: CargoProject) -> dict[str, bool]:
    return {path: main for package in facts.packages for path, main in package.targets.items()}


def _address(source: str, path: str) -> tuple[int | None, tuple[str, ...]]:
    """The port that the program listens on, and a warning if nobody outside of the container reaches it."""
    match = _ADDRESS.search(source)
    if match is None:
        return None, ()
    warnings = (local_only(path),) if (match[1] or match[3]) in _LOCAL else ()
    port = int(match[2] or match[4])
    return (None if _READS_PORT.search(source) or not 0 < port < 65536 else port), warnings
