"""The web door of sh0: REST over TCP and the panel."""
