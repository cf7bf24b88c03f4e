"""Apache HTTP Server on loopback, with the rules by which administrators refuse, remove, move and close pages."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from lab.server import ServerError, end, free_port, session

PAUSE_S = 0.05  # between two tries to reach it while it starts
MODULES = Path("/usr/lib/apache2/modules")  # where Debian's package puts them

_RULES = """
ServerRoot "{folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile "{folder}/pid"
ErrorLog "{folder}/error.log"
DocumentRoot "{folder}/htdocs"
{modules}
<Directory "{folder}/htdocs">
  Require all granted
</Directory>
TypesConfig /dev/null
AddType text/html .html
AddDefaultCharset utf-8
<Location "/p/">
  ForceType text/html
</Location>
ErrorDocument 404 /tidak-ditemukan.html
Redirect gone /p/hilang
Redirect 429 /p/banyak
Redirect 451 /p/hukum
Redirect 500 /p/rusak
RedirectMatch 301 "^/p/depan$" "http://127.0.0.1:{port}/"
RedirectMatch 302 "^/p/masuk-dulu$" "http://127.0.0.1:{port}/masuk.html?kembali=/p/masuk-dulu"
RedirectMatch 302 "^/p/lunak$" "http://127.0.0.1:{port}/404.html"
RedirectMatch 302 "^/p/pemeliharaan-dulu$" "http://127.0.0.1:{port}/maintenance.html"
RedirectMatch 301 "^/p/pindah$" "http://127.0.0.1:{port}/p/ada"
RedirectMatch 302 "^/p/berputar$" "http://127.0.0.1:{port}/p/berputar"
ProxyPass "/p/belakang" "http://127.0.0.1:{closed}/"
<Location "/p/dilarang">
  Require all denied
</Location>
<Location "/p/anggota">
  AuthType Basic
  AuthName "anggota"
  AuthUserFile "{folder}/none"
  Require valid-user
</Location>
<Location "/p/perawatan">
  ErrorDocument 503 /perawatan.html
  Header always set Retry-After 3600
  Redirect 503
</Location>
<Location "/p/tiada.json">
  ErrorDocument 404 '{{"error": "tidak ditemukan"}}'
</Location>
"""

_NAMES = ("mpm_event", "authz_core", "authn_core", "authn_file", "authz_user", "auth_basic", "alias", "headers", "mime",
          "proxy", "proxy_http", "dir")  # fmt: skip

_PAGES = {
    "index.html": "<h1>Kabar Kota Contoh</h1>",
    "masuk.html": '<form method="post"><input name="nama"><input type="password" name="sandi"></form>',
    "404.html": "<h1>Halaman tidak ditemukan</h1>",
    "maintenance.html": "<h1>Sedang dalam pemeliharaan</h1>",
    "perawatan.html": "<h1>Kami segera kembali</h1>",
    "tidak-ditemukan.html": "<h1>Maaf, halaman tidak ditemukan</h1><p>Mungkin telah dihapus.</p>",
    "p/ada": "<article><p>Halo Kota Contoh</p></article>",
    "p/ada-tentang-hapus": "<article><p>Unggahan ini telah dihapus, katanya. Konten tidak tersedia? Masih ada.</p></article>",
    "p/kosong": "",
    "p/kata-saja": "<main><p>Unggahan ini telah dihapus.</p></main>",
    "p/perawatan": "",
}


class Apache:
    """One server, with its pages below ``/p/``. Start it with ``with``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self.version = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            ServerError: it is not installed, or did not start.
        """
        program = shutil.which("apache2", path="/usr/sbin:/usr/bin")
        if program is None:
            raise ServerError("there is no apache2")
        self.version = subprocess.run(
            [program, "-v"], capture_output=True, text=True, check=True
        ).stdout.split()[2]
        for name, body in _PAGES.items():
            path = self.folder / "htdocs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                f'<!DOCTYPE html><html lang="id"><body>{body}</body></html>' if body else "", "utf-8"
            )
        port = free_port()
        loaded = "\n".join(f'LoadModule {name}_module "{MODULES}/mod_{name}.so"' for name in _NAMES)
        rules = _RULES.format(folder=self.folder, port=port, closed=free_port(), modules=loaded)
        if os.geteuid() == 0:  # as root it serves as somebody else, who has to get at the pages
            rules += "User www-data\nGroup www-data\n"
            for one in (*self.folder.parents[:1], self.folder, *self.folder.rglob("htdocs/**")):
                one.chmod(0o755)
        (self.folder / "rules.conf").write_text(rules, "utf-8")
        self.url = f"http://127.0.0.1:{port}/"
        with (self.folder / "start.log").open("wb") as log:
            command = [program, "-f", str(self.folder / "rules.conf"), "-DFOREGROUND"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            end(self._process)

    def _wait(self) -> None:
        from requests import ConnectionError as NotYet

        while self._process is not None and self._process.poll() is None:
            try:
                with session() as client:
                    client.get(self.url, timeout=5)
            except NotYet:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=PAUSE_S)
                continue
            return
        raise ServerError(f"apache2 ended: {(self.folder / 'start.log').read_text('utf-8')}")
