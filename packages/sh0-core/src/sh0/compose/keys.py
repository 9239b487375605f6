"""What becomes of every key that the Compose Specification has: the one table that notes, tests and docs read.

A key is written from its service downwards; the names that users choose (of networks, of variables) and the indices of
lists are left out, as in ``networks.aliases``. What is below a key that is not honoured is not honoured either.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

__all__ = ["FREE", "PROJECT_KEYS", "SERVICE_KEYS", "KeySupport", "Support"]


class Support(StrEnum):
    """What becomes of a key.

    Attributes:
        HONOURED: It does what Compose says.
        CHANGED: It means something else here.
        JUDGED: What becomes of it depends on its value.
        UNSUPPORTED: It is left out.
    """

    HONOURED = "honoured"
    CHANGED = "changed"
    JUDGED = "judged"
    UNSUPPORTED = "unsupported"


@attrs.frozen
class KeySupport:
    """What becomes of a key, and why if it is not simply honoured."""

    support: Support
    reason: str = ""


_YES: Final = KeySupport(Support.HONOURED)


def _no(reason: str) -> KeySupport:
    return KeySupport(Support.UNSUPPORTED, reason)


def _else(reason: str) -> KeySupport:
    return KeySupport(Support.CHANGED, reason)


def _judged(reason: str) -> KeySupport:
    return KeySupport(Support.JUDGED, reason)


_ENGINE: Final = _no("sh0 leaves this to the engine")
_WINDOWS: Final = _no("sh0 runs Linux containers")
_SWARM: Final = _no("it speaks to a cluster; sh0 runs a stack on one machine")
_BUILD: Final = _no("sh0's builds do not have this")
_OF_A_STEP: Final = _no("the step that mounts it says who may read it: RUN --mount=type=secret,uid=…,mode=…")

FREE: Final = frozenset({"depends_on", "networks", "ulimits"})
"""Mappings whose keys users choose, and whose values have keys of this table."""

SERVICE_KEYS: Final[Mapping[str, KeySupport]] = {
    "annotations": _no("they are for the runtime below the engine"),
    "attach": _no("sh0 keeps the output of every service"),
    "blkio_config": _ENGINE,
    "build": _YES,
    "build.additional_contexts": _BUILD,
    "build.args": _YES,
    "build.cache_from": _no("sh0 keeps the build cache itself"),
    "build.cache_to": _no("sh0 keeps the build cache itself"),
    "build.context": _YES,
    "build.dockerfile": _YES,
    "build.dockerfile_inline": _YES,
    "build.entitlements": _BUILD,
    "build.extra_hosts": _BUILD,
    "build.isolation": _WINDOWS,
    "build.labels": _no("sh0 labels its images itself"),
    "build.network": _BUILD,
    "build.no_cache": _no("sh0 reuses what has not changed"),
    "build.no_cache_filter": _no("sh0 reuses what has not changed"),
    "build.platforms": _no("images are built for the machine they run on"),
    "build.privileged": _no("builds are never privileged"),
    "build.provenance": _BUILD,
    "build.pull": _no("base images are fetched when they are missing"),
    "build.sbom": _BUILD,
    "build.secrets": _YES,
    "build.secrets.gid": _OF_A_STEP,
    "build.secrets.mode": _OF_A_STEP,
    "build.secrets.source": _YES,
    "build.secrets.target": _YES,
    "build.secrets.uid": _OF_A_STEP,
    "build.shm_size": _BUILD,
    "build.ssh": _BUILD,
    "build.tags": _no("sh0 names its images itself"),
    "build.target": _YES,
    "build.ulimits": _BUILD,
    "cap_add": _judged("needs a permission unless every container may have it"),
    "cap_drop": _YES,
    "cgroup": _judged("private is free; host needs a permission"),
    "cgroup_parent": _ENGINE,
    "command": _YES,
    "configs": _YES,
    "configs.gid": _YES,
    "configs.mode": _YES,
    "configs.source": _YES,
    "configs.target": _YES,
    "configs.uid": _YES,
    "container_name": _else("sh0 names its containers itself; the other services find it by this name as well"),
    "cpu_count": _WINDOWS,
    "cpu_percent": _WINDOWS,
    "cpu_period": _no("sh0 limits time by cpus"),
    "cpu_quota": _no("sh0 limits time by cpus"),
    "cpu_rt_period": _ENGINE,
    "cpu_rt_runtime": _ENGINE,
    "cpu_shares": _no("sh0 limits time by cpus"),
    "cpus": _YES,
    "cpuset": _ENGINE,
    "credential_spec": _WINDOWS,
    "depends_on": _YES,
    "depends_on.condition": _YES,
    "depends_on.required": _YES,
    "depends_on.restart": _YES,
    "deploy": _YES,
    "deploy.endpoint_mode": _SWARM,
    "deploy.labels": _SWARM,
    "deploy.mode": _SWARM,
    "deploy.placement": _SWARM,
    "deploy.replicas": _YES,
    "deploy.resources": _YES,
    "deploy.resources.limits": _YES,
    "deploy.resources.limits.cpus": _YES,
    "deploy.resources.limits.memory": _YES,
    "deploy.resources.limits.pids": _YES,
    "deploy.resources.reservations": _else("sh0 holds no resources back; limits are what it enforces"),
    "deploy.restart_policy": _YES,
    "deploy.restart_policy.condition": _YES,
    "deploy.restart_policy.delay": _no("the engine waits longer after each failure"),
    "deploy.restart_policy.max_attempts": _YES,
    "deploy.restart_policy.window": _no("the engine waits longer after each failure"),
    "deploy.rollback_config": _no("sh0 goes back as it goes forward"),
    "deploy.update_config": _YES,
    "deploy.update_config.delay": _no("all containers of a service change at once"),
    "deploy.update_config.failure_action": _else("a release that fails leaves the one before in place"),
    "deploy.update_config.max_failure_ratio": _no("a release goes live as a whole"),
    "deploy.update_config.monitor": _no("a container counts as ready when its check says so"),
    "deploy.update_config.order": _YES,
    "deploy.update_config.parallelism": _no("all containers of a service change at once"),
    "develop": _no("it is for development"),
    "device_cgroup_rules": _ENGINE,
    "devices": _judged("needs a permission: the container reaches hardware of the host"),
    "devices.permissions": _YES,
    "devices.source": _YES,
    "devices.target": _YES,
    "dns": _YES,
    "dns_opt": _ENGINE,
    "dns_search": _YES,
    "domainname": _YES,
    "entrypoint": _YES,
    "env_file": _YES,
    "env_file.format": _YES,
    "env_file.path": _YES,
    "env_file.required": _YES,
    "environment": _YES,
    "expose": _YES,
    "extends": _YES,
    "extends.file": _YES,
    "extends.service": _YES,
    "external_links": _no("a stack reaches its own services only"),
    "extra_hosts": _YES,
    "gpus": _no("sh0 hands out no graphics cards"),
    "group_add": _YES,
    "healthcheck": _YES,
    "healthcheck.disable": _YES,
    "healthcheck.interval": _YES,
    "healthcheck.retries": _YES,
    "healthcheck.start_interval": _YES,
    "healthcheck.start_period": _YES,
    "healthcheck.test": _YES,
    "healthcheck.timeout": _YES,
    "hostname": _YES,
    "image": _YES,
    "init": _YES,
    "ipc": _judged("host needs a permission; the namespace of another container is refused"),
    "isolation": _WINDOWS,
    "label_file": _YES,
    "labels": _YES,
    "links": _else(
        "it orders the start; services reach each other by their names in any case, and aliases are not made"
    ),
    "logging": _no("sh0 keeps what containers print, in files that are rotated"),
    "mac_address": _ENGINE,
    "mem_limit": _YES,
    "mem_reservation": _else("sh0 holds no resources back; limits are what it enforces"),
    "mem_swappiness": _ENGINE,
    "memswap_limit": _no("a container beyond its memory ends instead of swapping"),
    "models": _no("sh0 runs no models beside services; run one as a service"),
    "network_mode": _judged("host needs a permission; the network of another container is refused"),
    "networks": _else("the services of a stack share one network of their own"),
    "networks.aliases": _YES,
    "networks.driver_opts": _ENGINE,
    "networks.gw_priority": _ENGINE,
    "networks.interface_name": _ENGINE,
    "networks.ipv4_address": _no("sh0 chooses addresses itself"),
    "networks.ipv6_address": _no("sh0 chooses addresses itself"),
    "networks.link_local_ips": _ENGINE,
    "networks.mac_address": _ENGINE,
    "networks.priority": _ENGINE,
    "networks.use_service_name_alias": _no("every service is found by its name"),
    "oom_kill_disable": _no("a container beyond its memory ends"),
    "oom_score_adj": _ENGINE,
    "pid": _judged("host needs a permission; the namespace of another container is refused"),
    "pids_limit": _YES,
    "platform": _no("images run on the machine's own platform"),
    "ports": _judged("sh0 leads host names to services; a port of the host needs a permission"),
    "ports.app_protocol": _YES,
    "ports.host_ip": _YES,
    "ports.mode": _SWARM,
    "ports.name": _YES,
    "ports.protocol": _YES,
    "ports.published": _YES,
    "ports.target": _YES,
    "post_start": _no("sh0 runs no commands in containers after their start"),
    "pre_start": _no("run it as a service that others depend on with service_completed_successfully"),
    "pre_stop": _no("sh0 runs no commands in containers before their end; use stop_signal"),
    "privileged": _judged("needs a permission: the container can do anything to the host"),
    "profiles": _YES,
    "provider": _no("what other programs provide is not sh0's; such a service is left out"),
    "pull_policy": _judged("always, missing, never and build; daily, weekly and every_… mean missing"),
    "pull_refresh_after": _no("images are fetched when a stack is deployed"),
    "read_only": _YES,
    "restart": _YES,
    "runtime": _ENGINE,
    "scale": _YES,
    "secrets": _YES,
    "secrets.gid": _YES,
    "secrets.mode": _YES,
    "secrets.source": _YES,
    "secrets.target": _YES,
    "secrets.uid": _YES,
    "security_opt": _judged("no-new-privileges is free; everything else needs a permission"),
    "shm_size": _YES,
    "stdin_open": _YES,
    "stop_grace_period": _YES,
    "stop_signal": _YES,
    "storage_opt": _ENGINE,
    "sysctls": _judged("those of the container's own sockets are free; others need a permission or are refused"),
    "tmpfs": _judged("size and mode are honoured, other options are left out"),
    "tty": _YES,
    "ulimits": _judged("nice, rtprio and msgqueue need a permission"),
    "ulimits.hard": _YES,
    "ulimits.soft": _YES,
    "umask": _ENGINE,
    "use_api_socket": _no("the engine's socket is handed to nobody; mount it, which needs a permission"),
    "user": _YES,
    "userns_mode": _judged("host needs a permission"),
    "uts": _judged("host needs a permission"),
    "volumes": _judged("a path of the host needs a permission"),
    "volumes.bind": _YES,
    "volumes.bind.create_host_path": _no("sh0 makes no folders on the host"),
    "volumes.bind.propagation": _ENGINE,
    "volumes.bind.recursive": _ENGINE,
    "volumes.bind.selinux": _ENGINE,
    "volumes.consistency": _no("it is for other systems than Linux"),
    "volumes.image": _no("images are not mounted"),
    "volumes.read_only": _YES,
    "volumes.source": _YES,
    "volumes.target": _YES,
    "volumes.tmpfs": _YES,
    "volumes.tmpfs.mode": _YES,
    "volumes.tmpfs.size": _YES,
    "volumes.type": _judged("volume, bind and tmpfs; others are left out"),
    "volumes.volume": _YES,
    "volumes.volume.labels": _ENGINE,
    "volumes.volume.nocopy": _YES,
    "volumes.volume.subpath": _no("a volume is mounted as a whole"),
    "volumes_from": _no("name the volumes in both services"),
    "working_dir": _YES,
}

PROJECT_KEYS: Final[Mapping[str, KeySupport]] = {
    "version": KeySupport(Support.HONOURED, "the specification says that it means nothing"),
    "name": _YES,
    "include": _YES,
    "services": _YES,
    "jobs": _no("run it as a service, or with cron"),
    "models": _no("sh0 runs no models beside services; run one as a service"),
    "networks": _YES,
    "networks.attachable": _SWARM,
    "networks.driver": _no("stacks are on a bridge of their own"),
    "networks.driver_opts": _no("stacks are on a bridge of their own"),
    "networks.enable_ipv4": _ENGINE,
    "networks.enable_ipv6": _ENGINE,
    "networks.external": _no("a stack is on a network of its own and joins no other"),
    "networks.internal": _no("a stack's network reaches the outside"),
    "networks.ipam": _no("sh0 chooses addresses itself"),
    "networks.labels": _no("sh0 labels what it makes itself"),
    "networks.name": _else("sh0 names networks itself"),
    "volumes": _YES,
    "volumes.driver": _judged("local is the only one"),
    "volumes.driver_opts": _judged("a folder of the host needs a permission; others are left out"),
    "volumes.external": _judged("needs a permission: it is not this stack's own"),
    "volumes.labels": _no("sh0 labels what it makes itself"),
    "volumes.name": _else("sh0 names volumes itself, so that no stack takes another's"),
    "configs": _YES,
    "configs.content": _YES,
    "configs.environment": _YES,
    "configs.external": _no("sh0 keeps no configs outside of stacks; a service that is granted one is refused"),
    "configs.file": _YES,
    "configs.labels": _no("a config is a file in the container, which has no labels"),
    "configs.name": _no("a config is a file in the container"),
    "configs.template_driver": _SWARM,
    "secrets": _YES,
    "secrets.driver": _SWARM,
    "secrets.driver_opts": _SWARM,
    "secrets.environment": _YES,
    "secrets.external": _no("sh0 keeps no secrets outside of stacks; a service that is granted one is refused"),
    "secrets.file": _YES,
    "secrets.labels": _no("a secret is a file in the container, which has no labels"),
    "secrets.name": _no("a secret is a file in the container"),
    "secrets.template_driver": _SWARM,
}
