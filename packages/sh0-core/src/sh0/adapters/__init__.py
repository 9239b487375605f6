"""The outside world: the only rooms in which the SDKs of others may be imported."""
