"""Plugins: finding them, asking them through the hooks of `sh0.hookspecs`, and going on when one of them fails."""

from sh0.plugins.loading import Plugins
from sh0.plugins.pump import EventPump

__all__ = ["EventPump", "Plugins"]
