#!/usr/bin/env python3
"""hand.py WHAT PROGRAM [ARGUMENT...] -- executes the program with something
handed over, as a service manager would.

WHAT is NAME=KIND: descriptor 3 called NAME; or stdin=KIND: descriptor 0.
KIND is a path or @NAME (Unix stream sockets that listen), or an oddity: file,
unbound, tcp, seqpacket:PATH."""
import fcntl
import os
import socket
import sys


def made(kind):
    if kind == "file":
        return os.open("/dev/null", os.O_RDWR)
    if kind == "tcp":
        s = socket.socket(socket.AF_INET)
        s.bind(("127.0.0.1", 0))
    elif kind.startswith("seqpacket:"):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.bind(kind.partition(":")[2])
    else:
        s = socket.socket(socket.AF_UNIX)
        if kind != "unbound":
            s.bind("\0" + kind[1:] if kind[0] == "@" else kind)
    if kind != "unbound":
        s.listen()
    return s.detach()


name, _, kind = sys.argv[1].partition("=")
fd = fcntl.fcntl(made(kind), fcntl.F_DUPFD, 10)  # out of the way of 3
os.dup2(fd, 0 if name == "stdin" else 3)
if name != "stdin":
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES=name)
os.execv(sys.argv[2], sys.argv[2:])
