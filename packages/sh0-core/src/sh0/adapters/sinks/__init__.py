"""Where lines are sent that apps print: the port `Sinks` on the network and the disk."""

from sh0.adapters.sinks.opening import RealSinks

__all__ = ["RealSinks"]
