"""Catalogues of templates: what another catalogue says of an image is a copy, and its mistakes are copied with it."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

import attrs

__all__ = ["CATALOGUES", "Catalogue", "catalogue_of"]


@attrs.frozen
class Catalogue:
    """A collection of templates for images that others make.

    Attributes:
        name: What it is called.
        repositories: Where its templates lie, as ``owner`` for all that belongs to it or ``owner/name`` for one.
        hosts: Its web sites; their subdomains belong to it too.
        images: How the images begin that its people make themselves: of those it is upstream.
    """

    name: str
    repositories: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


CATALOGUES: Final = (
    Catalogue("Coolify", ("coollabsio",), ("coolify.io",), ("coollabsio/",)),
    Catalogue("Dokploy", ("dokploy",), ("dokploy.com",), ("dokploy/",)),
    Catalogue("CapRover", ("caprover",), ("caprover.com",), ("caprover/",)),
    Catalogue("Umbrel", ("getumbrel",), ("umbrel.com", "umbrel.app"), ("getumbrel/",)),
    Catalogue("Runtipi", ("runtipi", "meienberger/runtipi-appstore"), ("runtipi.io",), ("runtipi/",)),
    Catalogue("CasaOS", ("icewhaletech",), ("casaos.io", "zimaspace.com"), ("icewhaletech/",)),
    Catalogue("Big Bear", ("bigbeartechworld",), ("bigbeartechworld.com",), ("bigbeartechworld/",)),
    Catalogue(
        "TrueNAS", ("truenas", "truecharts", "trueforge-org"), ("truenas.com", "truecharts.org"), ("ixsystems/",)
    ),
    Catalogue(
        "Portainer",
        (
            "portainer",
            "lissy93/portainer-templates",
            "qballjos/portainer_templates",
            "technorabilia/portainer-templates",
        ),
        ("portainer.io",),
        ("portainer/",),
    ),
    Catalogue("YunoHost", ("yunohost", "yunohost-apps"), ("yunohost.org",)),
    Catalogue("Cloudron", ("cloudron-io", "cloudron"), ("cloudron.io",), ("cloudron/",)),
    Catalogue("Easypanel", ("easypanel-io", "easypanel-community"), ("easypanel.io",), ("easypanel/",)),
    Catalogue("Elestio", ("elestio", "elestio-examples"), ("elest.io",), ("elestio/",)),
    Catalogue("Railway", ("railwayapp", "railwayapp-templates"), ("railway.app", "railway.com"), ("railwayapp/",)),
    Catalogue("Render", ("render-examples", "renderinc"), ("render.com",)),
    Catalogue("Zeabur", ("zeabur",), ("zeabur.com",), ("zeabur/",)),
    Catalogue("Cosmos", ("azukaar",), ("cosmos-cloud.io",), ("azukaar/",)),
    Catalogue("Unraid", ("selfhosters", "selfhostersunraid", "unraid"), ("unraid.net", "selfhosters.net")),
    Catalogue("LinuxServer.io", ("linuxserver",), ("linuxserver.io",), ("linuxserver/",)),
    Catalogue("Docker's samples", ("docker/awesome-compose",)),
    Catalogue("Helm charts", ("helm/charts", "k8s-at-home", "bitnami/charts"), ("artifacthub.io", "hub.helm.sh")),
    Catalogue("Bitnami", ("bitnami", "vmware/bitnami"), ("bitnami.com",), ("bitnami/", "bitnamilegacy/")),
    Catalogue("1Panel", ("1panel-dev", "1panel"), ("1panel.cn", "1panel.pro", "1panel.hk"), ("1panel/",)),
    Catalogue("StartOS", ("start9labs",), ("start9.com",), ("start9/",)),
    Catalogue("Proxmox helper scripts", ("community-scripts", "tteck"), ("helper-scripts.com",)),
    Catalogue("DockSTARTer", ("ghostwriters",), ("dockstarter.com",)),
    Catalogue("Home Assistant add-ons", ("hassio-addons", "alexbelgium")),
    Catalogue("Synology packages", ("synocommunity",), ("synocommunity.com",)),
    Catalogue("Sandstorm", ("sandstorm-io",), ("sandstorm.io",)),
    Catalogue("Kubero", ("kubero-dev",), ("kubero.dev",), ("kubero-dev/",)),
    Catalogue("compose-examples", ("haxxnet/compose-examples",)),
    Catalogue("Yacht", ("selfhostedpro",), ("yacht.sh",), ("selfhostedpro/",)),
    Catalogue("ansible-nas", ("davestephens/ansible-nas",), ("ansible-nas.io",)),
    Catalogue("PikaPods", ("pikapods",), ("pikapods.com",)),
    Catalogue("Sliplane", ("sliplane",), ("sliplane.io",)),
    Catalogue("Northflank", ("northflank",), ("northflank.com",)),
    Catalogue("Koyeb", ("koyeb",), ("koyeb.com",)),
    Catalogue("awesome-selfhosted", ("awesome-selfhosted",), ("awesome-selfhosted.net",)),
    Catalogue("selfh.st", ("selfhst",), ("selfh.st",)),
)
"""Catalogues whose addresses are known. Copies under another owner's name cannot be told from upstream."""

