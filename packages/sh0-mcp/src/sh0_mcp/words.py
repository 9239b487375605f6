"""What a model has to know of sh0 before it calls a tool: the things of a platform, and how they are named."""

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    "project": "A project is a group of apps with a network of its own, such as default; projects_list has them.",
    "app": "An app is one program that is deployed, named by a word such as shop; apps_list has them. A service of a "
    "stack is an app as well.",
    "deployment": "A deployment is one version of an app on its way or after it, named by its app and a number, such "
    "as shop-7; deployments_list has them.",
    "run": "A run is a command that ran once, or still runs, in a container of its own, named by its app and a number, "
    "such as shop.run.7; runs_list has them.",
    "stack": "A stack is the services of a Compose file, released and rolled back together, named by a word such as "
    "wiki; stacks_list has them.",
    "release": "A release is one version of a stack, named by its stack and a number, such as wiki.3; stacks_releases "
    "has them.",
    "template": "A template is ready-made software that can be deployed as a stack, such as wordpress; "
    "templates_search finds them.",
    "server": "A server is a machine that apps run on; this one is local.",
    "since": "A number of items that were read before, or the id of the last of them.",
}
"""By the name of a parameter: what such a thing is, how it is named, and which tool lists them."""

DOMAINS: Mapping[str, str] = {
    "apps": TERMS["app"],
    "audit": "The audit log has an entry for each call that changed something: who called what, with which result. "
    "Secrets in it are redacted.",
    "build": "Variables of builds are there while an app is built, and not when it runs; values are never shown here.",
    "cron": "A job is a command of an app that runs at certain times, each time as a run of its own, such as nightly "
    "of shop; cron_list has them, and what the platform itself does at its times.",
    "deployments": TERMS["deployment"],
    "drains": "A log drain sends what an app prints somewhere else as well: to syslog, over HTTP, to a file; its state "
    "says how far it has come, and what went wrong.",
    "domains": "A host name, such as shop.example.org, leads requests to one app.",
    "env": "Variables are what an app finds in its environment; their values are never shown here.",
    "events": "An event is something that happened on the platform, such as deployment.live for an app.",
    "git": "Each app has a Git repository on the platform, which is pushed to.",
    "keys": "A key is an SSH key that may push; what it may do besides are its grants, such as apps:read.",
    "plugins": "A plugin brings recipes for builds, rules, templates or commands.",
    "projects": TERMS["project"],
    "runs": TERMS["run"],
    "schedules": "A schedule is what the platform itself does again and again, such as cleaning; cron_list has the "
    "jobs of apps as well.",
    "registries": "A registry is where images are pulled from, with credentials that are never shown here.",
    "servers": TERMS["server"],
    "shared": "Shared variables are set for a project, and its apps find them in their environment; values are never "
    "shown here.",
    "stacks": TERMS["stack"],
    "system": "The platform is the whole of it: its addresses, ports and what does not work just now.",
    "templates": TERMS["template"],
    "tokens": "A token is what a program calls the platform with; its grants say what it may do, such as apps:write. "
    "Its value is not shown again.",
    "volumes": "A volume keeps what the containers of an app write, over deployments and rollbacks.",
}
"""By the domain of a tool: what it is about."""

INSTRUCTIONS = (
    "Reads the state of an sh0 platform, which deploys apps to a Linux server: its apps, their deployments, logs, host "
    "names and events, and the stacks of services that come from Compose files. "
    "These tools only read: nothing here deploys, changes or removes anything. To do that, tell the operator the "
    "command, such as 'git push' for a new version, 'sh0 rollback APP' or 'sh0 restart APP'. "
    "Begin with apps_list, stacks_list or system_status. When an app does not work, look at apps_status, then at "
    "deployments_list and deployments_get (failure says why), deployments_follow (the log of the build) and apps_logs "
    "(what the app prints). Secrets are redacted. An error has a code, says what happened, and mostly what to do."
)
"""What a client is told once."""
