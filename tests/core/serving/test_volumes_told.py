"""What the log of a deployment says of its volumes."""

import attrs

from sh0.records.deployment import Reason
from sh0.records.volume import Attachment, VolumeMount, VolumeOrigin, mounted
from sh0.serving.volumes_told import told_volumes
from tests.core.examples import deployment

MINE = mounted("uploads", Attachment("/app/uploads", processes=("web",)), VolumeOrigin.FILE)
SHARED = mounted("media", Attachment("/media", shared=True), VolumeOrigin.IMAGE)
BASE = deployment(2)


def told(*volumes: VolumeMount, serves: bool = True, reason: Reason = Reason.PUSH) -> list[str]:
    snapshot = attrs.evolve(BASE.snapshot, volumes=volumes)
    return list(told_volumes(attrs.evolve(BASE, snapshot=snapshot, reason=reason), serves=serves))


def test_each_volume_is_told_with_its_path_and_who_has_it() -> None:
    assert told(MINE, SHARED, serves=False) == [
        "volume uploads at /app/uploads (web)",
        "volume media at /media, shared: the image declares it (VOLUME)",
    ]


def test_a_container_that_has_to_end_first_is_told_of_where_one_serves() -> None:
    said = "the old container ends before the new one starts: two must not write to /app/uploads (volume uploads)"
    assert told(MINE)[-1] == said
    assert not any("ends before" in line for line in (*told(MINE, serves=False), *told(SHARED)))


def test_a_rollback_says_that_it_touches_no_data() -> None:
    said = "what is in its volumes stays as it is: a rollback does not touch data"
    assert said in told(MINE, reason=Reason.ROLLBACK)
    assert said not in told(reason=Reason.ROLLBACK)