_FORGES: Final = (
    "github.com",
    "githubusercontent.com",
    "githack.com",
    "gitlab.com",
    "git.cloudron.io",
    "codeberg.org",
    "hub.docker.com",
    "quay.io",
    "lscr.io",
    "bitbucket.org",
    "jsdelivr.net",
    "statically.io",
    "ghcr.io",
)
_ADDRESS = re.compile(r"https?:/+([^/?#\s]+)([^?#\s]*)", re.IGNORECASE)
_INSIDE = re.compile(r"(?<=[/=:?&])[\w.-]+(?=/)")
"""What may be a forge within an address, as mirrors and archives have it: ``mirror.example.org/github.com/…``."""
_FORGE_NAME = re.compile(r"(?:^|[.-])(?:git(?!book)\w*|\w*(?:git|github\w*|gitlab\w*))(?=[.-])")
"""Words of hosts where the first folder is an owner, as at ``kkgithub.com`` or ``git.example.org``."""
_BEFORE_OWNER = ("repos", "gh", "r", "repository", "v2", "orgs", "users")
"""Folders that may stand before the owner of a repository, as in ``api.github.com/repos/``."""


def catalogue_of(address: str, images: Iterable[str] = ()) -> Catalogue | None:
    """The catalogue that an address belongs to; None if it is none that is known, or upstream of one of the images."""
    for host, path in _places(address):
        for catalogue in CATALOGUES:
            if _belongs(catalogue, host, path) and not any(_made_by(catalogue, image) for image in images):
                return catalogue
    return None


def _places(address: str) -> Iterator[tuple[str, list[str]]]:
    """Host and path of an address, and of each address inside it, such as an archive's or a proxy's."""
    text = address
    for _ in range(3):
        text = unquote(text)
    starts = [text[found.start() :] for found in re.finditer("https?:/", text, re.IGNORECASE)]
    starts += [f"https://{text[found.start() :]}" for found in _INSIDE.finditer(text) if _of_forge(found[0].lower())]
    for start in starts:
        found = _ADDRESS.match(start)
        if found is None:
            continue
        host = _untranslated(found[1].rpartition("@")[2].partition(":")[0].rstrip(".").lower())
        folders: list[str] = []
        for name in found[2].lower().replace("\\", "/").split("/"):
            if name == "..":
                folders = folders[:-1]
            elif name not in ("", "."):
                folders.append(name.partition("@")[0].removesuffix(".git"))
        yield host, folders


def _untranslated(host: str) -> str:
    """The host whose page a translator shows, as in ``github-com.translate.goog``."""
    name = host.removesuffix(".translate.goog")
    return host if name == host else name.replace("--", "\n").replace("-", ".").replace("\n", "-")


def _belongs(catalogue: Catalogue, host: str, path: list[str]) -> bool:
    if any(_under(host, own) for own in catalogue.hosts):
        return True
    pairs = {f"{owner}/{name}" for owner, name in pairwise(path)}
    if pairs & set(catalogue.repositories):
        return True
    return bool(set(_owner(host, path)) & set(catalogue.repositories))


def _owner(host: str, path: list[str]) -> list[str]:
    """The owner whose repository an address leads to, and both together."""
    for pages in (".github.io", ".gitlab.io", ".codeberg.page"):
        if host.endswith(pages):
            path = [host.removesuffix(pages), *path]
            break
    else:
        if not _of_forge(host) and not _FORGE_NAME.search(host):
            return []
    while len(path) > 1 and path[0] in _BEFORE_OWNER:
        path = path[1:]
    return [path[0], "/".join(path[:2])] if path else []


def _of_forge(host: str) -> bool:
    return any(_under(host, forge) for forge in _FORGES)


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _made_by(catalogue: Catalogue, image: str) -> bool:
    registry, slash, rest = image.lower().partition("/")
    name = rest if slash and ("." in registry or ":" in registry) else image.lower()
    return any(name.startswith(own) for own in catalogue.images)
