"""What is said of a build argument that a variable of the app seems to be meant for."""


def unset_argument(name: str) -> str:
    """The warning for an ARG of a Dockerfile with the name of a variable."""
    return (
        f"the build argument {name} (ARG) does not get the app's variable {name}: variables are there when the app "
        "runs, not while it is built. Write the value as the argument's default"
    )
