"""Folders and files of this machine that somebody names."""

from pathlib import Path

from sh0.errors import NotFound

__all__ = ["local_file", "local_folder"]


def local_folder(folder: str | Path, hint: str = "Give the folder that holds the project's source.") -> Path:
    """A folder that is there.

    Raises:
        NotFound: It does not exist, or is no folder.
    """
    return _there(Path(folder), hint, wanted="folder")


def local_file(file: str | Path, hint: str = "Give the file itself.") -> Path:
    """A file that is there.

    Raises:
        NotFound: It does not exist, or is a folder.
    """
    return _there(Path(file), hint, wanted="file")


def _there(path: Path, hint: str, *, wanted: str) -> Path:
    try:
        there, folder = path.exists(), path.is_dir()
    except OSError as error:
        raise NotFound(f"{str(path)!r:.60} cannot be looked at: {error.strerror}", hint=hint) from error
    if not there or folder is not (wanted == "folder"):
        raise NotFound(f"{path} {f'is no {wanted}' if there else 'does not exist'}", hint=hint)
    return path
