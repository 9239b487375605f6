"""Volumes of apps on a platform over fakes: they outlast versions, and nothing loses what is in them."""

import base64
import io
import tarfile

import attrs
import pytest

from sh0.errors import DiskFull, Failed, Forbidden, Invalid, InvalidValue, NotFound, WrongState
from sh0.operations import Caller, CallerKind, acting_as
from sh0.ports.container import NamedMount
from sh0.ports.runtime import InstanceState
from sh0.records.deployment import Deployment
from sh0.records.volume import VOLUMES
from sh0.serving.workload import volume_mounts
from sh0.testing import fake_image
from sh0.volumes.keeping import VolumeKeeping
from sh0.volumes.model import KEPT
from tests.core.shop import Shop
from tests.core.stacks.parts import archive

DOCKERFILE = "FROM web:1\nEXPOSE 80\nUSER 1\n"


def upload(shop: Shop, manifest: str = "", dockerfile: str = DOCKERFILE) -> Deployment:
    files = {"Dockerfile": dockerfile} | ({"sh0.yaml": manifest} if manifest else {})
    return shop.platform.deployments.upload("shop", archive(files))


def source(shop: Shop, name: str = "uploads") -> str:
    return shop.platform.volumes.get("shop", name).volume.source


def mounts(shop: Shop) -> list[NamedMount]:
    return [
        mount
        for container in shop.runtime.containers.values()
        if container.state is InstanceState.RUNNING
        for mount in container.workload.mounts
        if isinstance(mount, NamedMount)
    ]


def packed(name: str, text: str) -> io.BytesIO:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as made:
        entry = tarfile.TarInfo(name)
        entry.size = len(text)
        made.addfile(entry, io.BytesIO(text.encode()))
    written.seek(0)
    return written


def names(data: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(data)) as read:
        return read.getnames()


def test_what_is_attached_is_there_in_every_later_version(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.volumes.attach("shop", "uploads", "/app/uploads/"))
    mount = NamedMount(source(shop), "/app/uploads")
    assert mounts(shop) == [mount]
    shop.deploy("web:2")
    shop.live(shop.platform.apps.restart("shop"))
    assert mounts(shop) == [mount]
    back = shop.live(shop.platform.deployments.rollback("shop", to="shop-2"))
    assert mounts(shop) == [mount]
    assert "what is in its volumes stays as it is: a rollback does not touch data" in shop.log(back)


def test_a_version_names_its_volumes_and_its_processes_share_them(shop: Shop) -> None:
    manifest = (
        "volumes: {uploads: /app/uploads, cache: {path: /cache, processes: [worker]}}\nprocesses: {worker: work}\n"
    )
    live = shop.live(upload(shop, manifest))
    assert sorted((each.source.rpartition(".")[2], each.target) for each in mounts(shop)) == [
        ("cache", "/cache"),
        ("uploads", "/app/uploads"),
        ("uploads", "/app/uploads"),
    ]
    assert {each.target for each in volume_mounts(live.snapshot)} == {"/app/uploads", "/cache"}
    shop.live(upload(shop))
    assert mounts(shop) == []
    assert {each.volume.name for each in shop.platform.volumes.list(app="shop")} == {"uploads", "cache"}
    shop.live(shop.platform.deployments.rollback("shop", to=live.id))
    assert {each.source for each in mounts(shop)} == {source(shop), source(shop, "cache")}


def test_the_old_container_ends_before_the_new_one_starts_unless_they_may_share(shop: Shop) -> None:
    shop.deploy()
    for shared, ends_first in ((False, True), (True, False)):
        shop.live(shop.platform.volumes.attach("shop", "uploads", "/u", shared=shared))
        shop.runtime.calls.clear()
        log = shop.log(shop.live(shop.platform.apps.restart("shop")))
        calls = [method for method, _ in shop.runtime.calls if method in ("apply", "stop")]
        assert (calls.index("stop") < calls.index("apply")) == ends_first
        assert any("the old container ends before the new one starts" in line for line in log) == ends_first


def test_an_app_with_a_volume_that_is_not_shared_stays_one_container(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.volumes.attach("shop", "uploads", "/u"))
    with pytest.raises(WrongState, match="two must not write to /u") as refused:
        shop.platform.apps.scale("shop", 2)
    assert "--shared" in refused.value.hint
    shop.live(shop.platform.volumes.attach("shop", "uploads", "/u", shared=True))
    shop.live(shop.platform.apps.scale("shop", 2))
    with pytest.raises(WrongState, match="two must not write"):
        shop.platform.volumes.attach("shop", "uploads", "/u")


def test_a_file_that_names_a_volume_for_several_containers_fails_before_anything_starts(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.apps.scale("shop", 2))
    failed = shop.ended(upload(shop, "volumes: {uploads: /u}\n"))
    assert failed.failure is not None
    assert "two must not write to /u" in failed.failure.message
    assert "shared: true" in failed.failure.hint
    assert shop.states()[-1] == "failed"


