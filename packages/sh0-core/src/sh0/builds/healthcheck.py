"""The health check of a generated image.

It needs no package: bash is in every base image that a recipe uses, opens a connection by itself, and reads the status
line. The rule is that of the platform's own probe: whatever is below 500 is healthy. The request goes through
``cat``, because bash would send it line by line, and a server that answers the first line and closes would end the
check with SIGPIPE.
"""

import json
import shlex

from sh0.builds.model import Detection

__all__ = ["healthcheck"]


def healthcheck(detection: Detection) -> list[str]:
    """The HEALTHCHECK of an image as lines of its Dockerfile; none if it is to have none.

    It asks at the port in PORT, unless the process listens at a fixed one whatever PORT says.
    """
    if not detection.health:
        return []
    port = str(detection.port) if detection.fixed_port else "$PORT"
    request = "'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n'"
    script = (
        f"exec 3<>/dev/tcp/127.0.0.1/{port} && printf {request} {shlex.quote(detection.health)} | cat >&3"
        " && read -r -t 4 _ status _ <&3 && [[ $status == [1-4]?? ]]"
    )
    options = "--interval=30s --timeout=5s --start-period=60s"
    return [f"HEALTHCHECK {options} CMD {json.dumps(['/bin/bash', '-c', script])}"]
