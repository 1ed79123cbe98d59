"""What the copy of the kernel, in which an answer is called, cannot do to the rest of the machine.

On Linux the kernel of the system refuses it, by a filter of system calls that needs no rights and
cannot be taken off again: the copy starts no process, so that none is left; it signals none but
itself, so that it cannot stop the notebook; and it opens the memory of none, where the system has
Landlock (Linux 5.13, which is of 2021). Everywhere its memory and its files are limited.
"""

import ctypes
import functools
import os
import signal
import struct
import sys

MEMORY = 2 << 30  # bytes that an answer may allocate, beside the kernel's own
FILE = 1 << 26  # bytes of a file that it writes

EPERM, ENOSYS = 1, 38
SAME = "0 or the process itself"
# For each system call the error that it fails with; or SAME: its first argument has to be 0 or this
# process; or the values that its second argument must not have.
RULES = {
    **dict.fromkeys(("fork", "vfork", "setpgid", "setsid", "ptrace", "setpriority"), EPERM),
    **dict.fromkeys(("process_vm_readv", "process_vm_writev", "ioprio_set"), EPERM),
    **dict.fromkeys(("pidfd_send_signal", "pidfd_open", "pidfd_getfd"), EPERM),
    "clone3": ENOSYS,  # its flags cannot be seen from here; the C library then calls clone
    **dict.fromkeys(("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"), SAME),
    **dict.fromkeys(("prlimit64", "sched_setaffinity", "sched_setscheduler"), SAME),
    **dict.fromkeys(("sched_setparam", "sched_setattr"), SAME),
    "fcntl": (8, 10, 15),  # F_SETOWN, F_SETSIG, F_SETOWN_EX: to whom a file sends its signals
    "ioctl": (0x8901, 0x8902),  # FIOSETOWN, SIOCSPGRP: the same of a socket
}
# The numbers of the calls, of which "clone" may start threads only, and that of the processor.
CALLS = {
    "x86_64": (0xC000003E, {
        "fork": 57, "vfork": 58, "clone": 56, "clone3": 435, "setpgid": 109, "setsid": 112,
        "kill": 62, "tkill": 200, "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297,
        "pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438, "ptrace": 101,
        "process_vm_readv": 310, "process_vm_writev": 311, "prlimit64": 302, "fcntl": 72,
        "sched_setaffinity": 203, "sched_setscheduler": 144, "sched_setparam": 142,
        "sched_setattr": 314, "setpriority": 141, "ioprio_set": 251, "ioctl": 16,
    }),
    "aarch64": (0xC00000B7, {
        "clone": 220, "clone3": 435, "setpgid": 154, "setsid": 157,
        "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240,
        "pidfd_send_signal": 424, "pidfd_open": 434, "pidfd_getfd": 438, "ptrace": 117,
        "process_vm_readv": 270, "process_vm_writev": 271, "prlimit64": 261, "fcntl": 25,
        "sched_setaffinity": 122, "sched_setscheduler": 119, "sched_setparam": 118,
        "sched_setattr": 274, "setpriority": 140, "ioprio_set": 30, "ioctl": 29,
    }),
}  # fmt: skip
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of a BPF program
ALLOW, FAIL = 0x7FFF0000, 0x00050000
NUMBER, PROCESSOR, ARGUMENTS = 0, 4, 16  # where they stand in what a filter is shown
OWN = b"\xab\xcd\xef\x7e"  # no process has so large a number
CLONE_THREAD, OTHER_NUMBERS = 0x10000, 0x40000000  # the latter are those of the x32 calls
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
CREATE_RULESET, RESTRICT_SELF = 444, 446  # the calls of Landlock, on every processor
MAKE_BLOCK = 1 << 11  # to make a device: nothing that an answer would miss

try:
    import resource
except ImportError:  # on Windows, where nothing is forked
    resource = None
if sys.platform == "linux":
    _machine = os.uname().machine if sys.maxsize > 2**32 else ""
    _prctl, _syscall = ctypes.CDLL(None).prctl, ctypes.CDLL(None).syscall
    _prctl.argtypes = [ctypes.c_int] + 4 * [ctypes.c_ulong]
    _syscall.argtypes, _syscall.restype = [ctypes.c_long], ctypes.c_long


def confine(wall: float) -> None:  # pragma: no cover, it is another process
    """Take from this process what an answer does not need; `wall` is when it ends at the latest."""
    if resource:
        for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, FILE)):
            resource.setrlimit(limit, (most, most))
    if sys.platform != "linux":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, wall)  # should nobody be left to end it
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # no further process
        return
    size = os.open("/proc/self/statm", os.O_RDONLY)
    most = int(os.read(size, 100).split()[0]) * resource.getpagesize() + MEMORY
    os.close(size)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _keep_out_of_memories()
    _filter_system_calls()


def _keep_out_of_memories() -> None:  # pragma: no cover, it is another process
    """With any Landlock rule a process cannot open /proc/…/mem of others, say of the notebook."""
    rules = struct.pack("@Q", MAKE_BLOCK)
    handle = _syscall(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint(0))
    if handle >= 0:
        _syscall(RESTRICT_SELF, ctypes.c_long(handle), ctypes.c_uint(0))
        os.close(handle)


def _filter_system_calls() -> None:  # pragma: no cover, it is another process
    if _machine not in CALLS:
        return
    program = written(_machine).replace(OWN, struct.pack("@I", os.getpid()))
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    head = ctypes.create_string_buffer(head, len(head))
    _prctl(PR_SET_SECCOMP, 2, ctypes.addressof(head), 0, 0)


def prepare() -> None:
    """Make ahead of the first fork what each of them needs."""
    if sys.platform == "linux" and _machine in CALLS:
        written(_machine)


@functools.cache
def written(machine: str) -> bytes:
    """The filter for this kind of processor, with OWN for the number of the process.

    >>> len(written("x86_64")) % 8, written("x86_64").count(OWN)
    (0, 10)
    """
    processor, numbers = CALLS[machine]
    steps = [(LOAD, 0, 0, PROCESSOR), (EQUAL, 1, 0, processor), (RETURN, 0, 0, FAIL | EPERM)]
    steps += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, OTHER_NUMBERS), (RETURN, 0, 0, FAIL | EPERM)]
    for call, number in numbers.items():
        body = _rule(RULES.get(call))
        steps += [(EQUAL, 0, len(body), number), *body]
    steps.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("@HBBI", *step) for step in steps)


def _rule(rule) -> list[tuple]:
    """The instructions that decide on a call for which this rule holds; None is that of clone."""
    allow, refuse = (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, FAIL | EPERM)
    if rule is None:
        return [(LOAD, 0, 0, ARGUMENTS), (ANY_BIT, 0, 1, CLONE_THREAD), allow, refuse]
    own = (EQUAL, 0, 1, *struct.unpack("@I", OWN))
    if rule == SAME:
        return [(LOAD, 0, 0, ARGUMENTS), (EQUAL, 1, 0, 0), own, allow, refuse]
    if isinstance(rule, int):
        return [(RETURN, 0, 0, FAIL | rule)]
    n = len(rule)
    tests = [(EQUAL, n - i, 0, value) for i, value in enumerate(rule)]
    return [(LOAD, 0, 0, ARGUMENTS + 8), *tests, allow, refuse]
