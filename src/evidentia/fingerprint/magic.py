"""What a file is by its first bytes. A name or an extension is what somebody called it."""

from __future__ import annotations

_PACKET = 188  # bytes of a packet of MPEG-TS, each of which begins with one and the same byte (ISO/IEC 13818-1, 2.4.3)

HEAD = 3 * _PACKET + 1
"""Bytes that are enough for every signature below."""

UNKNOWN = "application/octet-stream"

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"OggS", "application/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
)

_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}

_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/heif": "heif",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/gzip": "gz",
    "application/ogg": "ogg",
    "application/vnd.sqlite3": "sqlite",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "video/webm": "webm",
    "video/mp2t": "ts",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
}


def media_type_of(head: bytes) -> str:
    """The media type that the first bytes (``HEAD`` are enough) announce; ``UNKNOWN`` where they announce none."""
    for offset, signature, media_type in _SIGNATURES:
        if head.startswith(signature, offset):
            return media_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":  # ISO/IEC 14496-12, 4.3: the major brand follows
        return _BRANDS.get(head[8:12]) or ("video/3gpp" if head[8:11] in (b"3gp", b"3g2") else "video/mp4")
    if head.startswith(b"\x1aE\xdf\xa3"):  # EBML, RFC 8794; its head names the kind of document
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if len(head) >= HEAD and head[:HEAD:_PACKET] == b"GGGG":
        return "video/mp2t"
    return UNKNOWN


def extension_of(media_type: str) -> str:
    """The usual extension, without a dot; ``bin`` for what is not known."""
    return _EXTENSIONS.get(media_type, "bin")
