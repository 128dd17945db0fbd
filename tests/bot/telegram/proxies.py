"""Little proxies on loopback, and the emulator behind TLS."""

import asyncio
import ssl
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PEM = Path(__file__).with_name("localhost.pem")  # a key and a certificate for "localhost", good for nothing else


def certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context


async def join(reader, writer, host: str, port: int, first: bytes = b"") -> None:
    """Pass on what comes from either side, until both have ended."""
    far_reader, far_writer = await asyncio.open_connection(host, port)
    far_writer.write(first)
    await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))


async def _pipe(source, sink) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while data := await source.read(65536):
            sink.write(data)
    sink.close()


@asynccontextmanager
async def listening(serve, host="127.0.0.1", tls=None):
    """Yields the port; every connection has ended when the block has."""
    tasks = []

    async def serving(reader, writer):
        tasks.append(asyncio.current_task())
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serving, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def behind_tls(api: str):
    """The emulator at an address of https://."""
    port = int(api.rpartition(":")[2])
    async with listening(
        lambda reader, writer: join(reader, writer, "127.0.0.1", port), "localhost", certificate()
    ) as at:
        yield f"https://localhost:{at}"


@asynccontextmanager
async def http_proxy(seen: list[str], tls=None, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n"):
    """Connects for CONNECT, hands on a request for http://; yields its address."""

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head.decode())
        method, target, _ = head.decode().split(maxsplit=2)
        if method == "CONNECT":
            writer.write(answer)
            host, port = target.rsplit(":", 1)
            if b" 200 " in answer:
                await join(reader, writer, host, int(port))
            return
        host, _, path = target.removeprefix("http://").partition("/")
        near = head.replace(target.encode(), f"/{path}".encode(), 1).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        await join(reader, writer, *host.split(":"), near)

    async with listening(serve, "localhost", tls) as port:
        yield f"localhost:{port}"


@asynccontextmanager
async def socks_proxy(seen: list[str], login: tuple[bytes, bytes] | None = None, refusal: int = 0):
    """SOCKS 5; yields its address."""

    async def serve(reader, writer):
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        chosen = 2 if login else 0
        writer.write(bytes([5, chosen if chosen in methods else 255]))
        if login and 2 in methods:
            await reader.readexactly(1)
            given = [await reader.readexactly((await reader.readexactly(1))[0]) for _ in range(2)]
            writer.write(bytes([1, tuple(given) != login]))
        assert (await reader.readexactly(4)) == b"\5\1\0\3"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        seen.append(f"{host}:{port}")
        writer.write(bytes([5, refusal, 0, 1, 0, 0, 0, 0, 0, 0]))
        if not refusal:
            await join(reader, writer, host, port)

    async with listening(serve, "localhost") as port:
        yield f"localhost:{port}"
