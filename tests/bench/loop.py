"""loop.py -- what a loop of Python loses inside examples/python/headway.py.

The same loop with and without progress() in turns, in the thread's own time; the
quickest of each counts, since what else the machine does only adds to them.  The
bodies: next to nothing, and a call.

    loop.py [PAIRS [TURNS]]
"""
import itertools
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples/python"))
from headway import progress  # noqa: E402

PAIRS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
TURNS = int(sys.argv[2]) if len(sys.argv) > 2 else 10 ** 7


def plain(items):
    return items


def shown(items):
    return progress(items, name="bench/loop")


def add(items):
    total = 0
    for x in items:
        total += x


def work(x):
    return (x * 3 + 1) % 7


def call(items):
    for x in items:
        work(x)


def took(body, around, items):
    before = time.thread_time()
    body(around(items))
    return time.thread_time() - before


def main():
    for body in add, call:
        for kind, make in ("range", lambda: range(TURNS)), ("generator", lambda: (x for x in itertools.repeat(1, TURNS))):
            best = {plain: float("inf"), shown: float("inf")}
            for _ in range(PAIRS):
                for around in plain, shown:
                    best[around] = min(best[around], took(body, around, make()))
            turn, more = best[plain] / TURNS * 1e9, (best[shown] - best[plain]) / TURNS * 1e9
            print(f"{body.__name__} over a {kind}: {turn:.1f} ns a turn, {more:+.1f} ns inside progress(): "
                  f"{more / turn * 100:.1f} %")


main()
