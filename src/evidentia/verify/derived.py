"""The derived files: byte for byte what events and seals say, or the bundle shows people something else."""

from __future__ import annotations

import hashlib

from evidentia.formats import bag
from evidentia.record.custody import Event
from evidentia.record.verdict import Fault

from .bundle import Bundle
from .chain import Chain
from .codes import Code, fault
from .digests import file_digest
from .items import Items


def check_derived(bundle: Bundle, chain: Chain, items: Items, export: Event) -> tuple[Fault, ...]:
    """Compare each derived file with what it must be. Judged only where the last event is an export."""
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in chain.contents.items()}
    digests |= {path: file_digest(bundle, path) for path in bag.DERIVED if path in bundle.sizes}
    expected = expected_derived(chain, items, export, digests)
    faults = []
    for path in bag.DERIVED:
        if path not in bundle.sizes:
            faults.append(fault(Code.DERIVED_MISSING, path, expected[path], "not there"))
        elif digests[path] != expected[path]:
            faults.append(fault(Code.DERIVED_DIFFERS, path, expected[path], digests[path]))
    return tuple(faults)


def expected_derived(chain: Chain, items: Items, export: Event, digests: dict[str, str]) -> dict[str, str]:
    """The SHA-256 that each derived file must have."""
    tags = {path: digest for path, digest in digests.items() if path != "tagmanifest-sha256.txt"}
    files = {
        "bagit.txt": bag.BAGIT_TXT,
        "bag-info.txt": bag.bag_info(export.case, export.time[:10], items.octets, sum(items.files.values())),
        "manifest-sha256.txt": bag.manifest(items.stated),
        "tagmanifest-sha256.txt": bag.manifest(tags),
    }
    expected = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    return expected | {bag.INDEX: export.details["index"]}
