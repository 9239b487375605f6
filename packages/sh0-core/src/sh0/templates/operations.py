"""Operations on templates."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import attrs

from sh0.compose.permissions import PermissionText
from sh0.errors import Cancelled, Forbidden, Invalid, NameTaken, NotFound, WrongState
from sh0.importers.model import ImportedTemplate
from sh0.operations import FILES, Effect, Operations, Scope, current_caller, operation
from sh0.records.stack import RELEASES, STACKS, Release, Stack, StackPlan, TemplateOrigin
from sh0.stacks.request import UpRequest
from sh0.templates.answers import Answers, answer, demand_all
from sh0.templates.catalogue import search
from sh0.templates.deployed import OutdatedStack, TemplatePlan, TemplateRelease, TemplateSummary
from sh0.templates.model import Template, TemplateCategory, TemplateProblem
from sh0.templates.reading import read
from sh0.values import EnvName, FileText, FileTexts, MemoryLimit, SearchWords, Secret, ServerName, StackName, as_secrets

if TYPE_CHECKING:
    from sh0.context import Context
    from sh0.plugins import Plugins
    from sh0.ports.confinement import Confinement
    from sh0.stacks.releases import Releases
    from sh0.templates.catalogue import Catalogue

P = ParamSpec("P")
T = TypeVar("T")

_FILE = "compose.yaml"
_SECONDS = 60.0  # that reading a file may take
_OWN = "file:"
"""Before the name of a template that somebody's file is, in what a stack remembers; no other name has a colon."""


