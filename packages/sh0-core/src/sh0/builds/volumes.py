"""What becomes of paths that an image declares as volumes."""


def lost_volume(path: str) -> str:
    """The warning about one of an app: its containers share nothing with those of the next deployment."""
    return f"what is written to {path} (VOLUME) is lost at the next deployment"
