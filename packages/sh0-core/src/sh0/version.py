"""The version of sh0: one for all packages."""

VERSION = "0.1.0"
