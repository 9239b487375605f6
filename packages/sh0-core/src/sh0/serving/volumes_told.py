"""What the log of a deployment says of its volumes. Pure."""

from collections.abc import Iterator

from sh0.records.deployment import Deployment, Reason
from sh0.records.volume import VolumeOrigin, said_attachment
from sh0.serving.coexistence import reasons_to_recreate


def told_volumes(deployment: Deployment, *, serves: bool) -> Iterator[str]:
    """A line a fact.

    Args:
        deployment: The deployment, its volumes found.
        serves: Whether its app serves while it is carried out.
    """
    snapshot = deployment.snapshot
    for volume in snapshot.volumes:
        why = ": the image declares it (VOLUME)" if volume.origin is VolumeOrigin.IMAGE else ""
        yield f"volume {volume.name} at {said_attachment(volume)}{why}"
    if snapshot.volumes and deployment.reason is Reason.ROLLBACK:
        yield "what is in its volumes stays as it is: a rollback does not touch data"
    if serves and snapshot.volumes:
        for reason in reasons_to_recreate(snapshot):
            yield f"the old container ends before the new one starts: {reason}"
