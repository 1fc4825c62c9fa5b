"""headway -- a Python program says how far it is, and browsers show it.

    from headway import progress

    for row in progress(rows, name="import", unit="rows"):
        work(row)

One file, the standard library only, Python 3.8 or later: copy it beside your
program.  Around more than a loop it is a context manager:

    with progress(name="import", total=len(files), unit="files") as run:
        for file in files:
            run.message(file.name)
            work(file)
            run.update()

A loop that comes to its end is `done`.  One that is left before, by break or by
an exception in its body, is `cancelled`, since an iterator is not told why.  A
`with` is: an exception is `failed`, with its name as the message, and
KeyboardInterrupt is `cancelled`.  A program that dies is `lost`.

`from headway import tqdm` is tqdm, where that is installed, and reports too; it
takes one more argument, name=.  A disabled bar reports nothing.

The program comes first.  Whether there is a broker, and what it does, never
makes it wait, fail or print; only end() waits for an answer, a second at most.
A daemon thread looks twenty times a second how far it is and sends what is new,
so a loop pays next to nothing, and the bar is right however long one step takes.
In a forked child all calls do nothing: the run is the parent's.  (Since Python
3.12 os.fork() warns in a program with threads, and this is one.)

The protocol is headway-protocol(7)'s.
"""

import itertools
import json
import os
import re
import select
import socket
import sys
import threading
import time
import weakref

__all__ = ["Run", "progress"]

PERIOD = 0.05       # seconds between two looks: as often as a browser is told
RETRY = 0.5         # seconds between attempts to connect
REFUSED = 10.0      # seconds until a broker that has refused the run is asked again
WAIT = 1.0          # seconds that end() waits at most
NUMBER_MAX = 2 ** 53
LIMITS = {"title": 256, "unit": 32, "message": 4096, "log": 2000}   # bytes of JSON, escapes included
LOG_LINES = 200     # kept, as many as the broker keeps
LOG_BYTES = 40000   # in one update
FOREVER = 2 ** 62   # items


def _is_name(name):
    segment = r"(?!\.\.?(?:/|$))[A-Za-z0-9._-]{1,64}"
    return len(name) <= 200 and re.fullmatch(f"{segment}(?:/{segment}){{0,7}}", name) is not None


def _full_name(name):
    """The name below HEADWAY_TASK, unless it begins with a slash."""
    own, task = name[name.startswith("/"):], os.environ.get("HEADWAY_TASK", "")
    if not _is_name(own):
        raise ValueError(f"{own!r} cannot be the name of a task")
    return f"{task}/{own}" if own == name and _is_name(task) else own


def _program():
    return re.sub("[^A-Za-z0-9_-]", "-", os.path.basename(sys.argv[0]))[:64] or "python"


def _places():
    """Where the broker is looked for."""
    told = os.environ.get("HEADWAY_PUBLISH_SOCKET")
    if told:
        return [told]
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return [d + "/headway/publish.sock" for d in (runtime, "/run") if d.startswith("/")]


def _number(n):
    """What the protocol can carry, of any number."""
    n = n if isinstance(n, (int, float)) else float(n)
    return max(0, min(n, NUMBER_MAX)) if n == n else 0


