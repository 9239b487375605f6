"""Log drains: what apps print, sent on to receivers of syslog and HTTP, and to files."""
