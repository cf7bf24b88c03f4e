"""Freeze the bundle of docs/format-example.md: python scripts/make_example.py FOLDER.

A real case, taken by the writer itself, with the lab's keys, which are made for the run and thrown away. So it can be
made anew but never made the same; docs/format-example.md is written about the one that is there.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP))

from evidentia.case import Case  # noqa: E402
from evidentia.custody.identity import Custodian  # noqa: E402
from evidentia.record.item import Access  # noqa: E402
from lab.pki import Lab  # noqa: E402

LETTER = "Pejabat 07: pilih Paslon A.\n"


def main() -> int:
    """Make the bundle and its anchors in a folder that does not hold them yet."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"usage: {sys.argv[0]} FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch, Lab(Path(scratch) / "pki") as lab:
        person = lab.people["penyidik-a"]
        custodian = Custodian.from_pkcs12(person.p12, person.passphrase, tsa=lab.tsa_url, who=person.id)
        case = Case.create(Path(scratch) / "kasus-07", title="Contoh", custodian=custodian)
        letter = Path(scratch) / "pesan.txt"
        letter.write_text(LETTER, "utf-8")
        case.add(letter, access=Access.FORWARDED)
        case.export(folder / "kasus-07.zip")
        (folder / "roots.pem").write_bytes(lab.roots.read_bytes())
        (folder / "tsa-roots.pem").write_bytes(lab.tsa_roots.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
