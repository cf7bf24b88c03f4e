"""The main job from end to end, on real parts: ``python -m lab.demo [FOLDER]``.

A forum that other people wrote, a PKI and timestamp authority of its own, a real browser, and at the end other
people's programs as judges. Everything is done through the command ``evidentia``, as a person would.
Ends with exit code 0 only if every expectation came true.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lab.browser import photograph
from lab.forum import Forum, Topic
from lab.pki import Credentials, Lab
from lab.tampering import extract_warc, flip_byte_in_warc, make_archive_agree, make_checksums_agree

ROOT = Path(__file__).resolve().parent.parent
CASE = "makassar-15"
TITLE = "Ajakan memilih di forum warga"
BEFORE = "Mari dukung Paslon A tanggal 9 Desember, jangan lupa coblos nomor 1! Bersama kita menang."
AFTER = "Mari dukung acara warga tanggal 9 Desember, jangan lupa bawa payung! Bersama kita senang."

OTHERS = ("verify.sh", "bagit.py", "warcio")  # the judges that are not evidentia

console = Console(highlight=False)


class Unexpected(Exception):
    """Something did not come out as it must."""


class Stage:
    """The demonstration's folder, its people, and the commands it runs."""

    def __init__(self, folder: Path, lab: Lab) -> None:
        self.folder, self.lab = folder, lab
        self.case = folder / CASE
        self.rows: list[tuple[str, str, str]] = []
        self.acting: Credentials = lab.people["penyidik-a"]
        self.topic: Topic
        self.captured: Path
        self.screenshot: Path

    def evidentia(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Run a command with ``--json`` as the person who acts; its first object. Any other exit code is unexpected."""
        environment = os.environ | {
            "EVIDENTIA_IDENTITY": str(self.acting.p12),
            "EVIDENTIA_PASSPHRASE": self.acting.passphrase,
            "EVIDENTIA_TSA": self.lab.tsa_url,
        }
        console.print(f"  [dim]$ evidentia {' '.join(arguments)}[/]", markup=True, soft_wrap=True)
        command = [sys.executable, "-m", "evidentia", *arguments, "--json"]
        done = subprocess.run(
            command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode != code:
            raise Unexpected(f"exit code {done.returncode}, not {code}: {done.stdout}{done.stderr}")
        first = done.stdout.splitlines()[0]
        found: dict[str, Any] = json.loads(first)
        return found

    def done(self, what: str, result: str, where: Path | str = "") -> None:
        """Note a step for the table at the end."""
        shown = str(Path(where).relative_to(self.folder)) if isinstance(where, Path) else where
        self.rows.append((what, result, shown))
        console.print(f"  [green]✓[/] {what}: {result}", soft_wrap=True)


def main(folder: Path) -> int:
    """Run the demonstration in a folder of its own, which must not hold anything that matters."""
    began = time.monotonic()
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    with ExitStack() as parts:
        with console.status("starting a PKI with a timestamp authority, and a forum"):
            lab = parts.enter_context(Lab(folder / "lab" / "pki"))
            forum = parts.enter_context(Forum(folder / "lab" / "forum"))
        stage = Stage(folder, lab)
        try:
            for number, (title, step) in enumerate(STEPS, 1):
                console.rule(f"{number}. {title}", align="left")
                step(stage, forum)
        except Unexpected as error:
            console.print(f"[bold red]Unexpected:[/] {error}", markup=True)
            return 1
    _print_summary(stage, time.monotonic() - began)
    return 0


def publish_and_capture(stage: Stage, forum: Forum) -> None:
    """Pejabat 07 publishes; a complainant takes a screenshot; the investigator captures."""
    stage.evidentia("open", CASE, "--title", TITLE, "--reason", "laporan warga")
    stage.topic = forum.publish(TITLE, BEFORE)
    take_screenshot(stage, stage.topic.url)
    url = stage.topic.url.replace("127.0.0.1", "localhost")  # by name, so that there is a name to resolve
    captured = stage.evidentia(
        "capture", url, "--case", CASE, "--access", "public", "--allow-private-network"
    )
    expect(captured["state"] == "live", "the post is live", captured)
    expect(captured["content_present"], "the post is in what was captured", captured)
    expect(BEFORE in captured["post"]["text"], "the post was read", captured)
    wanted = {
        "archive",
        "full-page",
        "element",
        "mhtml",
        "dom",
        "text",
        "post",
        "observation",
        "fingerprints",
    }
    expect(wanted <= captured["files"].keys(), f"all of {sorted(wanted)}", captured["files"])
    stage.captured = stage.case / captured["files"]["archive"]
    seen = json.loads((stage.captured.parent / "item.json").read_bytes())["circumstances"]
    expect(seen["status"] == 200 and seen["load_state"] == "complete", "a page that loaded completely", seen)
    expect(seen["dns"] and seen["peers"] and seen["browser"] and seen["clock"], "the circumstances", seen)
    author = captured["post"]["author"]["name"] or captured["post"]["author"]["handle"]
    stage.done("captured", f"live, by {author}, item {captured['item']}", stage.captured.parent)


def edit_and_recheck(stage: Stage, forum: Forum) -> None:
    """The author edits, and later the post is deleted; rechecks say what they see."""
    forum.edit(stage.topic.comment_id, AFTER)
    seen = stage.evidentia("recheck", "--case", CASE)
    change = seen["changes"][-1]
    expect(change["kind"] in ("edited", "silently_edited"), "an edit", change)
    console.print("  " + "".join(_mark(run) for run in change["words"]), soft_wrap=True)
    stage.done("recheck after the edit", f"{change['kind']}, {_between(change)}", f"item {seen['item']}")
    forum.delete(stage.topic.comment_id)
    seen = stage.evidentia("recheck", "--case", CASE)
    change = seen["changes"][-1]
    expect(seen["state"] not in ("live", "edited"), "the post is gone", seen)
    signals = "; ".join(f"{signal['name']}: {signal['seen']}" for signal in seen["seen"]["signals"])
    signals += f". {seen['seen']['reason']}"
    stage.done(
        "recheck after the deletion",
        f"{seen['state']}, {_between(change)}; {signals}",
        f"item {seen['item']}",
    )


def add_and_match(stage: Stage, forum: Forum) -> None:
    """The complainant's screenshot is taken in and read against the captures."""
    added = stage.evidentia(
        "add", stage.screenshot.name, "--case", CASE, "--access", "forwarded", "--source", "pelapor"
    )
    metadata = added["metadata"]
    hints = ", ".join(hint["name"] for hint in metadata["indications"]) or "none"
    stage.done(
        "screenshot added", f"pHash {added['phash']}, EXIF {len(metadata['exif'])} tags, indications: {hints}"
    )
    reading = stage.evidentia("match", str(added["item"]), "--case", CASE)
    expect(
        reading["outcome"] == "consistent" and reading["version"] == 1, "consistent with version 1", reading
    )
    rates = "; ".join(
        f"{r['name']} {r['errors']} of {r['trials']}" if r["measured"] else f"{r['name']} not measured"
        for r in reading["error_rates"][:4]
    )
    stage.done("screenshot matched", f"consistent with version 1 ({rates})", f"item {reading['item']}")


def hand_over_and_export(stage: Stage, forum: Forum) -> None:
    """A second custodian countersigns, and exports the bundle."""
    receiver = stage.lab.people["pengawas-b"]
    stage.evidentia(
        "transfer", "--case", CASE, "--to", str(receiver.certificate), "--reason", "klarifikasi", code=0
    )
    stage.acting = receiver
    stage.evidentia("receive", "--case", CASE, "--reason", "diterima utuh")
    head = stage.evidentia("export", f"{CASE}.zip", "--case", CASE)["head"]
    expect(len(head["signatures"]) == 1, "a signed head", head)
    (stage.folder / "head.json").write_text(json.dumps(head))
    stage.done(
        "handed over and exported",
        f"{head['events']} events, held by {receiver.name}",
        stage.folder / f"{CASE}.zip",
    )


def verify_and_tamper(stage: Stage, forum: Forum) -> None:
    """Four judges on the bundle, on a clumsy forgery and on a careful one."""
    bundle = stage.folder / f"{CASE}.zip"
    whole = unpack(bundle, stage.folder / "judged" / "whole")
    verdict = verify(stage, bundle, 0)
    proven = [event["proven"]["not_after"] for event in verdict["events"]]
    expect(all(proven), "a proven time for every event", proven)
    judged(stage, whole, *OTHERS)
    stage.done("verified", "PASSED by evidentia, verify.sh, bagit.py and warcio", bundle)

    clumsy = unpack(bundle, stage.folder / "judged" / "one-byte-flipped")
    word = flip_byte_in_warc(clumsy / stage.captured.relative_to(stage.case), b"Paslon")
    codes = {fault["code"] for fault in verify(stage, clumsy, 1)["faults"]}
    expect("ITEM_FILE_CHANGED" in codes, "evidentia names the changed file", codes)
    judged(stage, clumsy)
    stage.done(
        "one byte flipped in the WARC",
        f"“{word.decode()}”: refused by all four ({', '.join(sorted(codes))})",
        clumsy,
    )

    make_archive_agree(clumsy / stage.captured.relative_to(stage.case))
    make_checksums_agree(clumsy)
    codes = {fault["code"] for fault in verify(stage, clumsy, 1)["faults"]}
    expect("SIGNATURE_INVALID" in codes, "the signatures catch it", codes)
    judged(stage, clumsy, "bagit.py", "warcio")
    stage.done(
        "and all checksums made to agree",
        f"bagit.py and warcio pass it; the signatures do not ({', '.join(sorted(codes))})",
        clumsy,
    )


def report_and_show(stage: Stage, forum: Forum) -> None:
    """The expert's report, signed; other people's programs look at the signature; the exhibit opens offline."""
    for language, name in (("id", "laporan.pdf"), ("en", "report.pdf")):
        stage.evidentia(
            "report", "--case", CASE, "--lang", language, "--out", name, "--number", "01/LF/2026",
            "--purpose", "Apakah kiriman itu ada, apakah diubah, dan apakah tangkapan layar pelapor sesuai?",
            "--trust", str(stage.lab.roots), "--tsa-trust", str(stage.lab.tsa_roots),
        )  # fmt: skip
        check_pdf(stage, stage.folder / name)
        stage.done(
            f"report ({language})",
            "PAdES with a timestamp: accepted by pdfsig and pyHanko",
            stage.folder / name,
        )
    final = f"{CASE}-final.zip"
    stage.evidentia("export", final, "--case", CASE)
    verify(stage, stage.folder / final, 0, "--head", str(stage.folder / "head.json"))
    whole = unpack(stage.folder / final, stage.folder / "judged" / "final")
    judged(stage, whole, *OTHERS)
    picture = stage.folder / "exhibit.png"
    photograph((whole / "index.html").as_uri(), picture, width=1280, height=1600, scale=1)
    stage.done(
        "final bundle", "PASSED, continues the first head; the exhibit opens offline", stage.folder / final
    )


STEPS: tuple[tuple[str, Callable[[Stage, Forum], None]], ...] = (
    ("Pejabat 07 publishes a post for Paslon A; it is captured", publish_and_capture),
    ("It is edited, then deleted; rechecks say what became of it", edit_and_recheck),
    ("A complainant's screenshot is added and read against the captures", add_and_match),
    ("The case is handed over, countersigned and exported", hand_over_and_export),
    ("The bundle is judged; forgeries are caught", verify_and_tamper),
    ("The expert's report is written and signed", report_and_show),
)


def expect(true: object, what: str, found: object) -> None:
    """Go on only if it came out as it must."""
    if not true:
        raise Unexpected(f"expected: {what}; found: {found}")


def take_screenshot(stage: Stage, url: str) -> None:
    """What a phone shows of the post, passed on through a messenger: smaller, JPEG, a name that says so."""
    from PIL import Image

    shot = stage.folder / "lab" / "phone.png"
    photograph(url, shot)
    stage.screenshot = stage.folder / "IMG-20261121-WA0001.jpg"
    with Image.open(shot) as picture:
        exif = picture.getexif()
        exif[0x0110] = "Ponsel Contoh"  # Model
        exif[0x0132] = "2026:11:21 19:07:00"  # DateTime
        picture.convert("RGB").save(stage.screenshot, quality=75, exif=exif)


def verify(stage: Stage, bundle: Path, code: int, *more: str) -> dict[str, Any]:
    """evidentia's own verdict."""
    roots = ("--trust", str(stage.lab.roots), "--tsa-trust", str(stage.lab.tsa_roots))
    return stage.evidentia("verify", str(bundle.relative_to(stage.folder)), *roots, *more, code=code)


def judged(stage: Stage, bundle: Path, *passes: str) -> None:
    """Ask other programs about an unpacked bundle: exactly those that are named must pass it, and all others refuse."""
    warc = extract_warc(bundle / stage.captured.relative_to(stage.case), bundle.with_suffix(".warc.gz"))
    script = ["sh", str(ROOT / "verify.sh"), str(bundle), str(stage.lab.roots), str(stage.lab.tsa_roots)]
    commands = {
        "verify.sh": script if has("openssl") else [],
        "bagit.py": [_tool("bagit.py"), "--validate", "--quiet", str(bundle)],
        "warcio": [_tool("warcio"), "check", str(warc)],
    }
    found = {}
    for name, command in commands.items():
        if command:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            expect(done.returncode in (0, 1), f"a verdict of {name}", done)
            found[name] = done.returncode == 0
    words = ", ".join(f"{name} {'passes' if ok else 'REFUSES'}" for name, ok in found.items())
    console.print(f"  [dim]{words}[/]")
    wrong = [name for name, ok in found.items() if ok != (name in passes)]
    expect(not wrong, f"passed by {passes or 'nobody'} alone", words)


def has(program: str) -> bool:
    """Whether another program can be asked. Where it is missing the demonstration says so; CI has to have it."""
    if shutil.which(program):
        return True
    expect(os.environ.get("CI") != "true", f"{program} on this machine", "none")
    console.print(f"  [yellow]{program} is not installed: its opinion is missing[/]")
    return False


def check_pdf(stage: Stage, pdf: Path) -> None:
    """pdfsig and pyHanko on the report's signature."""
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    if has("pdfsig"):
        command = ["pdfsig", "-nocert", str(pdf)]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        expect("Signature is Valid." in said and "Total document signed" in said, "pdfsig accepts it", said)
    people, authorities = (
        ValidationContext(trust_roots=[load_cert_from_pemder(str(path))])  # type: ignore[no-untyped-call]
        for path in (stage.lab.roots, stage.lab.tsa_roots)
    )
    with pdf.open("rb") as stream:
        signature = PdfFileReader(stream).embedded_signatures[0]
        status = validate_pdf_signature(signature, people, authorities)
    expect(status.bottom_line and status.timestamp_validity, "pyHanko accepts it", status.summary())


def unpack(bundle: Path, into: Path) -> Path:
    """Unpack a bundle; returns its top folder."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(into)
    return into / CASE


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _mark(run: dict[str, str]) -> str:
    marks = {"removed": "[red]\\[-{}-][/]", "added": "[green]{{+{}+}}[/]"}
    return marks.get(run["move"], "{}").format(run["text"])


def _between(change: dict[str, Any]) -> str:
    return f"between {change['not_before'][11:19]}Z and {change['not_after'][11:19]}Z"


def _print_summary(stage: Stage, seconds: float) -> None:
    made = Table(title=f"\n{seconds:.0f} s; everything is in {stage.folder}")
    for heading in ("what was done", "result", "where"):
        made.add_column(heading, overflow="fold")
    for row in stage.rows:
        made.add_row(*row)
    console.print(made)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "demo-output"))
