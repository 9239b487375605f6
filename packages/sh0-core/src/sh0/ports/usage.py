"""What containers use."""

import attrs

from sh0.values import ByteSize


@attrs.frozen
class Usage:
    """What a container uses now.

    Attributes:
        cpu: Cores' worth of time, measured over a moment.
        memory: Bytes, without what is given back as soon as anybody needs it.
    """

    cpu: float
    memory: ByteSize
