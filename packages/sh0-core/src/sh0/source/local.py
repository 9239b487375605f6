"""Folders and files of this machine that somebody names."""

from pathlib import Path

from sh0.errors import InvalidValue, NotFound

__all__ = ["local_file", "local_folder"]


def local_folder(folder: str | Path, hint: str = "Give the folder that holds the project's source.") -> Path:
    """A folder that is there.

    Raises:
        InvalidValue: No name is given.
        NotFound: It does not exist, or is no folder.
    """
    return _there(folder, hint, wanted="folder")


def local_file(file: str | Path, hint: str = "Give the file itself.") -> Path:
    """A file that is there.

    Raises:
        InvalidValue: No name is given.
        NotFound: It does not exist, or is a folder.
    """
    return _there(file, hint, wanted="file")


def _there(name: str | Path, hint: str, *, wanted: str) -> Path:
    if not str(name).strip():  # which is the current folder otherwise
        raise InvalidValue(f"no {wanted} is named; '.' is this folder", reason="path")
    path = Path(name)
    try:
        there, folder = path.exists(), path.is_dir()
    except OSError as error:
        raise NotFound(f"{str(path)!r:.60} cannot be looked at: {error.strerror}", hint=hint) from error
    if not there or folder is not (wanted == "folder"):
        raise NotFound(f"{path} {f'is no {wanted}' if there else 'does not exist'}", hint=hint)
    return path
