"""Smart cards: tokens of SoftHSM2, each in a folder of its own, filled by other people's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so")
TOKEN, PIN = "Kantor 07; lantai 3", "135790"
PROGRAMS = ("softhsm2-util", "pkcs11-tool")
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def missing() -> str:
    """What a machine lacks for a card; empty where it lacks nothing."""
    if _module() is None:
        return "the library of SoftHSM2 is not installed"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"the program {absent[0]} is not installed" if absent else ""


@dataclass(frozen=True)
class Card:
    """A token of SoftHSM2. Its library finds it by ``environment``, which it reads once, when it is first loaded."""

    module: Path
    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Card:
        """An empty token in an empty folder."""
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
        module = _module()
        assert module is not None, missing()
        made = cls(module, folder)
        made.run("softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "24680246")
        return made

    @property
    def environment(self) -> dict[str, str]:
        """Where the library finds the token."""
        return {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    def address(self, label: str) -> str:
        """The ``pkcs11:`` address of a key in it."""
        return f"pkcs11:token={quote(TOKEN)};object={label}?module-path={self.module}"

    def put(self, label: str, number: str, key: Key | None, *certificates: x509.Certificate) -> None:
        """Write a key and certificates; further certificates get the label with a count behind it."""
        if key is not None:
            pem = self.folder / f"{label}.pem"
            pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            self.run("softhsm2-util", "--import", pem, "--token", TOKEN, "--label", label, "--id", number)
            pem.unlink()
        for count, certificate in enumerate(certificates):
            der = self.folder / f"{label}.der"
            der.write_bytes(certificate.public_bytes(Encoding.DER))
            name = f"{label}-{count}" if count else label
            written = ("--write-object", der, "--type", "cert", "--label", name)
            self.run("pkcs11-tool", "--module", self.module, "--token-label", TOKEN, "--login", *written)

    def run(self, program: str, *arguments: object) -> None:
        """Run one of the programs that fill a token."""
        command = [program, *map(str, arguments), "--pin", PIN]
        environment = os.environ | self.environment
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _module() -> Path | None:
    return next((Path(path) for path in MODULES if Path(path).exists()), None)
