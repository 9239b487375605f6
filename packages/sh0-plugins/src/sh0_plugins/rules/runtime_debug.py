"""Flags that belong to development and are left on."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.commands import final_stages, spot
from sh0_plugins.rules.compose_privileges import hit
from sh0_plugins.rules.paths import for_development, for_examples, for_tests
from sh0_plugins.rules.places import each, in_code

if TYPE_CHECKING:
    from sh0.plugin import ComposeFile, DockerfileText, ProjectTree, TextFile

__all__ = ["RULES"]

_SETTINGS: Final = ("settings.py", "*settings*.py", "*/settings/*.py", "config.py", "production.py", "base.py")
_PRODUCTION: Final = r"(?i)(?:^|_)(?:prod|production|live|deploy|heroku)(?:_\w+)?\.py$"
_OF_DJANGO: Final = r"(?i)django|\b(?:INSTALLED_APPS|ROOT_URLCONF|MIDDLEWARE|ALLOWED_HOSTS)\b|import[ \t]+\*"
_DJANGO = r"(?m)^(?:DEBUG|TEMPLATE_DEBUG)[ \t]*=[ \t]*True\b"
_DJANGO_DEFAULT = (
    r"(?m)^DEBUG[ \t]*=[^\n]{0,80}(?:environ\.get|getenv|env\.bool|env"
    r"|config)\([ \t]*[\"'][A-Z_]{1,40}[\"'],[ \t]*(?:default=)?(?:True|[\"'](?i:true|1|yes|on)[\"'])"
)
_VARIABLE = r"[A-Za-z_]\w*"
_DJANGO_ELSEWHERE = (
    rf"(?m)^DEBUG[ \t]*=[ \t]*(?:bool\()?\(?[ \t]*(?:[\"'](?P<at>{_VARIABLE})[\"'][ \t]+not[ \t]+in[ \t]+os\.environ"
    rf"|not[ \t]+\(?[ \t]*[\"'](?:{_VARIABLE})[\"'][ \t]+in[ \t]+os\.environ"
    rf"|not[ \t]+(?:bool\()?[ \t]*os\.(?:environ\.get|getenv)\([ \t]*[\"'](?:{_VARIABLE})[\"'][ \t]*[,)]"
    rf"|os\.(?:environ\.get|getenv)\([ \t]*[\"'](?:{_VARIABLE})[\"'][ \t]*\)[ \t]+(?:is[ \t]+None|==[ \t]*None)"
    rf"|os\.(?:environ\.get|getenv)\([ \t]*[\"'](?:{_VARIABLE})[\"'][ \t]*,[^)\n]{{0,40}}\)[ \t]*==[ \t]*(?:\"\"|'')"
    rf"|os\.(?:environ\.get|getenv)\([ \t]*[\"'](?:{_VARIABLE})[\"'][^)\n]{{0,40}}\)[ \t]*!=[ \t]*[\"'])"
    rf"|^if[ \t]+[\"'](?:{_VARIABLE})[\"'][ \t]+not[ \t]+in[ \t]+os\.environ[ \t]*:[ \t]*\n[ \t]+DEBUG[ \t]*=[ \t]*True"
)
_FLASK = (
    r"\b(?:app|application|server|socketio)\.run\([^\n]{0,200}\b(?:debug|use_debugger)[ \t]*=[ \t]*True"
    r"|^[ \t]*app\.debug[ \t]*=[ \t]*True|\bapp\.config\[[\"']DEBUG[\"']\][ \t]*=[ \t]*True"
)
_ASGI = r"\b(?:FastAPI|Starlette|Litestar|Sanic|Quart)\([^\n]{0,200}\bdebug[ \t]*=[ \t]*True"
_RELOAD = r"\b(?:uvicorn|granian|hypercorn)\.run\([^\n]{0,240}\breload[ \t]*=[ \t]*True|^reload[ \t]*=[ \t]*True"
_LARAVEL = (
    r"(?m)^[ \t]*APP_DEBUG[ \t]*=[ \t]*[\"']?(?:true|1)\b"
    r"|[\"']debug[\"'][ \t]*=>[ \t]*(?:\([ \t]*bool[ \t]*\)[ \t]*)?(?:true\b"
    r"|env\([ \t]*[\"']APP_DEBUG[\"'],[ \t]*true)"
)
_RAILS = (
    r"(?m)^[ \t]*config\.consider_all_requests_local[ \t]*=[ \t]*true"
    r"|^[ \t]*config\.log_level[ \t]*=[ \t]*:debug|^[ \t]*config\.(?:eager_load"
    r"|cache_classes)[ \t]*=[ \t]*false"
)
_PHP = (
    r"(?im)\bini_set\([ \t]*[\"']display_errors[\"'],[ \t]*[\"']?(?:1|on|true)"
    r"|^[ \t]*display_errors[ \t]*=[ \t]*(?:1|on|stdout)"
    r"|\bdefine\([ \t]*[\"']WP_DEBUG(?:_DISPLAY)?[\"'],[ \t]*true"
)
_JAVA = (
    r"(?m)^[ \t]*(?:debug|spring\.jpa\.show-sql|spring\.devtools\.restart\.enabled)[ \t]*=[ \t]*true"
    r"|^[ \t]*spring\.profiles\.active[ \t]*=[ \t]*(?:dev|development|local)\b"
    r"|^[ \t]*logging\.level\.root[ \t]*=[ \t]*(?:DEBUG|TRACE)"
    r"|^[ \t]*spring\.jpa\.hibernate\.ddl-auto[ \t]*=[ \t]*(?:create|create-drop)\b"
)
_VARIABLES: Final = {
    "NODE_ENV": r"^dev",
    "FLASK_ENV": r"^dev",
    "FLASK_DEBUG": r"^(?:1|true|on)$",
    "DJANGO_DEBUG": r"^(?:1|true|on)$",
    "APP_DEBUG": r"^(?:1|true|on)$",
    "APP_ENV": r"^(?:dev|local)",
    "RAILS_ENV": r"^dev",
    "RACK_ENV": r"^dev",
    "MIX_ENV": r"^dev",
    "ASPNETCORE_ENVIRONMENT": r"^dev",
    "DOTNET_ENVIRONMENT": r"^dev",
    "SPRING_PROFILES_ACTIVE": r"^(?:dev|local)",
    "GIN_MODE": r"^debug$",
    "PYTHONDEVMODE": r"^1$",
    "WERKZEUG_DEBUG_PIN": r"^off$",
    "DEBUG": r"^(?:1|true|on|\*)$",
}


def _development(name: str, value: str) -> bool:
    return name in _VARIABLES and re.search(_VARIABLES[name], value.strip().strip("\"'").lower()) is not None


def _image(docker: "DockerfileText") -> Iterator[Hit]:
    if for_development(docker.file.path):
        return
    for stage in final_stages(docker):
        for instruction in stage.instructions:
            if instruction.name != "ENV" or for_development(stage.name):
                continue
            for name, value in re.findall(r"([A-Z_]+)(?:=|[ \t]+)(\S+)", instruction.text):
                if _development(name, value):
                    yield Hit(f"{name} is set to {value} in the image.", *spot(docker, instruction, rf"\b{name}\b"))


def _compose(compose: "ComposeFile") -> Iterator[Hit]:
    if for_development(compose.file.path):
        return
    for service, content in compose.services():
        environment = content.get("environment")
        pairs: list[tuple[str, str, str | int]] = []
        if isinstance(environment, dict):
            pairs = [(str(name), "" if value is None else str(value), str(name)) for name, value in environment.items()]
        elif isinstance(environment, list):
            pairs = [(*str(text).partition("=")[::2], index) for index, text in enumerate(environment)]
        for name, value, key in pairs:
            if _development(name, value):
                yield hit(compose, f"{name} of {service} is set to {value}.", service, "environment", key)


def _settings(tree: "ProjectTree") -> Iterator[Hit]:
    for file in tree.matching(*_SETTINGS):
        if not (for_tests(file.path) or for_examples(file.path) or for_development(file.path)):
            off = _turned_off(tree, file)
            for hit in _django(file):
                severity = off or (None if _of_django(tree, file) else Severity.WARNING)
                yield attrs.evolve(hit, path=file.path, severity=hit.severity or severity)


def _of_django(tree: "ProjectTree", file: "TextFile") -> bool:
    """Whether a file holds settings of Django: other frameworks have a config.py too."""
    named = "settings" in file.path or tree.project.has("manage.py")
    return named or re.search(_OF_DJANGO, file.text) is not None


def _turned_off(tree: "ProjectTree", file: "TextFile") -> Severity | None:
    """A warning where settings for production, which lie in the same folder, turn DEBUG off again."""
    if re.search(_PRODUCTION, file.name):
        return None
    folder = file.path[: -len(file.name)]
    beside = (path for path in tree.project.names if path.startswith(folder) and "/" not in path[len(folder) :])
    own = (tree.project.text(path) or "" for path in beside if re.search(_PRODUCTION, path[len(folder) :]))
    return Severity.WARNING if any(re.search(r"(?m)^DEBUG[ \t]*=[ \t]*False\b", text) for text in own) else None


def _django(file: "TextFile") -> Iterator[Hit]:
    later = re.search(
        r"(?m)^[ \t]+DEBUG[ \t]*=[ \t]*False|^DEBUG[ \t]*=[ \t]*(?:False|[^\n]*environ|[^\n]*getenv|env)", file.text
    )
    for match, line, column in in_code(file, _DJANGO):
        if later is None or later.start() < match.start():
            yield Hit(f"{match[0].split()[0]} is on.", line, column)
    for _, line, column in in_code(file, _DJANGO_DEFAULT):
        yield Hit("DEBUG is on unless a variable says otherwise.", line, column, severity=Severity.WARNING)
    for _, line, column in in_code(file, _DJANGO_ELSEWHERE):
        said = "DEBUG is on wherever a variable is missing that sh0 does not set."
        yield Hit(said, line, column, severity=Severity.WARNING)


def _rails(file: "TextFile") -> Iterator[Hit]:
    for match, line, column in in_code(file, _RAILS):
        yield Hit(f"The production environment has a setting of development: {match[0].strip()}.", line, column)


def _laravel(file: "TextFile") -> Iterator[Hit]:
    if file.name == ".env" and re.search(r"(?m)^APP_ENV[ \t]*=[ \t]*(?:local|testing|dev)", file.text):
        return
    if for_tests(file.path) or for_examples(file.path):
        return
    for _, line, column in in_code(file, _LARAVEL):
        yield Hit("APP_DEBUG is on.", line, column)


_WHY = (
    "An error then shows a visitor the source, the settings and often the secrets of the app, and some "
    "debuggers run what they are sent."
)

RULES: Final = (
    Rule(
        id="SH0-RT001",
        category=Category.RUNTIME,
        severity=Severity.ERROR,
        title="Django runs with DEBUG",
        why=_WHY + " Django also keeps every query in memory.",
        remedy='Write `DEBUG = os.environ.get("DEBUG") == "1"`, and set `ALLOWED_HOSTS`, which is then needed.',
        link="https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#debug",
        subject=Subject.PROJECT,
        check=_settings,
    ),
    Rule(
        id="SH0-RT002",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Flask runs with its debugger",
        why=_WHY + " The one of Werkzeug lets whoever guesses its PIN run Python in the app.",
        remedy="Remove `debug=True`; for development use `flask run --debug`.",
        link="https://flask.palletsprojects.com/en/stable/debugging/",
        subject=Subject.FILE,
        check=each("(?m)" + _FLASK, "The debugger of Flask is on: {0}"),
        files=("*.py",),
        trigger=r"\bdebug[ \t]*=[ \t]*True|use_debugger[ \t]*=[ \t]*True|[\"']DEBUG[\"']\][ \t]*=[ \t]*True",
    ),
    Rule(
        id="SH0-RT003",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="FastAPI or Starlette runs with debug",
        why="With `debug` every error answers with the stack of calls and pieces of the source.",
        remedy="Remove `debug=True`, or read it from a variable that is off unless set.",
        link="https://fastapi.tiangolo.com/reference/fastapi/#fastapi.FastAPI--example",
        subject=Subject.FILE,
        check=each(_ASGI, "Errors answer with pieces of the source: {0}"),
        files=("*.py",),
        trigger=r"\bdebug[ \t]*=[ \t]*True",
    ),
    Rule(
        id="SH0-RT004",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Server reloads its code",
        why=(
            "It watches all files and runs the app in a child process: slower, one worker only, and signals do "
            "not arrive in time."
        ),
        remedy="Remove `reload=True`, or read it from a variable; for development use `uvicorn --reload` by hand.",
        link="https://www.uvicorn.org/deployment/",
        subject=Subject.FILE,
        check=each("(?m)" + _RELOAD, "The server watches its own files: {0}"),
        files=("*.py",),
        trigger=r"\breload[ \t]*=[ \t]*True",
    ),
    Rule(
        id="SH0-RT005",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Image is set to development",
        why=(
            "Frameworks then show errors to visitors, skip their caches and serve unoptimised code, whatever "
            "the code itself says."
        ),
        remedy="Set the variable to production in the last stage, or leave it out: sh0 sets what is needed.",
        link="https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production",
        subject=Subject.DOCKERFILE,
        check=_image,
    ),
    Rule(
        id="SH0-RT006",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Service is set to development",
        why="Frameworks then show errors to visitors, skip their caches and serve unoptimised code.",
        remedy="Set it to production here, and to development in `compose.override.yaml`.",
        link="https://docs.docker.com/compose/how-tos/production/",
        subject=Subject.COMPOSE,
        check=_compose,
    ),
    Rule(
        id="SH0-RT007",
        category=Category.RUNTIME,
        severity=Severity.ERROR,
        title="Laravel runs with APP_DEBUG",
        why="The error page shows all variables of the environment, the database's password among them.",
        remedy="Set `APP_DEBUG=false`, and let `config/app.php` fall back to false.",
        link="https://laravel.com/docs/deployment#debug-mode",
        subject=Subject.FILE,
        check=_laravel,
        files=(".env", ".env.production", ".env.prod", "config/app.php", "*/config/app.php"),
        trigger=r"APP_DEBUG|[\"']debug[\"'][ \t]*=>",
    ),
    Rule(
        id="SH0-RT008",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Rails production with settings of development",
        why=(
            "Errors show the source to visitors, parameters with personal content are logged, or classes are "
            "loaded at each request."
        ),
        remedy="Take the value that `rails new` writes into config/environments/production.rb.",
        link="https://guides.rubyonrails.org/configuring.html",
        subject=Subject.FILE,
        check=_rails,
        files=("production.rb",),
        trigger=r"consider_all_requests_local|log_level|eager_load|cache_classes",
    ),
    Rule(
        id="SH0-RT009",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="PHP shows its errors",
        why="Error messages name paths, queries and values, and they break JSON and headers.",
        remedy="Set `display_errors = Off` and `log_errors = On`; for WordPress set WP_DEBUG to false.",
        link="https://www.php.net/manual/en/errorfunc.configuration.php#ini.display-errors",
        subject=Subject.FILE,
        check=each(_PHP, "Errors are shown to every visitor: {0}"),
        files=("*.php", "php.ini", "*.ini", ".user.ini"),
        trigger=r"(?i)display_errors|WP_DEBUG",
    ),
    Rule(
        id="SH0-RT010",
        category=Category.RUNTIME,
        severity=Severity.WARNING,
        title="Spring runs with settings of development",
        why=(
            "Everything is logged, values of queries included, or the schema of the database is dropped and "
            "made anew at each start."
        ),
        remedy="Move it to `application-dev.properties`, and start development with that profile.",
        link="https://docs.spring.io/spring-boot/reference/features/profiles.html",
        subject=Subject.FILE,
        check=each(_JAVA, "A setting of development is on: {0}"),
        files=("application.properties", "application-prod*.properties"),
        trigger=_JAVA,
    ),
)
