"""How tools are told to fetch without encryption or verification: tools by ways, after the tools' manuals. Pure.

The ways are an option of a command, a command that configures, a variable, and a settings file. In the patterns of
commands a blank stands for the border between two words, so that no part of a quoted text counts as a word.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from sh0_plugins.rules.commands import Call

__all__ = ["FILES", "TRIGGER", "VARIABLES", "insecure_call", "insecure_variable"]

_MOST = 2_000
_CURL_VALUED = r"-[#0-9aBfgGiIjJklLMnNOpqRsSvVZ]*[AbcCdDeEFHKmoPQrtTuUwxXyYz]"
_NO = r"(?i:false|no|off|0|n|never|none)"
_YES = r"(?i:true|yes|on|1|y)"
_WEB = r"[\"']?http://(?!(?i:localhost|127\.|\[::1|host\.docker|\$))\S*"
_LOCAL = r"(?:(?i:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|host\.docker\.internal)(?::\d{1,5})?)"
_SSH = r" (?:-o ?)(?i:StrictHostKeyChecking[= ]?(?:no|off)|UserKnownHostsFile[= ]?/dev/null) "
_INDEX = rf" (?:-i ?|-f ?|--(?:extra-|default-)?index(?:-url)?[ =]|--find-links[ =]|--source ?[ =]?){_WEB}"
_PIP = (
    rf" --(?:trusted-host|allow-insecure-host)[ =](?!{_LOCAL}?(?: |$))|{_INDEX}| --pypi-mirror[ =]{_WEB}"
    rf"| (?:install|download|wheel|add) (?:[^ ]+ ){{0,30}}(?<!--proxy )(?:[^ ]+@)?(?:git\+)?{_WEB}"
)
_NPM = (
    rf" --(?:strict-ssl[= ]{_NO} |no-strict-ssl |registry[= ]{_WEB})"
    rf"| (?:config|c) set (?:-[^ ]+ ){{0,12}}(?:strict-ssl|enableStrictSsl)[ =]{_NO} | set strict-ssl[ =]{_NO} "
    rf"| (?:config|c) set (?:-[^ ]+ ){{0,12}}(?:[^ ]*:)?(?:registry|npmRegistryServer)[ =]{_WEB}"
)
_APT = (
    r" --(?:allow-unauthenticated|allow-untrusted|force-yes|(?:allow|allow-downgrade-to)-insecure-repositories) "
    rf"| (?:-o ?|--option[ =])(?i:APT::Get::AllowUnauthenticated|APT::Get::force-yes"
    rf"|Acquire::Allow(?:Downgrade(?:To)?)?(?:Insecure|Weak)Repositories)={_YES} "
    rf"| (?:-o ?|--option[ =])(?i:Acquire::https?::(?:[^ :]+::)?Verify-(?:Peer|Host))={_NO} "
)
_DNF = (
    r" --(?:nogpgcheck|no-gpgchecks?|nosignature) "
    rf"| --setopt[ =](?:[^ =]*\.)?(?:gpgcheck|pkg_gpgcheck|sslverify|localpkg_gpgcheck)={_NO} "
)
_MAVEN = (
    rf" (?:--define )?-?-?D?maven\.wagon\.http\.ssl\.(?:insecure|allowall)(?:={_YES})? "
    r"| -Daether\.(?:transport|connector)\.https?\.securityMode=insecure "
)
_TLS = rf" --(?:src-|dest-)?tls-verify[ =]{_NO} "
_SKIP = rf" --(?:insecure-skip-(?:tls-)?verify|insecure|plain-http|allow-insecure-registry)(?:={_YES})? "

_WAYS: Final = (
    ("curl", r" --(?:proxy-|doh-)?insecure | -[#0-9aBfgGiIjJlLMnNOpqRsSvVZ]*k"),
    (
        "wget|wget2",
        rf" --no-check-[a-z-]*| --check-certificate[ =]{_NO} | (?:-e ?|--execute[ =])check_?certificate ?= ?{_NO}",
    ),
    ("aria2c", rf" --check-certificate={_NO} "),
    ("axel", r" (?:-k|--insecure) "),
    ("http|https|httpie", rf" --verify[ =]{_NO} "),
    ("fetch", r" --no-verify-(?:peer|hostname) "),
    ("lftp", rf"ssl:verify-certificate[ =/][^ ]*{_NO}"),
    (
        "pip|pipx|pipenv|easy_install",
        (
            rf"{_PIP}| config (?:-[^ ]+ ){{0,12}}set (?:[^ ]+\.)?trusted-host (?!{_LOCAL}?(?: |$))"
            rf"| config (?:-[^ ]+ ){{0,12}}set [^ ]*index-url {_WEB}"
        ),
    ),
    (
        "uv|uvx|poetry|pdm|hatch",
        rf"{_PIP}| config (?:-[^ ]+ ){{0,12}}certificates\.[^ ]+\.cert {_NO} | config pypi\.verify_ssl {_NO} ",
    ),
    (
        "conda|mamba|micromamba",
        (
            rf" (?:-k|--insecure|--ssl-no-verify) | --ssl-verify[ =]{_NO} "
            rf"| config (?:-[^ ]+ ){{0,12}}--set (?:-[^ ]+ ){{0,12}}ssl_verify {_NO} "
        ),
    ),
    ("npm|npx|pnpm|pnpx|yarn", _NPM),
    ("bun|bunx", rf"{_NPM}| --no-verify "),
    ("gem", rf" (?:--source|-s|--add|-a)[ =]{_WEB}| (?:-P|--trust-policy)[ =]NoSecurity "),
    (
        "bundle|bundler",
        (
            rf" config (?:set )?(?:-[^ ]+ ){{0,12}}(?:ssl_verify_mode (?:0|none)"
            rf"|disable_checksum_validation {_YES}) | --trust-policy[ =]NoSecurity "
        ),
    ),
    (
        "composer",
        (
            rf" config (?:-[^ ]+ ){{0,12}}(?:secure-http {_NO}|disable-tls {_YES}) | (?:repo[^ ]*"
            rf"|--repository[^ ]*)[ =](?:composer )?{_WEB}"
        ),
    ),
    ("cargo", rf" --(?:index|registry|git)[ =]{_WEB}"),
    ("luarocks", rf" --(?:only-)?server[ =]{_WEB}"),
    ("cpan|cpanm", rf" (?:--mirror|--from|-M)[ =]{_WEB}"),
    ("dotnet|nuget", rf" (?:--source|-s|-Source)[ =]{_WEB}| add source {_WEB}"),
    ("mix", rf" hex\.config unsafe_(?:https|registry) {_YES} "),
    ("php", rf"\b(?:copy|file|file_get_contents|fopen|readfile)\(\s*{_WEB}|verify_peer[\"']?\s*=>\s*(?:false|0)"),
    ("ruby", rf"\b(?:open|get|get_response|read)\(?\s*(?:URI(?:\.parse)?\()?\s*{_WEB}|VERIFY_NONE"),
    ("perl", rf"\b(?:getstore|mirror|get|getprint)\(?\s*{_WEB}|SSL_VERIFY_NONE|verify_hostname\s*=>\s*0"),
    ("node|bun|deno", rf"\b(?:get|fetch|request)\(\s*{_WEB}|rejectUnauthorized\s*:\s*false"),
    (
        r"(?:python|pypy)[\d.]*",
        rf"\b(?:urlopen|urlretrieve|get|Request)\(\s*{_WEB}|_create_unverified_context|\bverify\s*=\s*False",
    ),
    ("lwp-download|lwp-mirror|lwp-request|GET|lynx|links|elinks|w3m|ftp|xh", rf" {_WEB}"),
    ("R|Rscript", rf"repos ?= ?(?:c\()?{_WEB}"),
    ("pacman", rf" (?:-[A-Za-z]*U[a-z]*|--upgrade) (?:[^ ]+ ){{0,30}}{_WEB}"),
    (
        "go",
        (
            rf" -insecure | env (?:-[^ ]+ ){{0,12}}(?:[^ ]+=[^ ]* ){{0,12}}(?:GOINSECURE=[^ ]+"
            rf"|GONOSUM(?:DB|CHECK)=[^ ]+|GOSUMDB=off|GOFLAGS=[^ ]*-insecure[^ ]*|GOPROXY={_WEB})"
        ),
    ),
    (
        "git",
        (
            rf" (?:-c ?|--config[ =])http\.(?:[^ ]+\.)?(?i:sslVerify)=(?:{_NO})? | config (?:-[^ ]+ |set "
            rf"|/[^ ]+ ){{0,12}}http\.(?:[^ ]+\.)?(?i:sslVerify) (?:{_NO})? "
            rf"| (?:clone|pull|fetch|add|ls-remote|submodule|set-url) (?:[^ ]+ ){{0,30}}(?:git://|{_WEB})"
        ),
    ),
    ("svn|svnadmin", r" --trust-server-cert(?:-failures[ =])?"),
    ("hg", r" --insecure | --config[ =](?:web\.cacerts=|hostsecurity\.[^ ]*(?:verify|disable)[^ ]*) "),
    ("apt|apt-get|aptitude|apt-key", _APT),
    ("add-apt-repository", r"\[[^\]]*trusted=yes"),
    ("debootstrap", r" --no-check-(?:gpg|certificate) "),
    ("dpkg", r" --force-(?:[a-z,-]*,)?(?:bad-verify|all)[, ]"),
    ("apk", rf" --allow-untrusted | (?:-X ?|--repository[ =]){_WEB}"),
    ("yum|dnf|dnf5|microdnf|tdnf|yum-config-manager", _DNF),
    (
        "rpm",
        (
            r" --(?:nosignature|nodigest|nogpg|noverify) | (?:--import|-[a-zA-Z]*[iU][a-zA-Z]*"
            rf"|--install|--upgrade) (?:[^ ]+ ){{0,30}}{_WEB}"
        ),
    ),
    (
        "zypper",
        (
            r" (?:--no-gpg-checks?|--allow-unsigned-rpm|--gpgcheck-allow-unsigned[a-z-]*) | (?:ar"
            r"|addrepo) (?:[^ ]+ ){0,30}(?:-[a-zA-Z]*G[a-zA-Z]*|--no-gpgcheck) "
        ),
    ),
    ("conan", rf" remote add (?:[^ ]+ ){{0,30}}--insecure | remote (?:add|update) [^ ]+ [^ ]+ {_NO} "),
    ("mvn|mvnw|\\./mvnw", _MAVEN),
    ("gradle|gradlew|\\./gradlew", rf"{_MAVEN}| (?:--dependency-verification|-F)[ =](?:off|lenient) "),
    ("helm|kubectl|oc|oras|crane|cosign", rf"{_SKIP}| repo add [^ ]+ {_WEB}| --repo[ =]{_WEB}"),
    ("docker|podman|buildah|skopeo", (rf"{_TLS}| --disable-content-trust(?:=true)? | --insecure-registry[ =]|{_SKIP}")),
    (
        "nix|nix-build|nix-env|nix-channel|nix-store",
        rf" --no-(?:check-sigs|require-sigs) | --option require-sigs {_NO} ",
    ),
    ("deno", r" --unsafely-ignore-certificate-errors"),
    ("opam", rf" --no-checksums | repo(?:sitory)? (?:add|set-url) (?:[^ ]+ ){{1,6}}{_WEB}"),
    ("flatpak", r" --no-gpg-verify "),
    ("snap", r" --dangerous "),
    ("ansible-galaxy", r" (?:--ignore-certs|-c|--disable-gpg-verify) "),
    ("choco", r" --(?:ignore-checksums?|allow-empty-checksums[a-z-]*) "),
    ("aws", r" --no-verify-ssl "),
    ("vault", rf" -?-tls-skip-verify(?:={_YES})? "),
    ("(?i:Invoke-WebRequest|Invoke-RestMethod|iwr|irm|pwsh|powershell)", r"(?i:[ ;]-SkipCertificateCheck\b)"),
    ("(?i:Install-Module|Install-Package|Install-PackageProvider)", r"(?i: -Skip(?:Publisher|Hash)Check )"),
    ("ssh|scp|sftp|ssh-copy-id", _SSH),
    ("rsync", r"(?i:StrictHostKeyChecking[= ]?(?:no|off))"),
)

VARIABLES: Final = (
    ("GIT_SSL_NO_VERIFY", "set"),
    (
        "CURL_INSECURE|WGET_NO_CHECK_CERTIFICATE|HEX_UNSAFE_(?:HTTPS|REGISTRY)|VAULT_SKIP_VERIFY",
        "yes",
    ),
    (
        "(?i:npm_config_insecure)|GONOSUMCHECK|PIPENV_SKIP_VERIFY|JULIA_SSL_NO_VERIFY|BUNDLE_DISABLE_CHECKSUM_VALIDATION",
        "yes",
    ),
    ("COMPOSER_DISABLE_TLS|HELM_(?:KUBE)?INSECURE_SKIP_TLS_VERIFY|ANSIBLE_GALAXY_IGNORE|sdkman_insecure_ssl", "yes"),
    ("NODE_TLS_REJECT_UNAUTHORIZED|PYTHONHTTPSVERIFY", "zero"),
    ("PERL_LWP_SSL_VERIFY_HOSTNAME", "zero or empty"),
    ("CONDA_SSL_VERIFY|SSL_VERIFY", "no"),
    (
        ("(?i:(?:npm|pnpm|yarn|bun)_config_strict_ssl)|YARN_ENABLE_STRICT_SSL|YARN_STRICT_SSL|DOCKER_CONTENT_TRUST"),
        "no",
    ),
    (
        "CARGO_HTTP_CHECK_REVOKE|POETRY_CERTIFICATES_[A-Z0-9_]+_CERT|BUNDLE_SSL_VERIFY_MODE|PDM_PYPI_VERIFY_SSL|MAMBA_SSL_VERIFY",
        "no",
    ),
    ("PIP_TRUSTED_HOST|UV_INSECURE_HOST|UV_ALLOW_INSECURE_HOST|GOINSECURE|GONOSUMDB", "any"),
    ("JULIA_SSL_NO_VERIFY_HOSTS|YARN_UNSAFE_HTTP_WHITELIST", "any"),
    ("GOSUMDB", "no"),
    ("CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE", "empty"),
    ("PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|GOPROXY", "web"),
    ("(?i:npm_config_registry)|YARN_NPM_REGISTRY_SERVER|YARN_REGISTRY|BUNDLE_MIRROR\\w*|GEM_SOURCE", "web"),
    ("GOFLAGS", r"(?:^|\s)-insecure"),
    (
        "MAVEN_OPTS|MAVEN_ARGS|JAVA_TOOL_OPTIONS|JAVA_OPTS|GRADLE_OPTS",
        r"ssl\.(?:insecure|allowall)=true|securityMode=insecure",
    ),
    (
        "GIT_SSH_COMMAND|GIT_SSH|RSYNC_RSH|SVN_SSH",
        r"(?i)StrictHostKeyChecking[= ](?:no|off)|UserKnownHostsFile[= ]/dev/null",
    ),
    ("GIT_CONFIG_PARAMETERS", rf"(?i)http\.(?:\S+\.)?sslVerify[\"']?=[\"']?{_NO}"),
)
"""Names of variables, and the value that switches the protection off: a word of `_VALUES`, or a pattern."""

_VALUES: Final = {
    "set": r"",  # git looks at nothing but whether it is there
    "yes": rf"^(?!{_NO}$).+$",
    "zero": r"^0$",  # these compare with that text
    "zero or empty": r"^0?$",
    "no": rf"^{_NO}$",
    "any": rf"^(?!(?:{_LOCAL}[\s,]*)+$).+$",
    "empty": r"^$",
    "web": rf"^{_WEB}",
}

FILES: Final = (
    (
        r"\.npmrc|\.pnpmrc|\.yarnrc|npmrc",
        (
            rf"(?im)^[ \t]*\"?strict-ssl\"?[ \t]*[= ][ \t]*\"?(?:{_NO})\b"
            rf"|^[ \t]*\"?(?:[^\s=]+:)?registry\"?[ \t]*[= ][ \t]*\"?{_WEB}"
        ),
    ),
    (
        r"\.yarnrc\.yml",
        (
            rf"(?im)^[ \t]*enableStrictSsl:[ \t]*(?:{_NO})\b"
            rf"|^[ \t]*npmRegistryServer:[ \t]*[\"']?{_WEB}|^[ \t]*unsafeHttpWhitelist:"
            r"|^[ \t]*checksumBehavior:[ \t]*[\"']?ignore"
        ),
    ),
    (r"bunfig\.toml", rf"(?im)^[ \t]*registry[ \t]*=[ \t]*[\"']?{_WEB}"),
    (
        r"(?:pip\.(?:conf|ini)|requirements.*\.txt|constraints.*\.txt|requirements\.in)",
        (
            rf"(?im)^[ \t]*(?:--)?(?:extra-)?index-url[ \t]*[= ][ \t]*{_WEB}|^[ \t]*-i[ \t]+{_WEB}"
            rf"|^[ \t]*(?:--)?trusted-host(?:[ \t]*=|[ \t]|$)|^[ \t]*(?:--find-links|-f)[ \t=]+{_WEB}"
        ),
    ),
    (
        r"uv\.toml|pyproject\.toml|Pipfile|poetry\.toml",
        (
            rf"(?im)^[ \t]*(?:index-url|url|extra-index-url)[ \t]*=[ \t]*\[?[\"']?{_WEB}"
            r"|^[ \t]*(?:allow-insecure-host|trusted-host)[ \t]*=|^[ \t]*verify_ssl[ \t]*=[ \t]*false"
        ),
    ),
    (r"\.condarc|condarc", rf"(?im)^[ \t]*ssl_verify:[ \t]*(?:{_NO})\b"),
    (r"\.curlrc|_curlrc|curlrc", r"(?im)^[ \t]*(?:--)?(?:proxy-|doh-)?insecure\b|^[ \t]*-k\b"),
    (r"\.wgetrc|wgetrc", rf"(?im)^[ \t]*check_?certificate[ \t]*=[ \t]*(?:{_NO})\b"),
    (r"aria2\.conf", rf"(?im)^[ \t]*check-certificate[ \t]*=[ \t]*(?:{_NO})\b"),
    (r"\.gitconfig|gitconfig", rf"(?im)^[ \t]*sslVerify[ \t]*=[ \t]*(?:{_NO})\b"),
    (r"\.hgrc|hgrc", r"(?im)^[ \t]*cacerts[ \t]*=[ \t]*(?:!|$)"),
    (r"Gemfile|\.gemrc", (rf"(?im)^[ \t]*source[ \t(]+{_WEB}|^[ \t]*:?ssl_verify_mode:?[ \t]+0|^[ \t]*-[ \t]+{_WEB}")),
    (
        r"composer\.json",
        (
            r"\"secure-http\"[ \t]*:[ \t]*false|\"disable-tls\"[ \t]*:[ \t]*true"
            rf"|\"url\"[ \t]*:[ \t]*{_WEB}"
        ),
    ),
    (
        r"pom\.xml|settings\.xml",
        (
            r"<(?:pluginRepository|repository|snapshotRepository"
            rf"|mirror)>[^\0]{{0,400}}?(?P<at><url>[ \t]*{_WEB})"
        ),
    ),
    (
        r".*\.gradle(?:\.kts)?",
        (rf"\b(?:isA|a)llowInsecureProtocol[ \t]*=?[ \t(]*true|\burl[ \t]*=?[ \t(]*(?:uri\()?{_WEB}"),
    ),
    (
        r"gradle\.properties|maven\.config|jvm\.config",
        (
            r"ssl\.(?:insecure|allowall)=true|securityMode=insecure"
            r"|systemProp\.[\w.]*insecure[\w.]*=true"
        ),
    ),
    (r"build\.sbt", r"allowInsecureProtocol"),
    (
        r"(?:.*\.list|sources\.list|.*\.sources)",
        (
            r"(?im)^[ \t]*deb(?:-src)?[ \t]+\[[^\]\n]*\b(?:trusted|allow-insecure)=yes"
            r"|^[ \t]*(?:Trusted|Allow-Insecure):[ \t]*yes"
        ),
    ),
    (
        r"apt\.conf|\d\d[\w-]*|.*\.apt\.conf",
        (
            r"(?i)AllowUnauthenticated[ \t\"]+(?:true|1|yes)"
            r"|Allow(?:Downgrade(?:To)?)?InsecureRepositories[ \t\"]+(?:true|1|yes)|Verify-(?:Peer"
            rf"|Host)[ \t\"]+(?:{_NO})\b"
        ),
    ),
    (
        r"(?:yum|dnf|.*\.repo|tdnf)(?:\.conf)?",
        (
            r"(?im)^[ \t]*(?:gpgcheck|sslverify|pkg_gpgcheck"
            rf"|localpkg_gpgcheck)[ \t]*=[ \t]*(?:{_NO})[ \t]*$"
        ),
    ),
    (r"pacman\.conf", r"(?im)^[ \t]*(?:Local|Remote)?(?:FileSigLevel|SigLevel)[ \t]*=[^\n]*\b(?:Never|TrustAll)\b"),
    (r"repositories", rf"(?m)^[ \t]*(?:@\S+[ \t]+)?{_WEB}"),
    (r"config\.toml", r"(?im)^[ \t]*check-revoke[ \t]*=[ \t]*false|^[ \t]*insecure_skip_verify[ \t]*=[ \t]*true"),
    (r"daemon\.json", r"\"insecure-registries\"[ \t]*:[ \t]*\[[ \t]*\""),
    (r"registries\.conf", r"(?im)^[ \t]*insecure[ \t]*=[ \t]*true"),
    (r"ssh_config|config", r"(?im)^[ \t]*StrictHostKeyChecking[ \t=]+(?:no|off)\b"),
)
"""Names of settings files, and what in them switches the protection off."""

TRIGGER: Final = (
    r"(?i)insecure|unsafe|http://|git://|trusted|strict.?ssl|ssl.?verify|verify.?ssl"
    r"|tls.?verify|no.?verify|check.?certificate|trust-server"
    r"|gpg.?check|nosignature|nodigest|unauthenticated|untrusted|force-yes|secure-http"
    r"|disable.tls|nogpg|verify-(?:peer|host)"
    r"|NODE_TLS|HTTPSVERIFY|ssl_no|nosum|sumdb|-[a-z#0-9]*k|NoSecurity|SkipCertificate"
    r"|SkipPublisher|SkipHash|StrictHostKey"
    r"|SigLevel|ca_bundle|content.trust|plain-http|checksum|security.?mode|allowall|unsigned"
    r"|verify[\s=]|no-check|ssl:verify"
    r"|dangerous|force-bad|sigs|UserKnownHosts|cacerts|check.revoke|ignore-certs|GALAXY_IGNORE"
    r"|VERIFY_HOSTNAME|verify_?(?:none|peer)|rejectUnauthorized|unverified|noverify|certificates[._]"
    r"|conan|zypper|ansible-galaxy|force-all|no-gpg|-F\W+(?:off|lenient)"
)
"""What every file contains in which there is a way of these, in the syntax that RE2 and `re` share."""


def insecure_call(call: Call) -> str:
    """What in a command makes it fetch without encryption or verification; empty if nothing does."""
    tool, words = call.tool[0], call.tool[1:]
    words = words[: words.index("--")] if "--" in words else words
    if tool in ("curl", "wget", "wget2") and _only_local(words):
        return ""
    if tool == "curl":
        words = tuple(word for before, word in pairwise(("", *words)) if not re.fullmatch(_CURL_VALUED, before))
    line = "\0" + "\0".join(word.replace("\0", "") for word in words[:_MOST]) + "\0"
    for way in _ways_of(tool):
        found = way.search(line)
        if found is not None:
            return found[0].strip("\0").split("\0")[0]
    return ""


def _only_local(words: tuple[str, ...]) -> bool:
    """Whether all addresses among some words are of this machine, as in a health check."""
    hosts = [found[1] for word in words if (found := re.fullmatch(r"(?i:[a-z]+://)([^/?#]*).*", word, re.DOTALL))]
    return bool(hosts) and all(re.fullmatch(_LOCAL, host) for host in hosts)


@lru_cache(maxsize=1024)
def _ways_of(tool: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_bordered(way)) for names, way in _WAYS if re.fullmatch(names, tool))


def _bordered(way: str) -> str:
    """A pattern in which blanks are borders between words."""
    return way.replace(" ", "\\x00")


def insecure_variable(name: str, value: str) -> bool:
    """Whether a variable makes a tool fetch without encryption or verification, as that tool reads its value."""
    return any(re.search(off, value.strip()) for off in _values_of(name))


@lru_cache(maxsize=1024)
def _values_of(name: str) -> tuple[str, ...]:
    return tuple(_VALUES.get(off, off) for names, off in VARIABLES if re.fullmatch(names, name))
