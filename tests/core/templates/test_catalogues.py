"""The facts of a template come from who makes the image: the addresses of other catalogues are known, however spelt."""

import pytest

from sh0.templates.demands.catalogues import CATALOGUES, catalogue_of
from sh0.templates.lint import lint_template
from tests.core.templates.test_lint import GOOD

OTHERS = [
    ("https://github.com/coollabsio/coolify/blob/379abb2/templates/compose/terraria-server.yaml", "Coolify"),
    ("https://raw.githubusercontent.com/coollabsio/coolify/v4.x/templates/compose/x.yaml", "Coolify"),
    ("https://github.com/coollabsio/coolify/raw/main/templates/compose/x.yaml", "Coolify"),
    ("https://api.github.com/repos/coollabsio/coolify/contents/templates", "Coolify"),
    ("https://codeload.github.com/coollabsio/coolify/zip/main", "Coolify"),
    ("https://cdn.jsdelivr.net/gh/coollabsio/coolify@v4/templates/compose/x.yaml", "Coolify"),
    ("https://raw.githack.com/coollabsio/coolify/main/x.yaml", "Coolify"),
    ("https://coolify.io/docs/services/terraria", "Coolify"),
    ("https://docs.coolify.io/services", "Coolify"),
    ("https://GitHub.com/Dokploy/Templates/blob/x/blueprints/bazarr/docker-compose.yml", "Dokploy"),
    ("https://www.github.com:443//dokploy/./templates.git", "Dokploy"),
    ("https://github.com/%44okploy/templates", "Dokploy"),
    ("https://github.com/%2544okploy/templates", "Dokploy"),
    ("https://github.com/someone/../Dokploy/templates", "Dokploy"),
    ("https://github.com/dokploy", "Dokploy"),
    ("https://templates.dokploy.com/?q=bazarr", "Dokploy"),
    ("https://web.archive.org/web/2026/https://github.com/Dokploy/templates/tree/x", "Dokploy"),
    ("https://mirror.example.org/get?url=https%3A%2F%2Fgithub.com%2Fdokploy%2Ftemplates", "Dokploy"),
    ("https://caprover.github.io/one-click-apps/v4/apps/pairdrop", "CapRover"),
    ("https://github.com/caprover/one-click-apps/blob/x/public/v4/apps/pairdrop.yml", "CapRover"),
    ("https://github.com/getumbrel/umbrel-apps/blob/x/ntfy/docker-compose.yml", "Umbrel"),
    ("https://apps.umbrel.com/app/ntfy", "Umbrel"),
    ("https://github.com/runtipi/runtipi-appstore/blob/x/apps/ctfd/docker-compose.json", "Runtipi"),
    ("https://github.com/truenas/apps/tree/5a5f8aa/ix-dev/community/actual-budget", "TrueNAS"),
    ("https://apps.truenas.com/catalog/ghostfolio", "TrueNAS"),
    ("https://github.com/IceWhaleTech/CasaOS-AppStore/tree/main/Apps/Jellyfin", "CasaOS"),
    ("https://raw.githubusercontent.com/portainer/templates/v3/templates.json", "Portainer"),
    ("https://github.com/Lissy93/portainer-templates", "Portainer"),
    ("https://github.com/YunoHost-Apps/nextcloud_ynh", "YunoHost"),
    ("https://apps.yunohost.org/app/nextcloud", "YunoHost"),
    ("https://git.cloudron.io/cloudron/nextcloud-app", "Cloudron"),
    ("https://docs.cloudron.io/apps/nextcloud", "Cloudron"),
    ("https://github.com/easypanel-io/templates", "Easypanel"),
    ("https://easypanel.io/docs/templates/x", "Easypanel"),
    ("https://elest.io/open-source/x", "Elestio"),
    ("https://railway.com/deploy/x", "Railway"),
    ("https://railway.app/template/x", "Railway"),
    ("https://github.com/azukaar/cosmos-servapps-official", "Cosmos"),
    ("https://github.com/selfhosters/unRAID-CA-templates", "Unraid"),
    ("https://forums.unraid.net/topic/1", "Unraid"),
    ("https://github.com/docker/awesome-compose/tree/master/x", "Docker's samples"),
    ("https://artifacthub.io/packages/helm/x/y", "Helm charts"),
    ("https://github.com/bitnami/charts/tree/main/bitnami/x", "Helm charts"),
    ("https://github.com/bitnami/containers/tree/main/bitnami/x", "Bitnami"),
    ("https://docs.linuxserver.io/images/docker-bazarr", "LinuxServer.io"),
    ("https://github.com/linuxserver/docker-bazarr", "LinuxServer.io"),
    ("https://hub.docker.com/r/linuxserver/bazarr", "LinuxServer.io"),
    ("https://lscr.io/linuxserver/bazarr", "LinuxServer.io"),
    ("https://quay.io/repository/bitnami/redis", "Bitnami"),
    ("https://gist.github.com/coollabsio/0123abcd", "Coolify"),
    ("https://gist.githubusercontent.com/coollabsio/0123abcd/raw/x.yaml", "Coolify"),
    ("https://www.coolify.io./", "Coolify"),
    ("https://RAW.GITHUBUSERCONTENT.COM/DOKPLOY/TEMPLATES/CANARY/x.yaml", "Dokploy"),
    ("https://github.com/dokploy/templates/", "Dokploy"),
    ("https://kkgithub.com/dokploy/templates", "Dokploy"),
    ("https://github1s.com/Dokploy/templates/blob/x/y.yml", "Dokploy"),
    ("https://github.dev/Dokploy/templates", "Dokploy"),
    ("https://gitee.com/dokploy/templates", "Dokploy"),
    ("https://hub.fastgit.example.org/dokploy/templates", "Dokploy"),
    ("https://git.example.org/getumbrel/umbrel-apps", "Umbrel"),
    ("https://gitclone.com/github.com/dokploy/templates", "Dokploy"),
    ("https://sourcegraph.com/github.com/Dokploy/templates/-/blob/x.yml", "Dokploy"),
    ("https://mirror.example.org/raw.githubusercontent.com/caprover/one-click-apps/master/x.yml", "CapRover"),
    ("https://web.archive.org/web/2026id_/github.com/runtipi/runtipi-appstore", "Runtipi"),
    ("https://translate.example.org/?u=github.com/Dokploy/templates", "Dokploy"),
    ("https://github-com.translate.goog/Dokploy/templates?_x_tr_sl=en", "Dokploy"),
    ("https://github.com/SelfhostedPro/selfhosted_templates", "Yacht"),
    ("https://sliplane.io/blog/self-host-x", "Sliplane"),
]


