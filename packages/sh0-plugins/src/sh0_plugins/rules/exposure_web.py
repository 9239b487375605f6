"""What a web app opens to more people than it should: origins, hosts, certificates, cookies, diagnostics."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sh0.plugin import Category, Hit, Rule, Severity, Subject
from sh0_plugins.rules.paths import for_development, for_tests, generated
from sh0_plugins.rules.places import each, in_code

if TYPE_CHECKING:
    from sh0.plugin import TextFile

__all__ = ["RULES"]

_SCRIPTS = ("*.js", "*.ts", "*.mjs", "*.cjs")
_ANY_ORIGIN = (
    r"(?i)Access-Control-Allow-Origin[\"']?[ \t]{0,4}[,:= ][ \t]{0,4}[\"']?\*"
    r"|\ballow_origins[ \t]{0,4}=[ \t]{0,4}\[[ \t]*[\"']\*[\"']"
    r"|\bCORS_(?:ORIGIN_ALLOW_ALL|ALLOW_ALL_ORIGINS)[ \t]*=[ \t]*True"
    r"|\borigins?[\"']?[ \t]{0,4}(?::|=|=>)[ \t]{0,4}\[?[\"']\*[\"']"
    r"|[\"']allowed_origins[\"'][ \t]*=>[ \t]*\[[ \t]*[\"']\*"
    r"|\.AllowAnyOrigin\(\)|@CrossOrigin\([^)\n]{0,60}\"\*\""
)
_CREDENTIALS = (
    r"(?i)allow_credentials[ \t]{0,4}=[ \t]{0,4}True|credentials[\"']?[ \t]{0,4}:[ \t]{0,4}true"
    r"|CORS_ALLOW_CREDENTIALS[ \t]*=[ \t]*True|supports_credentials['\"]?[ \t]*=>?[ \t]*true|AllowCredentials"
)
_UNVERIFIED = (
    r"\bverify[ \t]*=[ \t]*False\b|\brejectUnauthorized[\"']?[ \t]*:[ \t]*false"
    r"|\bNODE_TLS_REJECT_UNAUTHORIZED[\"']?\]?[ \t]*[=:][ \t]*[\"']?0"
    r"|\bInsecureSkipVerify:[ \t]*true|\bVERIFY_NONE\b|\bssl\._create_unverified_context"
    r"|\bCURLOPT_SSL_VERIFYPEER[ \t]*(?:,|=>)[ \t]*(?:false|0)"
    r"|\bdanger_accept_invalid_certs\([ \t]*true|[\"']verify[\"'][ \t]*=>[ \t]*false"
    r"|\bServerCertificateCustomValidationCallback[^\n]{0,80}=>[ \t]*true"
)
_COOKIES = (
    r"(?m)^[ \t]*(?:SESSION_COOKIE_SECURE|CSRF_COOKIE_SECURE|SESSION_COOKIE_HTTPONLY|CSRF_COOKIE_HTTPONLY"
    r"|REMEMBER_COOKIE_SECURE)[ \t]*=[ \t]*False"
    r"|\bhttpOnly:[ \t]*false|[\"']http_only[\"'][ \t]*=>[ \t]*false|\bcookie:[ \t]*\{[^}\n]{0,120}secure:[ \t]*false\b"
)
_FORGERY = (
    r"(?m)^[ \t]*WTF_CSRF_ENABLED[ \t]*=[ \t]*False|\bskip_before_action[ \t]+:verify_authenticity_token"
    r"|\bcsrf\(\)\.disable\(\)"
    r"|\bcsrf\([ \t]*(?:AbstractHttpConfigurer::disable|\w+[ \t]*->[ \t]*\w+\.disable\(\))"
)
_DIAGNOSTICS = (
    r"(?m)^[ \t]*management\.endpoints\.web\.exposure\.include[ \t]*=[ \t]*\*"
    r"|^[ \t]*include:[ \t]*[\"']\*[\"'][ \t]*$|^[ \t]*spring\.h2\.console\.enabled[ \t]*=[ \t]*true"
    r"|\bphpinfo[ \t]*\([ \t]*\)[ \t]*;|^[ \t]*autoindex[ \t]+on[ \t]*;|^[ \t]*Options[^\n]{0,40}[ +]Indexes\b"
    r"|^[ \t]*server\.error\.include-stacktrace[ \t]*=[ \t]*always"
)


def _origins(file: "TextFile") -> Iterator[Hit]:
    if for_tests(file.path) or for_development(file.path) or generated(file.path):
        return
    found = list(in_code(file, _ANY_ORIGIN))
    trusting = bool(found) and re.search(_CREDENTIALS, file.text) is not None
    for _, line, column in found:
        if trusting:
            said = "Every website may call this app, and with the credentials of whoever looks at it."
            yield Hit(said, line, column, severity=Severity.ERROR)
        else:
            yield Hit("Every website may call this app.", line, column)


RULES: Final = (
    Rule(
        id="SH0-EX005",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Every origin is allowed",
        why=(
            "With `*` any page on the web may read what this app answers. Together with credentials it may act "
            "as the visitor."
        ),
        remedy="Name the origins of your own front ends, from a variable.",
        link="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS",
        subject=Subject.FILE,
        check=_origins,
        files=("*.py", *_SCRIPTS, "*.rb", "*.php", "*.go", "*.java", "*.kt", "*.cs", "*.conf", "*.rs"),
        trigger=_ANY_ORIGIN,
    ),
    Rule(
        id="SH0-EX006",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Every host name is accepted",
        why=(
            "An app that believes any `Host` header can be made to send links to a foreign site, for instance "
            "when it resets a password."
        ),
        remedy='Name the domains: `ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")`.',
        link="https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
        subject=Subject.FILE,
        check=each(
            r"(?m)^[ \t]*ALLOWED_HOSTS[ \t]*=[ \t]*[\[(][ \t]*[\"']\*[\"']", "ALLOWED_HOSTS accepts every host name."
        ),
        files=("*.py",),
        trigger=r"(?m)^[ \t]*ALLOWED_HOSTS[ \t]*=[ \t]*[\[(][ \t]*[\"']\*[\"']",
    ),
    Rule(
        id="SH0-EX007",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Certificates are not verified",
        why=(
            "Without verification anybody on the way can pretend to be the other side, and read and change "
            "what is sent."
        ),
        remedy="Verify. For a certificate of your own authority, give the client that authority's certificate instead.",
        link="https://owasp.org/www-project-mobile-top-10/2023-risks/m5-insecure-communication",
        subject=Subject.FILE,
        check=each(_UNVERIFIED, "The certificate of the other side is not verified here."),
        files=("*.py", *_SCRIPTS, "*.go", "*.rb", "*.php", "*.rs", "*.cs", "Dockerfile*", "*.yml", "*.yaml", ".env*"),
        trigger=_UNVERIFIED,
    ),
    Rule(
        id="SH0-EX008",
        category=Category.EXPOSURE,
        severity=Severity.HINT,
        title="Cookies without protection",
        why="A session cookie that is sent without encryption, or that scripts can read, can be taken over.",
        remedy="Let cookies be `Secure` and `HttpOnly`. sh0 serves every domain over HTTPS.",
        link="https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Cookies#security",
        subject=Subject.FILE,
        check=each(_COOKIES, "A cookie is sent without its protection here."),
        files=("*.py", *_SCRIPTS, "session.php"),
        trigger=_COOKIES,
    ),
    Rule(
        id="SH0-EX009",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Protection against forged requests is off",
        why="Without it any page that a signed-in visitor opens can make requests in their name.",
        remedy="Leave it on; exempt single endpoints that authenticate by a token instead of a cookie.",
        link="https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html",
        subject=Subject.FILE,
        check=each(_FORGERY, "The protection against forged requests is switched off here."),
        files=("*.py", "*.rb", "*.java", "*.kt"),
        trigger=_FORGERY,
    ),
    Rule(
        id="SH0-EX010",
        category=Category.EXPOSURE,
        severity=Severity.WARNING,
        title="Diagnostics for everybody",
        why="Such pages tell a visitor versions, paths, settings and sometimes the environment with its secrets.",
        remedy="Leave it to development, or put it behind a sign-in.",
        link="https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.security",
        subject=Subject.FILE,
        check=each(_DIAGNOSTICS, "This shows the inside of the app to everybody: {0}"),
        files=("*.properties", "application*.yml", "application*.yaml", "*.php", "*.conf", ".htaccess"),
        trigger=_DIAGNOSTICS,
    ),
)
