"""The web process of sh0: REST over TCP and the panel."""
