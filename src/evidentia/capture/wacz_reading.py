"""Reading the WACZ of another tool (specs.webrecorder.net/wacz/1.1.1): its own hashes compared, its pages listed.

The digest file says the hash of ``datapackage.json``, which says those of all other files; a signature is over that
hash. So each link is compared, what no link covers is said, and a signature, which is not checked here, says nothing
where the hash that was signed is not the package's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from evidentia.record.handed_over import Check, CheckOutcome, Claim, Member, Problem

PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"

MAX_JSON = 64 << 20
"""Bytes of one JSON file: a list of a hundred thousand pages, each with its text."""

_SIGNED_HASH = "the signed hash is that of datapackage.json"


class _Resource(msgspec.Struct):
    path: str
    hash: str | None = None
    bytes: int | None = None


class _Package(msgspec.Struct):
    resources: list[_Resource] = []


class _Signed(msgspec.Struct):
    hash: str | None = None


class _Digest(msgspec.Struct):
    path: str | None = None
    hash: str | None = None
    signedData: _Signed | None = None  # the specification's name


class ListedPage(msgspec.Struct):
    """A line of ``pages/pages.jsonl``."""

    url: str = ""
    ts: str | None = None
    title: str | None = None


class Package(NamedTuple):
    """What a WACZ says of itself, and what of it was compared."""

    claims: tuple[Claim, ...]
    pages: tuple[ListedPage, ...]
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]


def read_package(members: Mapping[str, Member], read: Callable[[str, int], bytes]) -> Package:
    """What the package states and whether its hashes hold. Never raises for what it contains.

    Args:
        members: what the ZIP holds, by name.
        read: gives the bytes of a member, up to a limit; raises OSError or ValueError.
    """
    problems: list[Problem] = []
    package = _json(PACKAGE, read, _Package, problems)
    stated = _json(PACKAGE, read, dict[str, Any], problems) or {}
    digest = _json(DIGEST, read, _Digest, problems) if DIGEST in members else None
    checks = [
        *_resource_checks(package, members),
        _digest_check(digest, members),
        *_signature_checks(digest, members),
    ]
    problems += (
        Problem(what=f"does not hold: {check.what}", where=check.detail or PACKAGE)
        for check in checks
        if check.outcome is CheckOutcome.BROKEN
    )
    claims = tuple(
        Claim(name=name, value=str(stated[name])[:2000], where=PACKAGE)
        for name in (
            "software",
            "created",
            "modified",
            "title",
            "mainPageUrl",
            "mainPageDate",
            "wacz_version",
        )
        if isinstance(stated.get(name), (str, int))
    )
    pages = tuple(page for name in _page_lists(members) for page in _pages(name, read, problems))
    return Package(claims, pages, tuple(checks), tuple(problems))


def _resource_checks(package: _Package | None, members: Mapping[str, Member]) -> Iterator[Check]:
    what = "the files are those that datapackage.json states"
    if package is None:
        yield Check(what=what, outcome=CheckOutcome.NOT_CHECKED, detail="datapackage.json cannot be read")
        return
    wrong = [resource.path for resource in package.resources if not _is_as_stated(resource, members)]
    outcome = CheckOutcome.BROKEN if wrong or not package.resources else CheckOutcome.HOLDS
    detail = ", ".join(wrong)[:1000] or f"{len(package.resources)} files by SHA-256"
    yield Check(what=what, outcome=outcome, detail=detail)
    listed = {resource.path for resource in package.resources} | {PACKAGE, DIGEST}
    extra = sorted(members.keys() - listed)
    outcome = CheckOutcome.BROKEN if extra else CheckOutcome.HOLDS
    yield Check(what="datapackage.json lists every file", outcome=outcome, detail=", ".join(extra)[:1000])


def _is_as_stated(resource: _Resource, members: Mapping[str, Member]) -> bool:
    """Whether a file is there with the hash and length that are stated. A hash that is missing holds nothing."""
    member = members.get(resource.path)
    if member is None or member.sha256 is None:
        return False
    size = resource.bytes is None or resource.bytes == member.size
    return size and resource.hash == f"sha256:{member.sha256}"


def _digest_check(digest: _Digest | None, members: Mapping[str, Member]) -> Check:
    what = "datapackage-digest.json states the hash of datapackage.json"
    if digest is None:
        detail = "there is none: nothing covers datapackage.json"
        return Check(what=what, outcome=CheckOutcome.NOT_CHECKED, detail=detail)
    holds = digest.path == PACKAGE and digest.hash is not None and digest.hash == _hash(members)
    return Check(what=what, outcome=CheckOutcome.HOLDS if holds else CheckOutcome.BROKEN)


def _signature_checks(digest: _Digest | None, members: Mapping[str, Member]) -> Iterator[Check]:
    if digest is None or digest.signedData is None:
        yield Check(what="signature", outcome=CheckOutcome.NOT_CHECKED, detail="there is none")
        return
    holds = digest.signedData.hash is not None and digest.signedData.hash == _hash(members)
    yield Check(what=_SIGNED_HASH, outcome=CheckOutcome.HOLDS if holds else CheckOutcome.BROKEN)
    yield Check(
        what="signature",
        outcome=CheckOutcome.NOT_CHECKED,
        detail="Whether the signature holds, and whose it is, was not checked.",
    )


def _hash(members: Mapping[str, Member]) -> str:
    package = members.get(PACKAGE)
    return f"sha256:{package.sha256}" if package is not None and package.sha256 is not None else ""


def _page_lists(members: Mapping[str, Member]) -> list[str]:
    return [name for name in ("pages/pages.jsonl", "pages/extraPages.jsonl") if name in members]


def _pages(name: str, read: Callable[[str, int], bytes], problems: list[Problem]) -> Iterator[ListedPage]:
    try:
        lines = read(name, MAX_JSON).split(b"\n")
    except (OSError, ValueError) as error:
        problems.append(Problem(what=f"it cannot be read: {error}", where=name))
        return
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            page = msgspec.json.decode(line, type=ListedPage)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            problems.append(Problem(what=f"no page: {error}", where=f"{name} line {number}"))
            continue
        if page.url:
            yield page


def _json(name: str, read: Callable[[str, int], bytes], kind: Any, problems: list[Problem]) -> Any:
    try:
        return msgspec.json.decode(read(name, MAX_JSON), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError, ValueError) as error:
        problem = Problem(what=f"it cannot be read: {error}", where=name)
        if problem not in problems:
            problems.append(problem)
        return None