def test_an_image_volume_goes_on_under_its_name_when_it_is_named(shop: Shop) -> None:
    shop.runtime.add_image(attrs.evolve(fake_image("web:1"), volumes=("/data",)))
    shop.deploy()
    before = source(shop, "data")
    with pytest.raises(WrongState, match=r"two must not write to /data"):
        shop.platform.apps.scale("shop", 2)
    shop.live(shop.platform.volumes.attach("shop", "data", "/data", shared=True))
    assert mounts(shop) == [NamedMount(before, "/data")]
    shop.live(shop.platform.apps.scale("shop", 2))


def test_a_deployment_that_fails_attaches_nothing(shop: Shop) -> None:
    shop.deploy()
    shop.runtime.fail_next("apply", Failed("it does not start"))
    shop.ended(shop.platform.volumes.attach("shop", "uploads", "/u"))
    assert shop.platform.volumes.get("shop", "uploads").volume.attachment is None
    shop.deploy("web:2")
    assert mounts(shop) == []


def test_a_volume_is_detached_from_the_next_deployment_on(shop: Shop) -> None:
    shop.deploy()
    shop.live(shop.platform.volumes.attach("shop", "uploads", "/u"))
    assert shop.platform.volumes.detach("shop", "uploads", deploy=False) is None
    assert len(mounts(shop)) == 1
    with pytest.raises(WrongState, match="in use"):
        shop.platform.volumes.delete("shop", "uploads", confirm="uploads")
    shop.live(shop.platform.apps.restart("shop"))
    assert mounts(shop) == []
    with pytest.raises(WrongState, match="not attached"):
        shop.platform.volumes.detach("shop", "uploads")


@pytest.mark.parametrize(
    ("attach", "error"),
    [
        (lambda volumes: volumes.attach("shop", "other", "/u"), Invalid),
        (lambda volumes: volumes.attach("shop", "filed", "/elsewhere"), InvalidValue),
        (lambda volumes: volumes.detach("shop", "filed"), InvalidValue),
        (lambda volumes: volumes.detach("shop", "none"), NotFound),
        (lambda volumes: volumes.attach("none", "x", "/x"), NotFound),
        (lambda volumes: volumes.attach("shop", "../x", "/x"), InvalidValue),
        (lambda volumes: volumes.attach("shop", "x", "x"), InvalidValue),
        (lambda volumes: volumes.attach("shop", "x", "/"), InvalidValue),
        (lambda volumes: volumes.attach("shop", "x", "/a/../etc"), InvalidValue),
        (lambda volumes: volumes.attach("shop", "x", "/proc/x"), InvalidValue),
        (lambda volumes: volumes.create("shop", "uploads"), WrongState),
        (lambda volumes: list(volumes.copy("shop", "uploads", "filed")), WrongState),
        (lambda volumes: volumes.delete("shop", "uploads", confirm="upload"), InvalidValue),
        (lambda volumes: volumes.get("shop", "none"), NotFound),
        (lambda volumes: volumes.restore("shop", "uploads"), NotFound),
    ],
)
def test_what_cannot_be_is_refused(shop: Shop, attach: object, error: type[Exception]) -> None:
    shop.live(upload(shop, "volumes: {filed: /filed}\n"))
    shop.live(shop.platform.volumes.attach("shop", "uploads", "/u"))
    with pytest.raises(error):
        attach(shop.platform.volumes)  # type: ignore[operator]


def test_what_was_deleted_is_kept_for_a_week_and_can_be_restored(shop: Shop) -> None:
    volumes = shop.platform.volumes
    kept = volumes.create("shop", "uploads").source
    detail = volumes.delete("shop", "uploads", confirm="uploads")
    assert detail.removed is not None
    assert volumes.create("shop", "uploads").source != kept
    with pytest.raises(WrongState, match="already"):
        volumes.restore("shop", "uploads")
    assert volumes.restore("shop", "uploads", name="old").source == kept
    assert kept in {each.name for each in shop.runtime.volumes()}


def keeping(shop: Shop) -> VolumeKeeping:
    volumes = shop.platform.volumes
    return VolumeKeeping(shop.stage.core.context, volumes._inventory, volumes._transfer)


def test_what_was_deleted_is_removed_after_a_week(shop: Shop) -> None:
    gone = shop.platform.volumes.create("shop", "uploads").source
    shop.platform.volumes.delete("shop", "uploads", confirm="uploads")
    keeping(shop).tidy()
    assert [each.name for each in shop.runtime.volumes()] == [gone]
    deleted = shop.records[VOLUMES].get(gone).deleted
    assert deleted is not None
    shop.records[VOLUMES].change(gone, deleted=deleted - KEPT)
    keeping(shop).tidy()
    assert shop.runtime.volumes() == []
    assert shop.records[VOLUMES].find(gone) is None


def test_a_version_that_names_a_deleted_volume_begins_with_an_empty_one_and_says_so(shop: Shop) -> None:
    shop.live(upload(shop, "volumes: {uploads: /u}\n"))
    before = source(shop)
    shop.live(upload(shop))
    shop.platform.volumes.delete("shop", "uploads", confirm="uploads")
    live = shop.live(upload(shop, "volumes: {uploads: /u}\n", DOCKERFILE + "LABEL a=b\n"))
    assert source(shop) != before
    assert any("begins empty" in warning and "restore" in warning for warning in live.warnings)


