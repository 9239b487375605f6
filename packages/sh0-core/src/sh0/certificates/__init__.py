"""Certificates. So far there is one issuer: the authority of this platform itself."""
