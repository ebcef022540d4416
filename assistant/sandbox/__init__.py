"""The only place that runs foreign code.

`service.SandboxService` is the way in. It keeps one warm process (`warm`, `zygote`) that has torch
loaded and forks itself for every run (`child`), which costs milliseconds instead of seconds. A
run's source goes to the child by a descriptor that the warm process only passes on; its output,
and what a driver emits, come back by pipes and a socket of its own (`wire`, `output`, `follow`);
how it ended is said by the warm process, how long it took is measured by the server.

Which walls stand around a run depends on the machine. `keeper` tries the tiers from the strongest
down, attacks each (`canaries`) and takes the first that holds; if none does, nothing is run.

Tier 1, where user namespaces can be made (no root needed): the warm process lives in namespaces of
its own, in a root of read-only binds (`mounts`); each run gets new user, pid, mount, network and
IPC namespaces, an empty scratch of limited size, no capabilities, Landlock (`landlock`) and a
system call filter (`seccomp`).

Tier 1b, where only bubblewrap may make namespaces: the same, but runs share the warm process's
namespaces, one at a time; what a run leaves is killed and removed behind it.

Tier 2, where no namespaces can be made: Landlock and a stricter filter that leaves one process
with threads. No loader workers, no `torch.distributed`, no inductor.

Everywhere: limits (`limits`), set by the kernel where it can, watched every 50 ms where it cannot
(`watch`). `SECURITY.md` says what is promised, and what is not.
"""