def test_a_copy_holds_the_same_and_is_a_volume_of_its_own(shop: Shop) -> None:
    volumes = shop.platform.volumes
    volumes.create("shop", "uploads")
    assert volumes.upload("shop", "uploads", packed("x", "text")).entries == 1
    last = list(volumes.copy("shop", "uploads", "backup"))[-1]
    assert last.done
    data = b"".join(base64.b64decode(piece.data) for piece in volumes.download("shop", "backup"))
    assert names(data) == ["x"]
    assert volumes.get("shop", "backup").volume.ready


def test_a_copy_that_fails_or_is_given_up_leaves_nothing(shop: Shop) -> None:
    volumes = shop.platform.volumes
    volumes.create("shop", "uploads")
    shop.runtime.fail_next("write_volume", DiskFull("no room"))
    with pytest.raises(DiskFull):
        list(volumes.copy("shop", "uploads", "backup"))
    given_up = volumes.copy("shop", "uploads", "backup")
    next(given_up)
    given_up.close()  # type: ignore[attr-defined]
    assert [each.volume.name for each in volumes.list()] == ["uploads"]
    assert len(shop.runtime.volumes()) == 1


def test_a_copy_that_a_crash_has_cut_off_is_removed_by_the_next_start(shop: Shop) -> None:
    whole = shop.platform.volumes.create("shop", "uploads")
    half = attrs.evolve(whole, source=f"{whole.source}-half", name="half", ready=False)
    shop.records[VOLUMES].insert(half)
    shop.runtime.ensure_volume(half.source, {})
    with pytest.raises(WrongState, match="being copied"):
        shop.platform.volumes.delete("shop", "half", confirm="half")
    keeping(shop).start()
    assert [each.volume.name for each in shop.platform.volumes.list()] == ["uploads"]
    assert [each.name for each in shop.runtime.volumes()] == [whole.source]


def test_size_and_growth_are_told_once_they_were_measured(shop: Shop) -> None:
    volumes = shop.platform.volumes
    volumes.create("shop", "uploads")
    assert volumes.get("shop", "uploads").size is None
    volumes.upload("shop", "uploads", packed("x", "text"))
    keeping(shop).measure()
    detail = volumes.get("shop", "uploads")
    assert detail.size is not None
    assert detail.size > 0
    assert detail.free is not None


def test_who_is_confined_to_an_app_sees_and_reaches_its_volumes_alone(shop: Shop) -> None:
    shop.platform.apps.create("blog")
    for app in ("shop", "blog"):
        shop.platform.volumes.create(app, "uploads")
    shop.stage.up("name: shop\nservices: {db: {image: web:1, volumes: ['data:/data']}}\nvolumes: {data: {}}\n")
    confined = Caller(CallerKind.TOKEN, "ci", frozenset({"apps:write", "apps:read"}), app="shop")
    with acting_as(confined):
        found = [each.volume for each in shop.platform.volumes.list()]
        assert [(each.app, each.name) for each in found] == [("shop", "uploads")]
        with pytest.raises(Forbidden):
            shop.platform.volumes.get("blog", "uploads")
        with pytest.raises(Forbidden, match="the app shop alone"):
            shop.platform.volumes.copy("shop", "uploads", "stolen", into="blog")


def test_a_file_of_the_project_is_in_each_container_for_reading(shop: Shop) -> None:
    files = {"Dockerfile": DOCKERFILE, "conf/app.conf": "a=1\n", "sh0.yaml": "files: {conf/app.conf: /etc/app.conf}\n"}
    shop.live(shop.platform.deployments.upload("shop", archive(files)))
    shop.live(shop.platform.apps.restart("shop"))
    (container,) = shop.runtime.containers.values()
    assert [(each.target, each.mode) for each in container.workload.files] == [("/etc/app.conf", 0o444)]
    assert base64.b64decode(container.workload.files[0].content.reveal()) == b"a=1\n"
    shop.live(upload(shop))
    (container,) = shop.runtime.containers.values()
    assert container.workload.files == ()


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("files: {none: /etc/app.conf}\n", "there is no file none"),
        ("files: {../secret: /etc/app.conf}\n", "path"),
        ("files: {Dockerfile: etc}\n", "path"),
        ("files: {Dockerfile: /a, large: /b}\n", "512 KiB"),
        ("files: {Dockerfile: /a, sh0.yaml: /a}\n", "two of them"),
    ],
)
def test_a_file_that_cannot_be_given_stops_the_deployment(shop: Shop, manifest: str, said: str) -> None:
    files = {"Dockerfile": DOCKERFILE, "large": "x" * (600 << 10), "sh0.yaml": manifest}
    failed = shop.ended(shop.platform.deployments.upload("shop", archive(files)))
    assert failed.failure is not None
    assert said in failed.failure.message