@pytest.mark.parametrize(("address", "name"), OTHERS)
def test_the_address_of_another_catalogue_is_known(address: str, name: str) -> None:
    found = catalogue_of(address, ["example/shop:1.2.3"])
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/hexlo/terraria-server-docker/blob/31cab3d/scripts/create-server-config.sh",
        "https://raw.githubusercontent.com/apache/couchdb-docker/main/3.5.1/docker-entrypoint.sh",
        "https://hub.docker.com/_/couchdb",
        "https://docs.example.org/install/dokploy",
        "https://docs.example.org/install/coolify/docker",
        "https://github.com/example/coolify-notes",
        "https://notcoolify.io/docs",
        "https://codeberg.org/forgejo/forgejo",
        "https://docs.gitlab.com/install/docker/configuration",
        "https://git.example.org/shop/render",
        "https://mirror.example.org/github.com/example/dokploy-notes",
        "https://docs.example.org/github.com.html",
        "https://coolify-io.example.org/docs",
        "https://example.gitbook.io/railwayapp/x",
        "https://docs.digitalshop.example.org/railwayapp/x",
        "https://gitlab.com/fmd-foss/fmd-server/-/blob/v0.11.0/docker-compose.yml",
        "https://github.com/docker/compose",
        "https://github.com/helm/helm",
        "",
        "https://",
        "https://[::1/x",
    ],
)
def test_what_is_of_no_catalogue_is_not_taken_for_one(address: str) -> None:
    assert catalogue_of(address) is None


@pytest.mark.parametrize(
    ("address", "image"),
    [
        ("https://github.com/linuxserver/docker-bazarr", "lscr.io/linuxserver/bazarr:1.5.1"),
        ("https://docs.linuxserver.io/images/docker-bazarr", "linuxserver/bazarr:1.5.1"),
        ("https://github.com/bitnami/containers/tree/main/bitnami/redis", "docker.io/bitnami/redis:8.2"),
        ("https://docs.portainer.io/start", "portainer/portainer-ce:2.30.0"),
    ],
)
def test_who_makes_an_image_is_upstream_of_it(address: str, image: str) -> None:
    assert catalogue_of(address, ["postgres:17", image]) is None


def test_names_of_catalogues_and_their_addresses_are_in_small_letters_and_unique() -> None:
    given = [each for catalogue in CATALOGUES for each in (*catalogue.repositories, *catalogue.hosts)]
    assert given == [each.lower() for each in given]
    assert len(given) == len(set(given))


def test_a_template_whose_facts_are_from_another_catalogue_is_refused_at_its_line() -> None:
    text = GOOD.replace("https://shop.example.org/compose.yaml", "https://github.com/Dokploy/templates/tree/x/shop")
    (problem,) = lint_template(text, "shop")
    assert problem.demand == "source"
    assert problem.line == text[: text.index("  source:")].count("\n") + 1
    assert "Dokploy" in problem.message


def test_a_template_of_an_image_that_a_catalogue_makes_may_name_it() -> None:
    text = GOOD.replace("https://shop.example.org/compose.yaml", "https://github.com/linuxserver/docker-shop")
    assert [problem.demand for problem in lint_template(text, "shop")] == ["source"]
    assert lint_template(text.replace("example/shop", "lscr.io/linuxserver/shop"), "shop") == ()
