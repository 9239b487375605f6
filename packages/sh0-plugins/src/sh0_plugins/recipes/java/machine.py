"""The detection that every project for the Java virtual machine begins with."""

from sh0.plugin import Detection, LanguageVersion, SourceTree
from sh0_plugins.recipes.assets import unbuilt_assets
from sh0_plugins.recipes.java.frameworks import JAVA_PORT, Framework, configured_port, source_port

__all__ = ["java_command", "java_project"]

HEAP = "-XX:MaxRAMPercentage=75"
"""Of the container's memory; the virtual machine's own choice is a quarter."""


def java_project(
    project: SourceTree,
    stack: str,
    version: LanguageVersion,
    manager: str,
    framework: Framework | None,
    folder: str = "",
) -> Detection:
    """What is known before the build tool is asked: label, version, port, images.

    Args:
        project: The project.
        stack: Language.
        version: Of Java.
        manager: The build tool.
        framework: Its framework, if it has one.
        folder: The module that is started.
    """
    if framework is None:
        port = source_port(project, folder) or JAVA_PORT
    else:
        port = configured_port(project, folder, framework) or source_port(project, folder) or framework.port
    return Detection(
        stack,
        framework=framework.title if framework else "",
        version=version.version,
        version_source=version.source,
        package_manager=manager,
        keep_source=False,
        port=port,
        runtime_image=version.image,
        warnings=(*version.warnings, *unbuilt_assets(project)),
    )


def java_command(framework: Framework | None, *target: str) -> tuple[str, ...]:
    """The command that starts it.

    Args:
        framework: Its framework, which is told the port.
        target: ``-jar`` and the archive, or ``-cp``, the class path and the class.
    """
    options, arguments = (framework.options, framework.arguments) if framework else ((), ())
    return ("java", HEAP, *options, *target, *arguments)
