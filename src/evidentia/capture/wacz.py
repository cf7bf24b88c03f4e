"""A WACZ 1.1.1 (specs.webrecorder.net/wacz/1.1.1): a WARC with its index, its page and their digests in a ZIP.

Members are stored, not compressed, so that a reader can seek into the WARC, and dated 1980-01-01, so that the same
content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from evidentia.capture.warc import Archive, Indexed

WARC_NAME = "archive/data.warc.gz"
PAGES_NAME = "pages/pages.jsonl"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16
_WWW = re.compile(r"^www[0-9]*\.")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Page:
    """The page that a WACZ is about."""

    url: str
    at: datetime
    title: str


def write(archive: Archive, page: Page, *, software: str) -> bytes:
    """The WACZ of one page."""
    members = {
        WARC_NAME: archive.data,
        "indexes/index.cdxj": cdxj(archive.index, WARC_NAME.rpartition("/")[2]).encode(),
        PAGES_NAME: _pages(page).encode(),
    }
    package = _json(_datapackage(members, page, software), indent=2)
    members["datapackage.json"] = package
    members["datapackage-digest.json"] = _json({"path": "datapackage.json", "hash": _sha256(package)})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as container:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = _REGULAR_FILE
            container.writestr(entry, data)
    return out.getvalue()


def cdxj(index: tuple[Indexed, ...], warc_name: str) -> str:
    """The sorted index: sort-friendly URL, 14-digit time, and where the record stands."""
    lines = []
    for entry in index:
        facts = {
            "url": entry.url,
            "mime": entry.media_type,
            "status": str(entry.status),
            "digest": entry.digest,
            "length": str(entry.length),
            "offset": str(entry.offset),
            "filename": warc_name,
        }
        line = f"{surt(entry.url)} {entry.at.strftime('%Y%m%d%H%M%S')} {json.dumps(facts)}\n"
        lines.append(line)
    return "".join(sorted(lines))


def surt(url: str) -> str:
    """The sort-friendly form of a URL, as the indexers of web archives write it and their readers look it up.

    Lower case; the host's parts reversed, an address's too; no scheme, ``www.``, port of the scheme, fragment or slash
    at the end; the query's parts sorted.

    >>> surt("https://www2.Pejabat.example:8443/P/?b=2&a=1#c")
    'example,pejabat:8443)/p?a=1&b=2'
    >>> surt("http://127.0.0.1:80/")
    '1,0,0,127)/'
    """
    parts = urlsplit(url.lower())
    host = _WWW.sub("", parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    port = f":{parts.port}" if parts.port not in (None, _PORTS.get(parts.scheme)) else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    path = parts.path.rstrip("/") or "/"
    return f"{','.join(reversed(host.split('.')))}{port}){path}{query}".replace(" ", "%20")


def _datapackage(members: dict[str, bytes], page: Page, software: str) -> dict[str, object]:
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "software": software,
        "created": _moment(page.at),
        "mainPageUrl": page.url,
        "mainPageDate": _moment(page.at),
        "title": page.title,
        "resources": [
            {"name": name.rpartition("/")[2], "path": name, "hash": _sha256(data), "bytes": len(data)}
            for name, data in members.items()
        ],
    }


def _pages(page: Page) -> str:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Pages"}
    entry = {"id": "page-1", "url": page.url, "ts": _moment(page.at), "title": page.title}
    return f"{json.dumps(head)}\n{json.dumps(entry)}\n"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(value: dict[str, object] | dict[str, str], indent: int | None = None) -> bytes:
    return json.dumps(value, indent=indent).encode()


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
