"""
A program of its own for what strangers send: large readers in C open it there, and what breaks them breaks nothing else.

    with Apart(Path("page_reader.py")) as reader:
        told, data = reader.ask({"do": "open"}, file_bytes)

The program is run by our own Python, sees nothing of us but one socket, and has little memory and time. Both sides speak
frames: a head of JSON, then bytes; nothing that is read from it is ever run. ``Broke`` says how it ended.

Only the standard library here: the program itself imports this file (`serve`).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

MEMORY_BYTES = 1536 << 20
CPU_S, ANSWER_S = 300, 30
MOST_HEAD, MOST_BYTES = 4 << 20, 256 << 20
#: So many at once in one process: each may take its whole memory.
_FEW_AT_ONCE = threading.BoundedSemaphore(2)
_LENGTHS = struct.Struct(">II")
_PIECE = 1 << 20

Head = Mapping[str, Any]
Answer = tuple[dict[str, Any], bytes]


class Broke(Exception):
    """
    The program gave no answer.

    how   crash, time, memory, or output (it said more than it may)
    """

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Apart:
    """
    One run of a program that calls `serve`.

    answer_s   seconds for each answer; cpu_s for all of them; memory_bytes of address space
    turns      limits how many run at once. A program that is used while another is open needs turns of its own, or two threads that
               hold one each wait for one another for ever
    """

    def __init__(
        self,
        program: Path,
        *,
        answer_s: float = ANSWER_S,
        cpu_s: int = CPU_S,
        memory_bytes: int = MEMORY_BYTES,
        turns: threading.BoundedSemaphore = _FEW_AT_ONCE,
    ) -> None:
        self._program, self._answer_s, self._turns = program, answer_s, turns
        self._limits = (str(memory_bytes), str(cpu_s))

    def __enter__(self) -> Self:
        self._turns.acquire()
        try:
            self._socket, theirs = socket.socketpair()
            with theirs:
                self._ran = subprocess.Popen(  # noqa: S603  our own file, run by our own Python
                    [sys.executable, "-I", str(self._program), *self._limits],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={"PATH": os.defpath},
                    start_new_session=True,
                )
        except BaseException:
            self._turns.release()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._socket.close()
        self._ran.kill()
        self._ran.wait()
        self._turns.release()

    def ask(self, head: Head, data: bytes = b"") -> Answer:
        """One answer. Raises Broke; after that the program is gone."""
        until = time.monotonic() + self._answer_s
        try:
            self._socket.settimeout(self._answer_s)
            _send(self._socket, head, data)
            return _received(self._socket, until)
        except TimeoutError:
            raise Broke("time") from None
        except (OSError, EOFError):
            raise Broke(self._how_it_ended()) from None
        except ValueError:
            raise Broke("output") from None

    def _how_it_ended(self) -> str:
        try:
            ended = self._ran.wait(self._answer_s)
        except subprocess.TimeoutExpired:
            return "time"
        # Whoever is killed without having been timed out by us was killed by the machine, for want of memory.
        return {-signal.SIGXCPU: "time", -signal.SIGKILL: "memory", _OUT_OF_MEMORY: "memory"}.get(ended, "crash")


_OUT_OF_MEMORY = 86


def serve(answer: Callable[[dict[str, Any], bytes], Answer]) -> None:
    """The program's side: hold the limits of the command line, then answer frames on standard input until it is closed."""
    memory, cpu = (int(word) for word in sys.argv[1:3])
    for limit, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 2),  # SIGXCPU says why; the hard limit would kill without a word
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),  # what strangers send lies on no disk because somebody crashed on it
    ):
        resource.setrlimit(limit, (soft, hard))
    with socket.socket(fileno=0) as line:
        try:
            while True:
                _send(line, *answer(*_received(line, None)))
        except EOFError:
            return
        except MemoryError:
            os._exit(_OUT_OF_MEMORY)


def _send(line: socket.socket, head: Head, data: bytes) -> None:
    written = json.dumps(head).encode()
    line.sendall(_LENGTHS.pack(len(written), len(data)) + written)
    line.sendall(data)


def _received(line: socket.socket, until: float | None) -> Answer:
    written, size = _LENGTHS.unpack(_whole(line, _LENGTHS.size, until))
    if written > MOST_HEAD or size > MOST_BYTES:
        raise ValueError("a frame is too large")
    head = json.loads(_whole(line, written, until))
    if not isinstance(head, dict):
        raise ValueError("a head is an object")
    return head, bytes(_whole(line, size, until))


def _whole(line: socket.socket, size: int, until: float | None) -> bytearray:
    got = bytearray()
    while len(got) < size:
        if until is not None:
            line.settimeout(max(0.001, until - time.monotonic()))
        piece = line.recv(min(_PIECE, size - len(got)))
        if not piece:
            raise EOFError
        got += piece
    return got
