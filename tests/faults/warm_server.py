"""A process that has imported the whole product and forks a server each time a line on its standard input asks for one.

The server is `dripstand.server.commands.serve.run` in a process of its own. --careless turns durability off, for the
control run: what is answered there has not been committed (careless.py). It ends with its standard input.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
from pathlib import Path

from dripstand.server import startup
from dripstand.server.commands import serve

ALSO = (
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.loops.uvloop",
    "dripstand.server.wire",
    "dripstand.server.asgi",
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--careless", action="store_true")
    asked = parser.parse_args()
    startup.use(data=asked.data, create=True)

    from django.urls import get_resolver

    assert get_resolver().url_patterns
    for name in ALSO:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead, so that a killed one is gone at once
    for line in sys.stdin:
        ports = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(_serve(asked.data, ports["port"], ports["mllp_port"], asked.careless))
        print(json.dumps({"pid": pid}), flush=True)


def _serve(folder: Path, port: int, mllp_port: int, careless: bool) -> int:
    os.dup2(2, 1)  # what the server prints is for its log, not for the one who asked
    os.close(0)
    if careless:
        from tests.faults.careless import answer_before_the_commit

        answer_before_the_commit()
    parser = argparse.ArgumentParser()
    serve.configure(parser)
    words = ["--data", str(folder), "--port", str(port), "--mllp-port", str(mllp_port)]
    return serve.run(parser.parse_args(words))


if __name__ == "__main__":
    main()
