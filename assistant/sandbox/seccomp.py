"""The system calls that foreign code may not make, as a classic BPF program for seccomp.

Refused are the calls that reach other processes, the kernel's rarely used corners, memory that
nobody would count (`memfd_create`, System V shared memory, shared anonymous maps) and everything
newer than this list.  The strict variant, for where no namespaces stand around the process, leaves
one process with threads: no exec, no fork, no sockets, signals to itself alone, and none of the
calls on paths that Landlock does not see.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Mapping, Sequence
from typing import Literal

Strictness = Literal["own pids", "shared pids", "threads only"]

# Name: number on x86-64, number on aarch64 (None: not there).
_ALWAYS: Mapping[str, tuple[int | None, int | None]] = {
    "_sysctl": (156, None), "acct": (163, 89), "add_key": (248, 217), "adjtimex": (159, 171),
    "bpf": (321, 280), "chroot": (161, 51), "clock_adjtime": (305, 266),
    "clock_settime": (227, 112), "create_module": (174, None), "delete_module": (176, 106),
    "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "finit_module": (313, 273),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fsopen": (430, 430), "fspick": (433, 433),
    "init_module": (175, 105), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425), "ioperm": (173, None), "iopl": (172, None), "kcmp": (312, 272),
    "kexec_file_load": (320, 294), "kexec_load": (246, 104), "keyctl": (250, 219),
    "lookup_dcookie": (212, 18), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "migrate_pages": (256, 238), "modify_ldt": (154, None), "mount": (165, 40),
    "mount_setattr": (442, 442), "move_mount": (429, 429), "move_pages": (279, 239),
    "mq_getsetattr": (245, 185), "mq_notify": (244, 184), "mq_open": (240, 180),
    "mq_timedreceive": (243, 183), "mq_timedsend": (242, 182), "mq_unlink": (241, 181),
    "msgctl": (71, 187), "msgget": (68, 186), "msgrcv": (70, 188), "msgsnd": (69, 189),
    "name_to_handle_at": (303, 264), "nfsservctl": (180, 42), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "perf_event_open": (298, 241), "personality": (135, 92),
    "pidfd_getfd": (438, 438), "pivot_root": (155, 41), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "reboot": (169, 142), "remap_file_pages": (216, 234),
    "request_key": (249, 218), "semctl": (66, 191), "semget": (64, 190), "semop": (65, 193),
    "semtimedop": (220, 192), "setdomainname": (171, 162), "sethostname": (170, 161),
    "setns": (308, 268), "settimeofday": (164, 170), "shmat": (30, 196), "shmctl": (31, 195),
    "shmdt": (67, 197), "shmget": (29, 194), "swapoff": (168, 225), "swapon": (167, 224),
    "sysfs": (139, None), "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97),
    "uselib": (134, None), "userfaultfd": (323, 282), "ustat": (136, None),
    "vhangup": (153, 58), "vmsplice": (278, 75),
}  # fmt: skip
_SHARED_PIDS: Mapping[str, tuple[int | None, int | None]] = {
    "ioprio_set": (251, 30), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "setpriority": (141, 140),
}  # fmt: skip
_THREADS_ONLY: Mapping[str, tuple[int | None, int | None]] = {
    "accept": (43, 202), "accept4": (288, 242), "bind": (49, 200), "chmod": (90, None),
    "chown": (92, None), "connect": (42, 203), "execve": (59, 221), "execveat": (322, 281),
    "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "fchown": (93, 55),
    "fchownat": (260, 54), "fork": (57, None), "fremovexattr": (199, 16), "fsetxattr": (190, 7),
    "futimesat": (261, None), "get_robust_list": (274, 100), "inotify_add_watch": (254, 27),
    "inotify_init": (253, None), "inotify_init1": (294, 26), "lchown": (94, None),
    "listen": (50, 201), "lremovexattr": (198, 15), "lsetxattr": (189, 6), "mknod": (133, None),
    "mknodat": (259, 33), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "removexattr": (197, 14), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "setpgid": (109, 154), "setsid": (112, 157), "setxattr": (188, 5), "socket": (41, 198),
    "tkill": (200, 130), "utime": (132, None), "utimensat": (280, 88), "utimes": (235, None),
    "vfork": (58, None),
}  # fmt: skip
_SPECIAL: Mapping[str, tuple[int, int]] = {
    "clone": (56, 220), "clone3": (435, 435), "fcntl": (72, 25), "ioctl": (16, 29),
    "kill": (62, 129), "mmap": (9, 222), "prctl": (157, 167), "prlimit64": (302, 261),
    "socket": (41, 198), "socketpair": (53, 199), "tgkill": (234, 131),
}  # fmt: skip
_NEWEST_KNOWN = 456
"""`futex_requeue`, of Linux 6.7; later numbers, and those of the x32 interface, get ENOSYS."""

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _EQUAL, _ABOVE, _ANY_BIT, _RETURN, _AND = 0x20, 0x15, 0x25, 0x45, 0x06, 0x54
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = _ERRNO | errno.EPERM, _ERRNO | errno.ENOSYS

_NEW_NAMESPACE = 0x7E020000
_CLONE_THREAD = 0x00010000
_SHARED_AND_ANONYMOUS = 0x21
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP = 0x5412, 0x541C, 0x8901, 0x8902
_F_SETOWN, _F_SETSIG, _F_SETOWN_EX = 8, 10, 15
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_THP_DISABLE = 1, 4, 41

_Instruction = tuple[int, int, int, int]


def supported() -> bool:
    """Whether the call numbers of this machine's architecture are known here."""
    return os.uname().machine in _ARCHITECTURES


