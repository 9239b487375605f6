"""What a template is. No I/O."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from sh0.values import ByteSize, FileText

__all__ = [
    "FORMAT",
    "PERMISSIONS",
    "Exposure",
    "Template",
    "TemplateCategory",
    "TemplateLinks",
    "TemplateProblem",
    "TemplateVariable",
    "VariableType",
]

FORMAT: Final = 1
"""Version of the format that this release reads and writes."""

PERMISSIONS: Final[Mapping[str, str]] = {
    "docker-socket": "the socket of the engine, which is the whole machine",
    "privileged": "the rights of the machine's own processes",
    "host-network": "the network of the machine",
    "host-namespace": "processes or memory of the machine",
    "host-path": "folders of the machine",
    "devices": "devices of the machine",
    "capabilities": "rights beyond those of a container",
    "unconfined": "what the kernel otherwise keeps from a container",
    "kernel-settings": "settings of the kernel beyond its own sockets",
}
"""What a template may declare that it cannot do without, and what it lets its containers reach."""


class TemplateCategory(StrEnum):
    """What somebody is looking for.

    Attributes:
        AI: Language models and assistants.
        ANALYTICS: Who visits, and what the numbers say.
        AUTOMATION: Workflows, and jobs that run by themselves.
        CMS: Websites and blogs that are written in the browser.
        COMMUNICATION: Chat, mail and meetings.
        CRM: Customers, sales and support.
        DASHBOARDS: Charts, and pages of links.
        DATABASES: Databases, caches and queues, and what shows them.
        DEVELOPER_TOOLS: Code, builds, registries, errors and queues.
        DOCUMENTS: Wikis, notes, signatures and papers.
        FINANCE: Budgets, invoices and accounts.
        GAMES: Game servers.
        LEARNING: Courses and schools.
        MEDIA: Pictures, music, films and books.
        MONITORING: Whether things run, and how.
        NETWORKING: DNS, remote access, and messages between devices.
        PRODUCTIVITY: Tasks, bookmarks, tables, appointments and inventories.
        SECURITY: Passwords, sign-in and secrets.
        STORAGE: Files, and backups of them.
        WEB: Short links, search, maps and images for other sites.
    """

    AI = "ai"
    ANALYTICS = "analytics"
    AUTOMATION = "automation"
    CMS = "cms"
    COMMUNICATION = "communication"
    CRM = "crm"
    DASHBOARDS = "dashboards"
    DATABASES = "databases"
    DEVELOPER_TOOLS = "developer-tools"
    DOCUMENTS = "documents"
    FINANCE = "finance"
    GAMES = "games"
    LEARNING = "learning"
    MEDIA = "media"
    MONITORING = "monitoring"
    NETWORKING = "networking"
    PRODUCTIVITY = "productivity"
    SECURITY = "security"
    STORAGE = "storage"
    WEB = "web"


class VariableType(StrEnum):
    """What a variable's value looks like.

    Attributes:
        TEXT: Any text.
        SECRET: A text that is sealed and never shown.
        EMAIL: An address, as in ``me@example.org``.
        URL: An address with its scheme, as in ``https://example.org``.
        HOST: A host name.
        INTEGER: A whole number.
        PORT: A number from 1 to 65535.
        BOOLEAN: ``true`` or ``false``.
        TIMEZONE: A time zone, as in ``Europe/Berlin``.
        CHOICE: One of the variable's choices.
    """

    TEXT = "text"
    SECRET = "secret"
    EMAIL = "email"
    URL = "url"
    HOST = "host"
    INTEGER = "integer"
    PORT = "port"
    BOOLEAN = "boolean"
    TIMEZONE = "timezone"
    CHOICE = "choice"


@attrs.frozen
class TemplateVariable:
    """What is asked, or made, before the first start.

    Attributes:
        name: Name, as used in the file.
        description: For the person who is asked.
        type: What its value looks like.
        choices: The values of a choice.
        default: Taken when nothing is given; None if there is none.
        generate: How it is made when nothing is given, as in ``secret:32``; None if it is not.
        required: Whether somebody must give it.
    """

    name: str
    description: str
    type: VariableType = VariableType.TEXT
    choices: tuple[str, ...] = ()
    default: str | None = None
    generate: str | None = None
    required: bool = False

    @property
    def sealed(self) -> bool:
        """Whether its value is a secret: it is declared as one, or made at random."""
        return self.type is VariableType.SECRET or self.generate is not None


@attrs.frozen
class Exposure:
    """A service that gets a host name.

    Attributes:
        service: Name of the service.
        port: Port that it listens on inside its container.
        health: Path that answers below 500 once it is ready; None: the service has a check of its own.
    """

    service: str
    port: int
    health: str | None = None


@attrs.frozen
class TemplateLinks:
    """Where to read about the software.

    Attributes:
        website: Its page.
        documentation: Its documentation.
        code: Its source code.
    """

    website: str | None = None
    documentation: str | None = None
    code: str | None = None


@attrs.frozen
class Template:
    """A template, as its file has it.

    Attributes:
        name: Name of its file.
        title: The software's name, as its makers write it.
        revision: Counts up with every change of the file.
        summary: What it is, in one sentence.
        categories: Where it is listed.
        tags: Further words that people search for.
        icon: Slug of Simple Icons; None if it has none.
        links: Where to read about the software.
        source: Upstream page or file from which the facts were taken.
        memory: The least memory that all of it needs to work.
        expose: Services that get a host name; ``SH0_HOST`` is that of the first.
        variables: What is asked or made, in this order.
        permissions: What it needs beyond a container's rights (keys of `PERMISSIONS`), and why.
        unpinned: Services whose image may be another one tomorrow, and why that is accepted.
        images: Images of its services, each once.
        text: The whole file.
        booted: Whether our own tests have really started it; else it was read, checked and planned.
    """

    name: str
    title: str
    revision: int
    summary: str
    categories: tuple[TemplateCategory, ...]
    tags: tuple[str, ...]
    icon: str | None
    links: TemplateLinks
    source: str
    memory: ByteSize
    expose: tuple[Exposure, ...]
    variables: tuple[TemplateVariable, ...]
    permissions: Mapping[str, str]
    unpinned: Mapping[str, str]
    images: tuple[str, ...]
    text: FileText
    booted: bool = False


@attrs.frozen
class TemplateProblem:
    """Something in a template that is not as the format demands.

    Attributes:
        demand: Which demand, in a word: stable, for programs.
        message: What is wrong.
        remedy: What to do.
        line: Line of the file, from 1.
        column: Column, from 1.
    """

    demand: str
    message: str
    remedy: str
    line: int
    column: int