def _text(key, text):
    """UTF-8, cut to the protocol's limit."""
    text = str(text)[:LIMITS[key]].encode("utf-8", "replace").decode()
    while True:
        excess = len(json.dumps(text, ensure_ascii=False).encode()) - 2 - LIMITS[key]
        if excess <= 0:
            return text
        text = text[:-max(1, excess // 6)]


class _Link:
    """A connection that never waits.  OSError or ValueError: it is no more."""

    def __init__(self, places):
        for place in places:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            try:
                self._socket.connect(place)
                break
            except OSError:
                self._socket.close()
        else:
            raise ConnectionError("there is no broker")
        self._out = self._in = b""

    def put(self, line):
        self._out += json.dumps(line, ensure_ascii=False).encode() + b"\n"

    def flush(self):
        """As much as the socket takes.  True: nothing is left."""
        try:
            while self._out:
                self._out = self._out[self._socket.send(self._out):]
        except BlockingIOError:
            return False
        return True

    def answers(self):
        try:
            got = self._socket.recv(4096)
        except BlockingIOError:
            return []
        if not got:
            raise ConnectionResetError("the broker has closed the connection")
        *lines, self._in = (self._in + got).split(b"\n")
        return [json.loads(line) for line in lines]

    def wait(self, seconds):
        select.select([self._socket], [self._socket] if self._out else [], [], seconds)

    def close(self):
        self._socket.close()


class Run:
    """A run of a task, from here to end().

    `name`, the program's if it is not given, is taken below HEADWAY_TASK unless
    it begins with "/"; ValueError: it cannot be a name.  `total` 0 or None: not
    known.  Any thread may call anything; but of update() by several at once
    some may be lost.
    """

    def __init__(self, name=None, total=None, *, unit=None, title=None, message=None, iterable=None):
        self.name = _full_name(_program() if name is None else name)
        # too deep below HEADWAY_TASK is not this program's mistake: then nobody is told
        self._places = _places() if _is_name(self.name) else []
        self._iterable = iterable
        self._taken = None              # a function: how many items a loop has taken
        self._whole = False             # all of them
        self._entered = False           # it is a with's: that ends it
        if total is None and hasattr(iterable, "__len__"):
            total = len(iterable)
        self._amount = (None, total, 1)  # with the lap, as one: the thread must not see some of each
        self._texts = {"unit": unit, "title": title, "message": message}
        self._log, self._logged = [], 0  # the last lines, and how many there ever were
        self._started = round(time.time(), 3)
        self._ended = False
        self._lock = threading.Lock()   # of what follows
        self._link = None
        self._retry_at = 0.0
        self._sent, self._log_sent = None, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="headway", daemon=True)
        _runs.add(self)
        self._thread.start()

    # ---- what the program says ----

    def set(self, moved, total=None):
        """It is at `moved`; of `total`, if that is given."""
        self._amount = (moved, self._amount[1] if total is None else total, self._amount[2])

    def update(self, n=1):
        """It has come further by `n`."""
        moved, total, lap = self._amount
        self._amount = ((moved or 0) + n, total, lap)

    def lap(self, total=None):
        """The work starts over, at 0 of `total` if that is given."""
        _, before, lap = self._amount
        self._amount = (0, before if total is None else total, lap + 1)

    def title(self, text):
        """What it is, for people; None takes it away."""
        self._texts["title"] = text

    def unit(self, text):
        """What its numbers count, "B" for bytes."""
        self._texts["unit"] = text

    def message(self, text):
        """What it is doing."""
        self._texts["message"] = text

    def log(self, text):
        """A line of its output, or several."""
        for line in str(text).splitlines() or [""]:
            self._log.append(line)
            self._logged += 1
        del self._log[:-LOG_LINES]

    def end(self, state="done", message=None):
        """Ends the run: "done", "failed" or "cancelled".  True: the broker has
        confirmed it.  After that, calls do nothing."""
        if self._ended:
            return False
        self._ended = True
        if message is not None:
            self.message(message)
        self._stop.set()
        self._thread.join(WAIT)
        with self._lock:
            try:
                return self._finish(state)
            except (OSError, ValueError):
                return False
            finally:
                self._close(RETRY)

    def __enter__(self):
        self._entered = True
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.end("done")
        elif issubclass(kind, KeyboardInterrupt):
            self.end("cancelled")
        else:
            self.end("failed", kind.__name__)

    # ---- loops ----

    def __iter__(self):
        if self._iterable is None:
            raise TypeError("this run was given no iterable")
        if type(self._iterable) not in (list, tuple, range):
            return self._watch()
        items = iter(self._iterable)
        self._taken = lambda: len(self._iterable) - items.__length_hint__()
        return itertools.chain.from_iterable(self._hand_out(items))

    def _hand_out(self, items):
        """The loop takes its items from `items` itself, in C, and comes back
        here when there are no more, or when it is left."""
        try:
            yield items
        except GeneratorExit:
            self._leave()
            raise
        self._complete()

    def _watch(self):
        """Items of whatever it is, which may fail; repeat() knows how often it was asked."""
        count = itertools.repeat(True, FOREVER)
        self._taken = lambda: FOREVER - count.__length_hint__()
        try:
            yield from itertools.compress(self._iterable, count)
        except GeneratorExit:
            self._leave()
            raise
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        self._complete()

    def _passed(self):
        """Items that the loop has done with: not the one that it is at."""
        return self._taken() if self._whole else max(0, self._taken() - 1)

    def _complete(self):
        self._whole = True
        if not self._entered:
            self.end("done")

    def _leave(self):
        if not self._entered:
            self.end("cancelled", f"left after {self._passed()}")

    # ---- what is sent, under the lock: by the thread, and by end() when that has stopped ----

    def _state(self):
        moved, total, lap = self._amount
        if self._taken is not None:
            moved = (moved or 0) + self._passed()
        state = {"moved": None if moved is None else _number(moved), "total": _number(total or 0) or None, "lap": lap}
        state.update((key, _text(key, text) if text else None) for key, text in self._texts.items())
        return state

    def _say_state(self):
        """What is new; all of it, to a broker that may be new itself."""
        state, sent = self._state(), self._sent or {}
        news = {key: value for key, value in state.items() if value != sent.get(key)}
        if self._sent is None:
            news["started"] = self._started
            del news["lap"]     # a broker that comes back counts anew
        elif "lap" in news:
            news["lap"] = True
        if news:
            self._link.put({"task": self.name, **news, "hold": True})
        self._sent = state

    def _say_log(self):
        logged, lines = self._logged, [_text("log", line) for line in self._log]
        del lines[:max(0, len(lines) - (logged - self._log_sent))]
        while sum(len(line) * 4 for line in lines) > LOG_BYTES:
            lines.pop(0)
        skipped = logged - self._log_sent - len(lines)
        if lines:
            self._link.put({"task": self.name, "log": lines, **({"skipped": skipped} if skipped else {})})
        self._log_sent = logged

    def _connect(self):
        self._link = _Link(self._places)
        self._sent, self._log_sent = None, 0

    def _close(self, pause):
        if self._link is not None:
            self._link.close()
        self._link = None
        self._retry_at = time.monotonic() + pause

    def _hear(self):
        """True: a line was confirmed."""
        confirmed = False
        for answer in self._link.answers():
            if "error" in answer:
                raise PermissionError(answer["error"])
            if "ok" in answer:
                confirmed = True
                self.name = answer.get("task", self.name)   # a second holder gets another one
        return confirmed

    def _step(self):
        try:
            if self._link is None:
                if time.monotonic() < self._retry_at:
                    return
                self._connect()
            if self._link.flush():
                self._say_state()
                self._say_log()
                self._link.flush()
            self._hear()
        except (OSError, ValueError) as error:
            self._close(REFUSED if isinstance(error, PermissionError) else RETRY)

    def _serve(self):
        while not self._stop.is_set():
            with self._lock:
                self._step()
            self._stop.wait(PERIOD)

    def _finish(self, state):
        """All that is new, and the end.  True if that is confirmed."""
        deadline = time.monotonic() + WAIT
        if self._link is None:
            self._connect()
        self._say_state()
        self._say_log()
        self._link.put({"task": self.name, "state": state})
        while True:
            if self._link.flush() and self._hear():
                return True
            if time.monotonic() >= deadline:
                return False
            self._link.wait(deadline - time.monotonic())

    def _disown(self):
        """In a child: the run, its thread and its connection are the parent's."""
        self._ended = True
        if self._link is not None:
            self._link.close()


_runs = weakref.WeakSet()


def _after_fork():
    for run in _runs:
        run._disown()


os.register_at_fork(after_in_child=_after_fork)


def progress(iterable=None, name=None, total=None, **more):
    """A run around an iterable, if there is one; `more` is Run's."""
    return Run(name, total, iterable=iterable, **more)


def _make_tqdm():
    from tqdm import tqdm as plain

    class tqdm(plain):
        """tqdm, and what its bar shows is shown in browsers too."""

        def __init__(self, *args, name=None, **kwargs):
            self._run = self._failed = None
            self._whole = True      # no loop, or one that has come to its end
            super().__init__(*args, **kwargs)
            if self.disable:
                return
            self._run = Run(name, self.total, unit=self.unit)
            if self.iterable is not None:
                self._whole = False
                self.iterable = itertools.chain(self.iterable, self._at_end())
            self._tell()

        def _at_end(self):
            self._whole = True
            return
            yield

        def _tell(self):
            if self._run is not None:
                self._run.set(self.n, self.total or 0)
                self._run.title(self.desc.rstrip(": "))
                self._run.message(self.postfix)

        def display(self, *args, **kwargs):
            self._tell()
            return super().display(*args, **kwargs)

        def reset(self, total=None):
            if self._run is not None:
                self._run.lap(total)
            super().reset(total)

        def __exit__(self, kind, error, trace):
            self._failed = kind
            super().__exit__(kind, error, trace)

        def close(self):
            super().close()
            self._tell()
            run, self._run = self._run, None
            if run is None:
                return
            if self._failed is not None:
                run.__exit__(self._failed, None, None)
            elif self._whole:
                run.end("done")
            else:
                run.end("cancelled", f"left after {self.n}")

    return tqdm


def __getattr__(name):
    if name != "tqdm":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["tqdm"] = _make_tqdm()
    return globals()["tqdm"]