def _argument(index: int) -> _Instruction:
    """Loads the low half of an argument (little-endian machines)."""
    return (_LOAD, 0, 0, 16 + 8 * index)


def _result(value: int) -> _Instruction:
    return (_RETURN, 0, 0, value)


def _only(index: int, values: Sequence[int]) -> list[_Instruction]:
    """Allows the call if the argument is one of `values`, else refuses."""
    tests = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [_argument(index), *tests, _result(_EPERM), _result(_ALLOW)]


def _never(index: int, values: Sequence[int]) -> list[_Instruction]:
    """Refuses the call if the argument is one of `values`."""
    tests = [(_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [_argument(index), *tests, _result(_ALLOW), _result(_EPERM)]


def _special_rules(strictness: Strictness, pid: int) -> dict[str, list[_Instruction]]:
    rules: dict[str, list[_Instruction]] = {
        "clone": [_argument(0), (_ANY_BIT, 0, 1, _NEW_NAMESPACE), _result(_EPERM), _result(_ALLOW)],
        # The flags stand in memory that a filter cannot read; the C library falls back to clone.
        "clone3": [_result(_ENOSYS)],
        "mmap": [
            _argument(3),
            (_AND, 0, 0, _SHARED_AND_ANONYMOUS),
            (_EQUAL, 0, 1, _SHARED_AND_ANONYMOUS),
            _result(_EPERM),
            _result(_ALLOW),
        ],
        "prlimit64": _only(0, (0, pid)),
        "socket": [
            _argument(0),
            (_EQUAL, 6, 0, _AF_UNIX),
            (_EQUAL, 5, 0, _AF_INET),
            (_EQUAL, 4, 0, _AF_INET6),
            (_EQUAL, 0, 2, _AF_NETLINK),
            _argument(2),
            (_EQUAL, 1, 0, 0),
            _result(_EPERM),
            _result(_ALLOW),
        ],
        "prctl": _never(0, (_PR_SET_THP_DISABLE,)),
        "socketpair": _only(0, (_AF_UNIX,)),
        "ioctl": _never(1, (_TIOCSTI, _TIOCLINUX)),
    }
    if strictness == "threads only":
        del rules["socket"]
        rules |= {
            "clone": [
                _argument(0),
                (_ANY_BIT, 0, 1, _CLONE_THREAD),
                _result(_ALLOW),
                _result(_EPERM),
            ],
            "kill": _only(0, (pid,)),
            "tgkill": _only(0, (pid,)),
            "prctl": _never(0, (_PR_SET_THP_DISABLE, _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE)),
            "ioctl": _never(1, (_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP)),
            "fcntl": _never(1, (_F_SETOWN, _F_SETSIG, _F_SETOWN_EX)),
        }
    return rules


def program(strictness: Strictness, pid: int) -> bytes:
    """The filter for a process that knows itself as `pid`.

    Raises:
        OSError: the architecture is not known here.
    """
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
    column, audit = _ARCHITECTURES[machine]
    refused = dict(_ALWAYS)
    if strictness != "own pids":
        refused |= _SHARED_PIDS
    if strictness == "threads only":
        refused |= _THREADS_ONLY
    lines: list[_Instruction] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, audit),
        _result(_KILL),
        (_LOAD, 0, 0, 0),
        (_ABOVE, 0, 1, _NEWEST_KNOWN),
        _result(_ENOSYS),
    ]
    for name, rule in _special_rules(strictness, pid).items():
        lines += [(_EQUAL, 0, len(rule), _SPECIAL[name][column]), *rule]
    for numbers in refused.values():
        number = numbers[column]
        if number is not None:
            lines += [(_EQUAL, 0, 1, number), _result(_EPERM)]
    lines.append(_result(_ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)
