"""Records of deploy keys."""

from datetime import datetime

import attrs

from sh0.store import TableSpec
from sh0.values import AppName, Secret


@attrs.frozen
class DeployKey:
    """The key that an app opens private repositories with.

    Attributes:
        app: Whose.
        public_key: To be added at the Git host, in OpenSSH's form.
        private_key: Sealed at rest.
        created: When it was made.
    """

    app: AppName
    public_key: str
    private_key: Secret
    created: datetime


DEPLOY_KEYS = TableSpec("deploy_keys", DeployKey, ("app",), "deploy key of")
