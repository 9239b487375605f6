"""Paths of a host that a container must not have without a permission."""

EVERYTHING = [
    *(
        "/",
        "//",
        "/.",
        "/run",
        "/run/",
        "/var",
        "/var/",
        "/var/run",
        "//var//run/",
        "/var/run/docker.sock",
        "/tmp/../run",
    ),
    *("/run/docker.sock", "/run/docker", "/run/containerd/containerd.sock", "/run/podman/podman.sock", "/run/user"),
    *("/run/user/1000", "/run/user/1000/docker.sock", "/run/user/1000/podman/podman.sock", "/srv/links/docker.sock"),
    *(
        "/var/lib",
        "/var/lib/docker",
        "/var/lib/docker/volumes/x/_data",
        "/var/lib/containerd",
        "/var/lib/sh0/master.key",
    ),
    *("/proc", "/proc/1/root", "/proc/1/root/run", "/proc/self/cwd/x", "/proc/1/cwd", "/proc/42/task/42/root/etc"),
    *("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys", "/sys/fs/cgroup", "/sys/kernel/uevent_helper"),
    *("/dev", "/dev/", "/dev/fd/3", "/dev/core", "/dev/mem", "/dev/stdin"),
]
"""Paths that lead to the engine, the kernel or the keys."""
