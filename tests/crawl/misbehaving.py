"""A small HTTP server on 127.0.0.1 that does what servers should not; it prints its port and serves until killed."""

import asyncio

SLOW = 3600.0


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = (await reader.readline()).decode()
    while (await reader.readline()).strip():
        pass
    path = line.split(" ")[1]
    try:
        await BEHAVIOURS[path.partition("?")[0]](writer)
    except ConnectionError:
        pass
    finally:
        writer.close()


async def fine(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: text/xml\r\n\r\n<x/>")


async def once_busy(writer: asyncio.StreamWriter) -> None:
    BEHAVIOURS["/once-busy"] = fine
    await say(writer, b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy")


async def once_reset(writer: asyncio.StreamWriter) -> None:
    BEHAVIOURS["/once-reset"] = fine
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


async def say(writer: asyncio.StreamWriter, text: bytes) -> None:
    writer.write(text)
    await writer.drain()


BEHAVIOURS = {
    "/fine": fine,
    "/once-busy": once_busy,
    "/once-reset": once_reset,
    "/short": short,
    "/drip": drip,
    "/silent": silent,
    "/elsewhere": elsewhere,
    "/forever-busy": forever_busy,
}


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the test reads the port here
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
