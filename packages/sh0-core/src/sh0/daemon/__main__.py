"""``python -m sh0.daemon``."""

import sys

from sh0.daemon.main import main

sys.exit(main())
