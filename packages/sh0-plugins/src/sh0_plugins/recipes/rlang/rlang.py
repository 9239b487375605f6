"""R: Shiny apps and Plumber services, with the packages that Debian has of R, or those of a renv.lock."""

import re

from sh0.plugin import DEBIAN, PORT, Detection, SourceTree
from sh0_plugins.recipes.images import RSTATS

__all__ = ["detect_r"]

_SHINY, _PLUMBER, _RENV = 3838, 8000, "renv.lock"
_LIBRARY = re.compile(
    r"\b(?:library|require|requireNamespace|loadNamespace)\(\s*[\"']?([\w.]+)|(?<![\w.])([A-Za-z][\w.]+)::\w"
)
_COMMENT = re.compile(r"#[^\n]*")
_BASE = frozenset({"base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods", "parallel", "splines"})
_BASE |= {"stats", "stats4", "tcltk", "tools", "utils"}
_LISTED = """
base64enc bslib cli data.table dbi dplyr dt forcats ggplot2 glue htmltools htmlwidgets httr jsonlite knitr lubridate
magrittr plotly plumber purrr r6 readr readxl rlang rmarkdown rpostgresql rsqlite scales shiny shinydashboard shinyjs
stringr tibble tidyr tidyverse xml2 yaml
"""
_DEBIAN = frozenset(_LISTED.split())
"""Packages that Debian has, in small letters."""
_FILES = 50


def detect_r(project: SourceTree) -> Detection | None:
    """``app.R``, or ``ui.R`` with ``server.R``; or a ``plumber.R`` whose functions are annotated."""
    names = {name.lower(): name for name in project.names if "/" not in name}
    service = next((names[each] for each in ("plumber.r", "api.r") if each in names), None)
    if "app.r" in names or {"ui.r", "server.r"} <= names.keys():
        title, port, start = "Shiny", _SHINY, f"shiny::runApp('.', host = '0.0.0.0', port = {PORT}L)"
    elif service is not None and re.search(
        r"^#[*']\s*@(?:get|post|put|delete|plumber)", project.text(service) or "", re.M
    ):
        title, port = "Plumber", _PLUMBER
        start = f"plumber::pr_run(plumber::pr('{service}'), host = '0.0.0.0', port = {PORT}L)"
    else:
        return None
    command = ("Rscript", "-e", start)
    if (lock := project.json(_RENV)) is not None:
        return _restored(title, port, command, lock)
    packages = sorted({*_used(project), title.lower()})
    known = [f"r-cran-{name.lower()}" for name in packages if name.lower() in _DEBIAN]
    others = [name for name in packages if name.lower() not in _DEBIAN]
    listed = ", ".join(f"'{name}'" for name in others)
    found = Detection(
        "r",
        framework=title,
        install=(f"Rscript -e \"install.packages(c({listed}), repos = 'https://cloud.r-project.org')\"",)
        if others
        else (),
        artifacts=("/usr/local/lib/R/site-library",) if others else (),
        start=command,
        port=port,
        build_packages=("r-base-dev", "ca-certificates", *known) if others else (),
        runtime_packages=("r-base-core", *known),
        build_image=DEBIAN if others else "",
        runtime_image=DEBIAN,
    )
    return found.warn("There is no renv.lock: the packages are those of Debian's R.")


def _restored(title: str, port: int, command: tuple[str, ...], lock: dict[str, object]) -> Detection:
    stated = lock.get("R")
    wanted = stated.get("Version") if isinstance(stated, dict) else None
    version = RSTATS.version(wanted if isinstance(wanted, str) else None, _RENV if wanted else "")
    library = "/usr/local/lib/R/site-library"
    return Detection(
        "r",
        framework=title,
        version=version.version,
        version_source=version.source,
        package_manager="renv",
        manifests=(_RENV,),
        install=(
            "Rscript -e \"install.packages('renv')\"",
            f"Rscript -e \"renv::restore(library = '{library}', prompt = FALSE)\"",
        ),
        artifacts=(library,),
        start=command,
        port=port,
        environment={"RENV_CONFIG_AUTOLOADER_ENABLED": "FALSE"},
        build_image=version.image,
        runtime_image=version.image,
        warnings=version.warnings,
    )


def _used(project: SourceTree) -> set[str]:
    """The packages that the source loads, as far as it says so."""
    files = [name for name in project.names if name.lower().endswith((".r", ".rmd"))][:_FILES]
    texts = (_COMMENT.sub("", project.text(name) or "") for name in files)
    return {first or second for text in texts for first, second in _LIBRARY.findall(text)} - _BASE
