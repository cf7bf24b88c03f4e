"""Record what a real wiki answers about pages in every state: ``python -m lab.record_wiki``.

Writes ``fixtures/platforms/mediawiki/NAME.json``: the capture of a light look by evidentia's own client. The port and
the times differ from run to run.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image

from evidentia.platforms import CapturedPage
from lab.mediawiki import CITIZEN, OFFICIAL, ROOT, Wiki
from lab.recorded import save

FOLDER = ROOT / "fixtures" / "platforms" / "mediawiki"
TITLE = "Dukungan untuk Paslon A"
FIRST = "Saya mendukung '''Paslon A''', kata [[Pengguna:Warga 12|seorang warga]]."
SECOND = "Saya netral. Lihat [https://kota.example/berita kabar] dan [[Kota Contoh]]."
PHONE = "Nomor telepon warga: 0800."


def capture(url: str) -> CapturedPage:
    """What a light look at ``url`` on loopback brings."""
    from evidentia.capture.light import probe
    from evidentia.capture.options import PageOptions

    (seen,) = probe([url], PageOptions(allow_private_network=True))
    return seen.look.page()


def picture() -> bytes:
    """A small picture, the same bytes every time."""
    made = io.BytesIO()
    Image.new("RGB", (24, 16), (200, 30, 30)).save(made, "PNG")
    return made.getvalue()


def record(wiki: Wiki) -> dict[str, CapturedPage]:
    """Let the members act; every state as a visitor saw it."""
    made: dict[str, CapturedPage] = {}
    page = wiki.page_url(TITLE)
    first = wiki.write(TITLE, FIRST, OFFICIAL, "pernyataan")
    made["page-live"] = capture(page)
    second = wiki.write(TITLE, SECOND, OFFICIAL, "ralat")
    made["page-edited"] = capture(page)
    made["revision-named"] = capture(
        f"{wiki.base_url}index.php?title={TITLE.replace(' ', '_')}&oldid={first}"
    )
    made["revision-by-special-diff"] = capture(f"{wiki.base_url}wiki/Special:Diff/{first}/{second}")
    wiki.protect(TITLE)
    made["page-edited-then-protected"] = capture(page)
    wiki.hide(first)
    made["page-with-earlier-text-hidden"] = capture(page)
    made["revision-text-hidden"] = capture(f"{wiki.base_url}index.php?oldid={first}")
    wiki.hide(first, "content|user|comment", also_from_administrators=True)
    made["revision-suppressed"] = capture(f"{wiki.base_url}index.php?oldid={first}")
    wiki.write("Nomor", PHONE, CITIZEN)
    wiki.delete("Nomor", "data pribadi")
    made["page-deleted"] = capture(wiki.page_url("Nomor"))
    wiki.restore("Nomor", "keliru")
    made["page-restored"] = capture(wiki.page_url("Nomor"))
    wiki.upload("Poster.png", picture())
    wiki.write("Poster kota", "[[Berkas:Poster.png|poster]] dan [[Berkas:Tiada.png]]")
    made["page-with-picture"] = capture(wiki.page_url("Poster kota"))
    wiki.move("Nomor", "Nomor warga")
    made["page-moved"] = capture(wiki.page_url("Nomor"))
    wiki.move("Nomor warga", "Nomor penduduk", redirect=False)
    made["page-moved-without-redirect"] = capture(wiki.page_url("Nomor warga"))
    made["page-that-never-was"] = capture(wiki.page_url("Tidak pernah ada"))
    made["revision-that-never-was"] = capture(f"{wiki.base_url}index.php?oldid=999999")
    return made


def main() -> None:
    """Write all of them."""
    made: dict[str, CapturedPage] = {}
    with tempfile.TemporaryDirectory() as folder, Wiki(Path(folder)) as wiki:
        made |= record(wiki)
    with tempfile.TemporaryDirectory() as folder, Wiki(Path(folder), private=True) as wiki:
        wiki.write(TITLE, FIRST, OFFICIAL)
        made["private-wiki"] = capture(wiki.page_url(TITLE))
    for name, page in made.items():
        save(page, FOLDER / f"{name}.json")
        print(name, len(page.responses))


if __name__ == "__main__":
    main()
