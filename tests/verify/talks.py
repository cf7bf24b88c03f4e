"""The shortest history with something in the middle, and ways to sign or stamp that otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bundles import START, Draft, Files

from evidentia.custody.identity import Custodian
from lab.pki import Lab

SEAL = "custody/000002.sha256"
SIGNATURE = f"{SEAL}.penyidik-a.p7s"
TOKEN = f"{SIGNATURE}.tsr"
FIRST_TOKEN = "custody/000001.sha256.penyidik-a.p7s.tsr"
LAST_TOKEN = "custody/000003.sha256.penyidik-a.p7s.tsr"


def talk(lab: Lab, who: str = "penyidik-a", start: datetime = START) -> Draft:
    """open, note, export by one person."""
    draft = Draft(lab, start=start)
    draft.add("open", who, details={"title": "Uji"})
    draft.add("note", who, details={"text": "catatan"})
    draft.add("export", who)
    return draft


def by(lab: Lab, person: Custodian) -> Draft:
    """talk, by a person whom a test made."""
    draft = talk(lab)
    draft.people[person.who] = person
    for event in draft.events:
        event["actors"] = [draft.actor(person.who)]
    return draft


def signed_otherwise(
    lab: Lab, sign: Callable[[bytes], bytes], draft: Draft | None = None, who: str = "penyidik-a"
) -> Files:
    """talk, with the second seal signed by ``sign``."""
    draft = draft or talk(lab)
    seals: list[bytes] = []
    draft.change[SEAL] = lambda data: seals.append(data) or data
    draft.change[f"{SEAL}.{who}.p7s"] = lambda _: sign(seals[-1])
    return draft.build()


def stamped_otherwise(lab: Lab, stamp: Callable[[bytes], bytes], token: str = TOKEN) -> Files:
    """talk, with one signature's token made by ``stamp``."""
    draft = talk(lab)
    signatures: list[bytes] = []
    draft.change[token.removesuffix(".tsr")] = lambda data: signatures.append(data) or data
    draft.change[token] = lambda _: stamp(signatures[-1])
    return draft.build()
