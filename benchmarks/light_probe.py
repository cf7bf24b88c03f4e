"""Light looks at many posts of a server on this machine, against a plain ``requests`` session that fetches the same.

The server is a process of its own and answers from memory. Both fetch every post once, in turns; evidentia also reads
each answer as a post, through its door, eight at a time.

    python -m benchmarks.light_probe [--posts 500] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import time
from multiprocessing.connection import Connection

import requests

from evidentia.capture.light import probe
from evidentia.capture.options import PageOptions
from evidentia.record.post import State

PAGE = (
    "<!doctype html><title>Unggahan {n}</title><nav>Beranda</nav>"
    "<article><h1>Unggahan {n}</h1><p>Mari kita dukung Paslon A di Kota Contoh.</p></article>"
)


def serve(told: Connection) -> None:
    """Answer every path with a page of its own, until the process is ended."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                body = PAGE.format(n=asked.split(b" ", 2)[1].decode()).encode()
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}"
                writer.write(head.encode() + b"\r\n\r\n" + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def plainly(urls: list[str]) -> None:
    """The same pages by ``requests``, unread."""
    with requests.Session() as session:
        for url in urls:
            assert session.get(url, timeout=10).status_code == 200


def lightly(urls: list[str]) -> None:
    """The same pages as light looks, each read."""
    found = list(probe(urls, PageOptions(allow_private_network=True)))
    assert all(one.reading.state is State.LIVE for one in found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    urls = [f"http://127.0.0.1:{port}/p/{n}" for n in range(chosen.posts)]
    seconds: dict[str, list[float]] = {"probe": [], "requests": []}
    for number in range(chosen.rounds + 1):
        for name, program in (("probe", lightly), ("requests", plainly)):
            began = time.perf_counter()
            program(urls)
            if number:  # the first round warms both up
                seconds[name].append(time.perf_counter() - began)
    server.terminate()
    for name, measured in seconds.items():
        print(f"  {name:<10} {chosen.posts / statistics.median(measured):8.0f} posts a second")
    ratio = statistics.median(seconds["probe"]) / statistics.median(seconds["requests"])
    print(f"  a light look takes {ratio:.2f} x the time of a plain request that is not read")


if __name__ == "__main__":
    main()
