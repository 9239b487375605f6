"""Parts that come with a package of their own: what is said where one is not installed."""

from sh0 import NotFound

__all__ = ["NO_PANEL", "absent", "demand_rules"]

NO_PANEL = "not installed: it comes with the package sh0-web"


def absent(what: str, package: str, *, where: str = "here") -> NotFound:
    """The error that says so.

    Args:
        what: What is missing, in the plural.
        package: The package that brings it.
        where: Where it is missing.
    """
    return NotFound(f"no {what} are installed {where}", hint=f"Install them: pip install {package}", package=package)


def demand_rules(without: bool) -> None:
    """Refuse to call something good that nobody has looked at.

    Raises:
        NotFound: No rules are installed.
    """
    if without:
        raise absent("rules", "sh0-plugins")
