"""Started as a program of its own: gives up what the node may do, then becomes the program that it was asked for.

A program between them because limits cannot be set safely between fork and exec in a process with threads. Nothing of
the node is imported, and nothing of the environment is passed on. What the kernel does not allow (an own network
without devices, in some containers) is left out: each program is told to open nothing but files as well.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_NICE = 10


def main() -> None:
    """`confine.py <limits as JSON> <program> <arguments …>`."""
    bounds, program = json.loads(sys.argv[1]), sys.argv[2:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) or libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise SystemExit("the system gives no control over children")
    if os.getppid() != bounds["parent"]:
        raise SystemExit("the node has ended meanwhile")
    libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for name, value in (
        (resource.RLIMIT_CPU, bounds["cpu_seconds"]),
        (resource.RLIMIT_AS, bounds["memory_bytes"]),
        (resource.RLIMIT_FSIZE, bounds["file_bytes"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    os.execve(program[0], program, {})  # noqa: S606  # the whole purpose; the program is the node's own setting


if __name__ == "__main__":
    main()
