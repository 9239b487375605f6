"""HAProxy as the proxy of a server: rendered files, and a runtime API that changes it without a reload."""
