"""What becomes of the volumes that the image of an app declares."""

import attrs

from sh0.records.app import Declared, HealthCheck, Process, Resources
from sh0.records.deployment import Snapshot
from sh0.records.volume import Attachment, VolumeOrigin, mounted
from sh0.serving.image_volumes import image_volumes, volume_name

ONE = Snapshot({}, (), Resources(), HealthCheck(), 1, None)


def test_each_path_is_kept_in_a_volume_that_is_named_after_it() -> None:
    kept, lost = image_volumes(ONE, (), ["/data", "/var/lib/db/", "/data"])
    assert [(each.name, each.path, each.origin) for each in kept] == [
        ("data", "/data", VolumeOrigin.IMAGE),
        ("var-lib-db", "/var/lib/db", VolumeOrigin.IMAGE),
    ]
    assert lost == ()


def test_a_path_at_or_below_a_volume_that_was_chosen_needs_no_other() -> None:
    mine = (mounted("mine", Attachment("/data"), VolumeOrigin.SETTING),)
    kept, _ = image_volumes(ONE, mine, ["/data", "/data/sub", "/database"])
    assert [each.path for each in kept] == ["/database"]


def test_a_name_that_was_chosen_is_left_to_its_volume() -> None:
    mine = (mounted("data", Attachment("/app/uploads"), VolumeOrigin.SETTING),)
    kept, _ = image_volumes(ONE, mine, ["/data"])
    assert [(each.name, each.path) for each in kept] == [("data-volume", "/data")]


def test_what_several_containers_would_write_to_is_not_kept_unasked() -> None:
    said = ("what is written to /data (VOLUME) is lost at the next deployment",)
    assert image_volumes(attrs.evolve(ONE, replicas=2), (), ["/data"]) == ((), said)
    workers = attrs.evolve(ONE, declared=Declared(processes={"worker": Process("w", 2)}))
    assert image_volumes(workers, (), ["/data"]) == ((), said)
    alone = attrs.evolve(ONE, declared=Declared(processes={"web": Process("w", 1), "worker": Process("w", 1)}))
    assert image_volumes(alone, (), ["/data"])[1] == ()


def test_a_path_that_is_none_is_passed_over() -> None:
    assert image_volumes(ONE, (), ["data", "/"]) == ((), ())


def test_a_name_is_made_of_letters_and_digits() -> None:
    assert volume_name("/Var/lib/my_data.d") == "var-lib-my-data-d"
    assert volume_name("/…") == "volume"
    assert len(volume_name("/" + "a" * 200)) == 80
