"""A small HTTP server on 127.0.0.1 that does what servers should not; it prints its port and serves until killed."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]
SLOW = 3600.0
ONCE: dict[str, Behaviour] = {}
"""What a path `/once-.../<name>` does the next time."""


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = (await reader.readline()).decode()
    while (await reader.readline()).strip():
        pass
    path = line.split(" ")[1]
    behaviour = BEHAVIOURS.get(path.rpartition("/")[0] or path, missing)
    if path.startswith("/once-"):
        behaviour, ONCE[path] = ONCE.get(path, behaviour), fine
    try:
        await behaviour(writer)
    except ConnectionError:
        pass
    finally:
        writer.close()


async def fine(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/xml\r\n\r\n<x/>")


async def busy(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy")


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def short(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n<x>")


async def drip(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await say(writer, b"x")
        await asyncio.sleep(0.02)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(SLOW)


async def elsewhere(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 302 Found\r\nLocation: /fine\r\nContent-Length: 0\r\n\r\n")


async def forever_busy(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3000\r\nContent-Length: 4\r\n\r\nbusy")


async def coded(writer: asyncio.StreamWriter) -> None:
    await send_coded(writer, gzip.compress(b"<x>coded</x>"))


async def broken(writer: asyncio.StreamWriter) -> None:
    await send_coded(writer, gzip.compress(b"<x>coded</x>")[:-9])


async def send_coded(writer: asyncio.StreamWriter, body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    await say(writer, head.encode() + body)


async def missing(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nnone")


async def say(writer: asyncio.StreamWriter, text: bytes) -> None:
    writer.write(text)
    await writer.drain()


BEHAVIOURS: dict[str, Behaviour] = {
    "/fine": fine,
    "/busy": busy,
    "/once-busy": busy,
    "/once-reset": reset,
    "/short": short,
    "/drip": drip,
    "/silent": silent,
    "/elsewhere": elsewhere,
    "/forever-busy": forever_busy,
    "/coded": coded,
    "/broken": broken,
}


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the test reads the port here
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