class Templates(Operations, domain="templates"):
    """Ready-made stacks: found, deployed, and brought to newer revisions."""

    def __init__(
        self,
        context: "Context",
        releases: "Releases",
        catalogue: "Catalogue",
        confinement: "Confinement",
        plugins: "Plugins",
    ) -> None:
        self._records, self._shutdown = context.records, context.shutdown
        self._releases, self._catalogue, self._confinement = releases, catalogue, confinement
        self._plugins = plugins

    @operation("GET /templates", effect=Effect.READ, scope=Scope.STACKS)
    def list(self, *, category: TemplateCategory | None = None) -> tuple[TemplateSummary, ...]:
        """List the templates by name.

        Args:
            category: Only those of this category.
        """
        return tuple(_summary(t) for t in self._catalogue.all() if category is None or category in t.categories)

    @operation("GET /template-search", effect=Effect.READ, scope=Scope.STACKS)
    def search(self, words: SearchWords) -> tuple[TemplateSummary, ...]:
        """Find templates by words in their names, tags, categories, images and summaries; the best come first.

        Args:
            words: What to look for; every word has to be found.
        """
        return tuple(map(_summary, search(self._catalogue.all(), words)))

    @operation("GET /templates/{template}", effect=Effect.READ, scope=Scope.STACKS)
    def get(self, template: str) -> Template:
        """Show a template: what it asks for, what it runs, where its facts are from, and its file.

        Args:
            template: Its name.

        Raises:
            NotFound: There is no such template.
        """
        return self._catalogue.get(template)

    @operation("POST /templates/{template}/plan", effect=Effect.READ, scope=Scope.STACKS, body=FILES)
    def plan(
        self,
        template: str,
        *,
        stack: StackName | None = None,
        variables: Mapping[EnvName, str | Secret] | None = None,
        allow: tuple[PermissionText, ...] = (),
        text: FileText | None = None,
        server: ServerName | None = None,
    ) -> TemplatePlan:
        """Show what deploying a template would do, and what it still asks for. Nothing is touched.

        What an attempt that never went live has made at random counts for those who may deploy it.

        Args:
            template: Name of the template.
            stack: Name of the stack that it makes; the template's when left out.
            variables: Values of its variables.
            allow: What the operator allows the stack: kinds of permissions, alone or with a colon and a subject.
            text: The template's file, for one that no plugin has.
            server: Server that the stack runs on; this machine when left out.

        Raises:
            NotFound: There is no such template, or no such server.
            Invalid: A variable does not exist, or its value is refused.
            NameTaken: There is a stack of that name.
            EngineUnavailable: The engine of its server does not answer.
        """
        found = self._template(template, text)
        name = self._new(found, stack)
        begun = self._begun(found, name) if _may_deploy() else {}
        answers = answer(found, as_secrets(variables), begun)
        request = attrs.evolve(self._request(found, name, answers, allow, text), server=server)
        return self._planned(request, found, answers, None)

    @operation("POST /templates/{template}/deploy", effect=Effect.WRITE, scope=Scope.STACKS, body=FILES)
    def deploy(
        self,
        template: str,
        *,
        stack: StackName | None = None,
        variables: Mapping[EnvName, str | Secret] | None = None,
        allow: tuple[PermissionText, ...] = (),
        text: FileText | None = None,
        server: ServerName | None = None,
    ) -> TemplateRelease:
        """Make a stack of a template. What nobody gives is made at random, and said in the answer, once.

        Args:
            template: Name of the template.
            stack: Name of the stack that it makes; the template's when left out.
            variables: Values of its variables.
            allow: What the operator allows the stack: kinds of permissions, for all of a kind that the plan asks for,
                or with a colon and a subject. It needs host:write; each is remembered with its exact subject.
            text: The template's file, for one that no plugin has.
            server: Server that the stack runs on; this machine when left out.

        Raises:
            NotFound: There is no such template, or no such server.
            Invalid: A required variable is not given, one does not exist, or its value is refused.
            NameTaken: There is a stack of that name.
            Forbidden: It asks for what is not allowed.
            EngineUnavailable: The engine of its server does not answer.
        """
        found = self._template(template, text)
        name = self._new(found, stack)
        begun = self._begun(found, name)
        answers = answer(found, as_secrets(variables), begun)
        request = attrs.evolve(self._request(found, name, answers, allow, text), server=server)
        made = self._release(request, found, answers)
        kept = {v.name: begun[v.name].reveal() for v in found.variables if v.generate and v.name in begun}
        return TemplateRelease(made.release, {**kept, **made.credentials})

    @operation("GET /template-updates", effect=Effect.READ, scope=Scope.STACKS)
    def outdated(self) -> tuple[OutdatedStack, ...]:
        """List the stacks whose templates have newer revisions, and those whose templates no plugin has any more."""
        found = []
        newest = {template.name: template.revision for template in self._catalogue.all()}
        for stack in self._records[STACKS].where(order="name"):
            origin = stack.template
            if origin is None or origin.name.startswith(_OWN):
                continue
            there_is = newest.get(origin.name)
            if there_is is None or there_is > origin.revision:
                found.append(OutdatedStack(stack.name, origin.name, origin.revision, there_is))
        return tuple(found)

    @operation("POST /template-updates/{stack}/plan", effect=Effect.READ, scope=Scope.STACKS, body=FILES)
    def preview(
        self,
        stack: StackName,
        *,
        variables: Mapping[EnvName, str | Secret] | None = None,
        allow: tuple[PermissionText, ...] = (),
        text: FileText | None = None,
    ) -> TemplatePlan:
        """Show what bringing a stack to the newest revision of its template would do, with the difference of the files.

        Values and a file are taken of those who may make the update: who is told what they change could guess the
        values that there are, or have a file say them.

        Args:
            stack: Name of the stack.
            variables: Values to change, and of variables that are new; the others are kept.
            allow: What the operator allows the stack: kinds of permissions, alone or with a colon and a subject.
            text: The template's file as it is now, for a stack that was made of one.

        Raises:
            NotFound: There is no such stack, or its template is gone.
            WrongState: No template made it, or it was never live.
            Forbidden: Values or a file are given by a caller who may not make the update.
            EngineUnavailable: The engine of its server does not answer.
        """
        if (variables or text is not None) and not _may_deploy():
            raise Forbidden(
                f"{current_caller()} may not see what other values or another file would change",
                hint="It takes the grant stacks:write. Or ask without them.",
            )
        found, live = self._origin(stack, text)
        answers = answer(found, as_secrets(variables), live.variables)
        return self._planned(self._request(found, stack, answers, allow, text), found, answers, live)

    @operation("POST /template-updates/{stack}", effect=Effect.WRITE, scope=Scope.STACKS, body=FILES)
    def update(
        self,
        stack: StackName,
        *,
        variables: Mapping[EnvName, str | Secret] | None = None,
        allow: tuple[PermissionText, ...] = (),
        text: FileText | None = None,
    ) -> TemplateRelease:
        """Bring a stack to the newest revision of its template, with the values that it has. A rollback undoes it.

        Args:
            stack: Name of the stack.
            variables: Values to change, and of variables that are new; the others are kept.
            allow: What the operator allows the stack: kinds of permissions, for all of a kind that the plan asks for,
                or with a colon and a subject. It needs host:write; each is remembered with its exact subject.
            text: The template's file as it is now, for a stack that was made of one.

        Raises:
            NotFound: There is no such stack, or its template is gone.
            WrongState: No template made it, it was never live, or a release is running.
            Invalid: A new variable is required and not given.
            Forbidden: It asks for what is not allowed.
            EngineUnavailable: The engine of its server does not answer.
        """
        found, live = self._origin(stack, text)
        answers = answer(found, as_secrets(variables), live.variables)
        return self._release(self._request(found, stack, answers, allow, text), found, answers)

    @operation("POST /template-updates/{stack}/variables/{name}/reveal", effect=Effect.WRITE, scope=Scope.ENVIRONMENT)
    def reveal(self, stack: StackName, name: EnvName) -> str:
        """Show the value that a stack has for a variable of its template. It is audited.

        Args:
            stack: Name of the stack.
            name: Name of the variable.

        Raises:
            NotFound: There is no such stack, or it has no such variable.
            WrongState: It was never live.
        """
        values = self._live(self._records[STACKS].get(stack)).variables
        if name not in values:
            raise NotFound(f"{stack} has no variable {name}", hint=f"It has {', '.join(values) or 'none'}.")
        return values[name].reveal()

    @operation("POST /templates/lint", effect=Effect.READ, scope=Scope.STACKS, body=FILES)
    def lint(self, text: FileText, *, name: str = "template") -> tuple[TemplateProblem, ...]:
        """Check a template's file against everything that the format demands.

        Args:
            text: The file.
            name: Name of the template.
        """
        from sh0.templates.lint import lint_template

        return self._confined(lint_template, text, name)

    @operation("POST /templates/import", effect=Effect.READ, scope=Scope.STACKS, body=FILES)
    def convert(
        self,
        files: FileTexts,
        *,
        name: str = "template",
        format: str | None = None,
        memory: MemoryLimit | None = None,
    ) -> ImportedTemplate:
        """Make a template of a Compose file, or of one of another platform's catalogue.

        With sh0-plugins, those of Coolify, Dokploy and CapRover are known; other plugins may bring more.

        Args:
            files: Texts by their paths: the file itself, and what lies beside it.
            name: What the template shall be called.
            format: Whose format it is, such as coolify; found out when left out.
            memory: Memory limit of the services that have none in the original; 512m when left out.

        Raises:
            Invalid: There is no Compose file among them, it is no YAML, or its variables are nested too deep.
            NotFound: No importer knows a format of that name.
            PluginFailed: The importer of a plugin raised.
        """
        from sh0.templates.importing.convert import convert
        from sh0.templates.importing.installed import MEMORY, import_without

        memory = MEMORY if memory is None else memory
        if self._plugins.given:
            return convert(self._plugins.importers(), files, name, format, memory)
        with self._plugins.failing_elsewhere():
            return self._confined(import_without, files, name, format, memory, self._plugins.failed)

    def _template(self, name: str, text: str | None) -> Template:
        return self._catalogue.get(name) if text is None else self._confined(read, text, name)

    def _confined(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what reads a file that somebody else has written."""

        def proceed() -> None:
            if self._shutdown.begun:
                raise Cancelled("nothing was done: the platform is closing", hint="Ask again when it is back.")

        with self._confinement.open(proceed) as confined:
            return confined.run(_SECONDS, function, *args, **kwargs)

    def _new(self, template: Template, stack: str | None) -> str:
        name = stack or template.name
        found = self._records[STACKS].find(name)
        if found is not None and found.live is not None:
            same = found.template is not None and found.template.name.removeprefix(_OWN) == template.name
            hint = f"Bring it up to date with 'sh0 templates update {name}', or c" if same else "C"
            raise NameTaken(f"there is a stack {name} already", hint=f"{hint}hoose another --name.")
        return name

    def _begun(self, template: Template, stack: str) -> Mapping[str, Secret]:
        """The values of a stack that was never live: its databases may have been made with them."""
        for release in self._records[RELEASES].where(stack=stack, order="number desc"):
            if release.template is not None and release.template.name.removeprefix(_OWN) == template.name:
                return release.variables
        return {}

    def _live(self, stack: Stack) -> Release:
        if stack.live is None:
            raise WrongState(f"{stack.name} was never live", hint=f"Delete it with 'sh0 stacks delete {stack.name}'.")
        return self._records[RELEASES].get(stack.live)

    def _origin(self, stack: str, text: str | None) -> tuple[Template, Release]:
        record = self._records[STACKS].get(stack)
        if record.template is None:
            raise WrongState(f"no template made {stack}", hint="Bring it up with 'sh0 compose up'.")
        name, live = record.template.name, self._live(record)
        if text is not None:
            return self._confined(read, text, name.removeprefix(_OWN)), live
        if name.startswith(_OWN):
            message = f"{stack} was made of a file, {name.removeprefix(_OWN)}.yaml"
            raise WrongState(message, hint=f"Give it as it is now: sh0 templates update {stack} --file FILE")
        try:
            return self._catalogue.get(name), live
        except NotFound:
            message = f"the template {name} that made {stack} is gone"
            raise NotFound(message, hint="The plugin that had it was removed.") from None

    @staticmethod
    def _request(
        template: Template, stack: str, answers: Answers, allow: tuple[PermissionText, ...], text: str | None
    ) -> UpRequest:
        origin = TemplateOrigin(template.name if text is None else _OWN + template.name, template.revision)
        marked = tuple(variable.name for variable in template.variables if variable.sealed)
        return UpRequest(stack, (_FILE,), answers.values, (), frozenset(allow), origin, marked)

    def _planned(self, request: UpRequest, template: Template, answers: Answers, live: Release | None) -> TemplatePlan:
        plan = None if answers.asked else self._releases.plan_texts({_FILE: template.text}, request)
        return TemplatePlan(
            template=template.name,
            stack=request.stack,
            revision=template.revision,
            earlier=live.template.revision if live and live.template else None,
            asked=answers.asked,
            made=answers.made,
            permissions=template.permissions,
            difference=_difference(live, template) if live else (),
            warnings=tuple(_warnings(plan, answers)) if plan and not live else (),
            plan=plan,
        )

    def _release(self, request: UpRequest, template: Template, answers: Answers) -> TemplateRelease:
        demand_all(template, answers)
        release = self._releases.up_texts({_FILE: template.text}, request)
        return TemplateRelease(release, {name: answers.values[name].reveal() for name in answers.made})


def _may_deploy() -> bool:
    return current_caller().permits(Scope.STACKS, Effect.WRITE)


def _warnings(plan: StackPlan, answers: Answers) -> Iterator[str]:
    kept = [volume.key for volume in plan.volumes if not volume.new]
    if kept and answers.made:
        yield (
            f"the volumes {', '.join(kept)} are there already, and what is in them may not know the "
            f"{', '.join(answers.made)} that would be made now: give the earlier values with -e, or delete the volumes"
        )


def _summary(template: Template) -> TemplateSummary:
    return TemplateSummary(
        template.name, template.title, template.summary, template.categories, template.memory, template.revision
    )


def _difference(live: Release, template: Template) -> tuple[str, ...]:
    """What changes in the file; it has no values of variables in it."""
    if _FILE not in live.files:
        raise Invalid(f"the release {live.id} has no {_FILE}", hint="Deploy the template anew.")
    was = live.files[_FILE].reveal().splitlines()
    earlier = f"{template.name} (revision {live.template.revision})" if live.template else template.name
    newer = f"{template.name} (revision {template.revision})"
    return tuple(difflib.unified_diff(was, template.text.splitlines(), earlier, newer, lineterm=""))
