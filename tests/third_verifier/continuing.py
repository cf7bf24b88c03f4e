"""Heads and older bundles, from docs/format.md ("Head")."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from .archive import Say
from .chain import SCHEMAS, Chain, Validator, sha256
from .container import name_of, read

HEAD = Validator(json.loads((SCHEMAS / "head.json").read_text("utf-8")))


def check_digits(body: str) -> str:
    """ISO/IEC 7064 MOD 97-10."""
    digits = "".join(f"{'0123456789abcdefghijklmnopqrstuvwxyz-/'.index(c):02d}" for c in body)
    return f"{98 - int(digits + '00') % 97:02d}"


def read_head(text: str) -> dict[str, Any] | None:
    """A head from JSON or from print; None where it is neither."""
    text = text.strip()
    if text.startswith("{"):
        try:
            head: dict[str, Any] = json.loads(text)
        except ValueError:
            return None
        return head if HEAD.is_valid(head) else None
    printed = r"([a-z0-9][a-z0-9-]{0,63})/([1-9][0-9]{0,5})/([0-9a-f]{4}(?:-[0-9a-f]{4}){15})/([0-9]{2})"
    found = re.fullmatch(printed, text.lower())
    if found is None or check_digits(text.lower()[:-3]) != found[4]:
        return None
    return {"case": found[1], "events": int(found[2]), "seal": found[3].replace("-", ""), "signatures": []}


def check_head(chain: Chain, text: str, say: Say) -> None:
    """Whether the bundle continues a head."""
    head = read_head(text)
    if head is None:
        say("HEAD_UNREADABLE", "")
        return
    path = f"custody/{head['events']:06d}.sha256"
    case = chain.events[0]["case"] if chain.events else ""
    continues = path in chain.files and (case, sha256(chain.files[path])) == (head["case"], head["seal"])
    for signature in head["signatures"]:
        over = {f: f"{path}.{signature['who']}.{f}" for f in ("p7s", "pdf")}
        there = {sha256(chain.files[p]): p for p in over.values() if p in chain.files}
        mine = there.get(signature["signature"])
        tokens = {sha256(d) for p, d in chain.files.items() if (n := name_of(p)) and n.over == mine}
        continues = continues and mine is not None and set(signature["tokens"]) <= tokens
    if not continues:
        say("HEAD_DIFFERS", path)


def check_since(chain: Chain, lines: dict[str, str], where: Path, say: Say) -> None:
    """Whether the bundle only appended to an older one. ``lines`` are those of the newer one's records."""
    refused: list[str] = []
    older = read(where, lambda code, path: refused.append(f"{code} {path}"))
    numbers = {name.number for path in older if (name := name_of(path)) and name.kind == "event"}
    if refused or not numbers or numbers != set(range(1, len(numbers) + 1)):
        say("HISTORY_UNREADABLE", str(where))
    for path, data in older.items():
        name = name_of(path)
        assert name is not None
        left_out = path.startswith("custody/items/") and name.number in chain.withheld
        if path.startswith(("custody/", "trust/")):
            if chain.files.get(path) != data and not (left_out and path not in chain.files):
                say("HISTORY_DIFFERS", path)
        elif path in lines and lines[path] != sha256(data):
            say("HISTORY_DIFFERS", path)
