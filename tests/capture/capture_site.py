"""A small site on loopback that remembers every byte it sent, with TLS or without."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CHUNK = 4096

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M/wHwADAwH/Wc2LVwAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Answer:
    """What the site answers. ``body`` is the content; ``coding`` is "", "gzip" or "chunked" or both, on the wire.

    ``endless``: the connection stays open after half of the body.
    """

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    coding: tuple[str, ...] = ()
    endless: bool = False

    def wire(self) -> tuple[bytes, bytes]:
        """Header block and body as they are sent."""
        body = gzip.compress(self.body, mtime=0) if "gzip" in self.coding else self.body
        fields = [("Content-Type", self.media_type), *self.headers]
        if "gzip" in self.coding:
            fields.append(("Content-Encoding", "gzip"))
        if "chunked" in self.coding:
            fields.append(("Transfer-Encoding", "chunked"))
            body = _chunked(body)
        else:
            fields.append(("Content-Length", str(len(body))))
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in fields)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1"), body


@dataclass(frozen=True)
class Exchanged:
    """One request as it arrived, and what was answered."""

    request_head: bytes
    request_body: bytes
    answer: Answer
    head: bytes
    session: object = None  # the TLS session that it came over

    @property
    def path(self) -> str:
        return self.request_head.split(b" ")[1].decode()

    def request_header(self, name: str) -> str | None:
        for line in self.request_head.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None


@dataclass
class Site:
    """A site in a thread of its own; a context manager. Routes may be changed while it runs.

    ``address``: where it listens, on loopback; anything in 127.0.0.0/8 is there on Linux.
    """

    routes: dict[str, Answer | Callable[[], Answer]]
    tls: ssl.SSLContext | None = None
    exchanged: list[Exchanged] = field(default_factory=list)
    port: int = 0
    address: str = "127.0.0.1"

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"{'https' if self.tls else 'http'}://{host or self.address}:{self.port}{path}"

    def asked(self, path: str) -> list[Exchanged]:
        return [one for one in self.exchanged if one.path == path]

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(started))

    async def _serve(self, started: threading.Event) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._handle, self.address, 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            return
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request_head = await reader.readuntil(b"\r\n\r\n")
        asked = Exchanged(request_head, b"", Answer(), b"")
        request_body = await reader.readexactly(int(asked.request_header("content-length") or 0))
        found = self.routes.get(asked.path, Answer(b"no", "text/plain", "404 Not Found"))
        answer = found() if callable(found) else found
        head, body = answer.wire()
        session = writer.get_extra_info("ssl_object")
        self.exchanged.append(Exchanged(request_head, request_body, answer, head, session))
        if answer.endless:
            writer.write(head + body[: len(body) // 2])
            await asyncio.Event().wait()
        writer.write(head + body)
        await writer.drain()
        return (asked.request_header("connection") or "").lower() != "close"


def _chunked(body: bytes) -> bytes:
    pieces = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@dataclass(frozen=True)
class Identity:
    """A server's certificates, leaf first, as DER; its context, and the digest of its key as browsers take it."""

    chain: tuple[bytes, ...]
    context: ssl.SSLContext
    key_digest: str


def identity(folder: Path, hosts: Iterable[str] = ("localhost",)) -> Identity:
    """A leaf under an authority that nobody knows."""
    authority_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Otoritas Uji", authority_key, "Otoritas Uji", authority_key, ())
    leaf = _certificate("Situs Uji", leaf_key, "Otoritas Uji", authority_key, tuple(hosts))
    chain = [certificate.public_bytes(serialization.Encoding.PEM) for certificate in (leaf, authority)]
    (folder / "chain.pem").write_bytes(b"".join(chain))
    (folder / "key.pem").write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    spki = leaf_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Identity(
        chain=tuple(
            certificate.public_bytes(serialization.Encoding.DER) for certificate in (leaf, authority)
        ),
        context=context,
        key_digest=base64.b64encode(hashlib.sha256(spki).digest()).decode(),
    )


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    hosts: tuple[str, ...],
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())
