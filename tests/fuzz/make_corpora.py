"""Take the kept corpora from the frozen bundles: python tests/fuzz/make_corpora.py. Adds what is not there yet."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from targets import CORPUS, SEAL, SIGNATURE, TARGETS, VECTORS, contents

MOST = 24  # to a target: small enough to be fed to it in every test run
LARGEST = 16 * 1024  # bytes; but for archives
EVENT, NEXT_SEAL, RECORD = "custody/000002.json", "custody/000002.sha256", "custody/items/000001.sha256"
FROM_FILES = {
    "canonical_json": (EVENT, "custody/000001.json"),
    "event": (EVENT,),
    "record": (RECORD,),
    "seal": (NEXT_SEAL, SEAL),
    "cms": (SIGNATURE, f"{NEXT_SEAL}.penyidik-a.p7s", f"{NEXT_SEAL}.orang.p7s"),
    "timestamp": (f"{SIGNATURE}.tsr", f"{NEXT_SEAL}.penyidik-a.p7s.tsr"),
}
ARCHIVES = ("plain", "repacked", "bytes-before-the-zip", "bytes-after-the-zip", "one-byte-flipped")


def inputs() -> Iterator[tuple[str, bytes]]:
    """A target's name and an input for it, the good bundle's first."""
    names = sorted((path.stem for path in VECTORS.glob("*.zip")), key=lambda name: (name != "plain", name))
    for name in names:
        files = contents((VECTORS / f"{name}.zip").read_bytes())
        for target, paths in FROM_FILES.items():
            for path in paths:
                if len(files.get(path, b"x" * LARGEST)) < LARGEST:
                    yield target, files[path]
        for path in sorted(files):
            if path.endswith((".crl", ".ocsp", ".cer")):
                yield "revocation", files[path]
    for row in json.loads((VECTORS / "index.json").read_text("utf-8"))["vectors"]:
        if row["head"]:
            yield "head", row["head"].encode()
            yield "head", row["head"].replace("/", "//", 1).encode()
    for name in ARCHIVES:
        yield "archive", (VECTORS / f"{name}.zip").read_bytes()


def main() -> None:
    """Write each input under its own digest, as many that are taken as are refused where there are so many."""
    kept: Counter[tuple[str, bool]] = Counter()
    for target, data in inputs():
        path = CORPUS / target / sha256(data).hexdigest()[:16]
        path.parent.mkdir(parents=True, exist_ok=True)
        taken = TARGETS[target](data)
        if not path.exists() and kept[target, taken] < MOST // 2:
            path.write_bytes(data)
            kept[target, taken] += 1


if __name__ == "__main__":
    main()
