"""A case that a custodian of the lab has opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidentia.case import Case
from evidentia.custody.identity import Custodian
from lab.pki import Lab


@pytest.fixture
def person(lab: Lab) -> Callable[..., Custodian]:
    """``person("penyidik-a")`` is that custodian with the lab's timestamp authority; ``tsa=`` names another."""

    def load(label: str, tsa: str | None = None) -> Custodian:
        who = lab.people[label]
        return Custodian.from_pkcs12(who.p12, who.passphrase, tsa=tsa or lab.tsa_url, who=label)

    return load


@pytest.fixture
def case(tmp_path: Path, person: Callable[..., Custodian]) -> Case:
    """A new case, held by Penyidik A."""
    return Case.create(tmp_path / "kasus-07", title="Uji", custodian=person("penyidik-a"))


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A small file that somebody hands over."""
    path = tmp_path / "surat tugas.txt"
    path.write_text("Kepada Pejabat 07")
    return path
