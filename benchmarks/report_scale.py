"""How long the complete report in both languages takes, and what it needs: a case of 40 items with 20 figures.

python -m benchmarks.report_scale [RUNS]: prints seconds of the clock and of the processor, and the peak of memory, of a
new process each time, with imports, pictures and layout; without signing. The bound: 3 s and 300 MB.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evidentia.record.life import Timeline

ITEMS, FIGURES, POSTS = 40, 20, 10
"""Ten posts, each seen twice with a picture of the post, looked for a third time, and one file handed over for each."""

SECONDS, MEGABYTES = 3.0, 300


def main(arguments: list[str]) -> None:
    """Write the report in new processes, and print what each took."""
    if arguments[:1] == ["--once"]:
        _once(Path(arguments[1]))
        return
    runs = int(arguments[0]) if arguments else 5
    with TemporaryDirectory(prefix="evidentia-benchmark-") as name:
        folder = Path(name)
        _case(folder)
        measured = [_run(folder) for _ in range(runs)]
    clock, processor, memory = (tuple(one[n] for one in measured) for n in range(3))
    print(
        f"report in both languages: {ITEMS} items, {FIGURES} figures, {measured[0][3]:.0f} pages, {runs} runs"
    )
    print(
        f"  clock      {median(clock):6.2f} s (median; {min(clock):.2f} to {max(clock):.2f}); bound {SECONDS:.0f} s"
    )
    print(f"  processor  {median(processor):6.2f} s")
    print(f"  memory     {max(memory):6.0f} MB (highest); bound {MEGABYTES} MB")


def _run(folder: Path) -> tuple[float, float, float, float]:
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.report_scale", "--once", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    processor, memory, pages = map(float, done.stdout.split())
    return time.perf_counter() - start, processor, memory, pages


def _once(folder: Path) -> None:
    import msgspec

    from evidentia.report.expert import render
    from evidentia.report.material import Material

    stored = msgspec.json.decode((folder / "material.json").read_bytes(), type=dict[str, msgspec.Raw])
    fields = {one.name: one.type for one in msgspec.structs.fields(Material)}
    values = {
        name: msgspec.json.decode(raw, type=fields[name]) for name, raw in stored.items() if name != "folder"
    }
    rendered = render(Material(folder=folder, **values))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pages = rendered.pdf.count(b"/Type /Page\n") or rendered.pdf.count(b"/Type/Page/")
    print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, pages)


def _case(folder: Path) -> None:
    """An invented case, drawn from the one that the report's tests use."""
    import msgspec
    from msgspec.structs import replace

    from evidentia.record.item import Item
    from evidentia.report.expert_files import read_expert, read_questions
    from evidentia.report.material import Language, pictures_of

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "report"))
    sample = import_module("report_sample")

    items: list[Item] = []
    timelines: list[Timeline] = []
    for n in range(POSTS):
        first = 4 * n + 1
        start = sample.START + timedelta(hours=n)
        items += [
            sample.capture(folder, first, start, f"{sample.FIRST} ({n})"),
            sample.capture(folder, first + 1, start + timedelta(days=1), f"{sample.SECOND} ({n})"),
            sample.capture(folder, first + 2, start + timedelta(days=2), None),
            sample.screenshot(folder, first + 3),
        ]
        timelines.append(_moved(sample.timeline(), n, first))
    languages = tuple(Language)
    material = replace(
        sample.sample(folder / "sample"),
        folder=folder,
        items=tuple(items),
        timelines=tuple(timelines),
        readings=(),
        pictures=tuple(one for one in pictures_of(tuple(items)) if one.path.endswith("element.png")),
        languages=languages,
        expertise=read_expert(_expert(folder), languages),
        asked=read_questions(_questions(folder), languages),
    )
    assert (len(material.items), len(material.pictures)) == (ITEMS, FIGURES)
    (folder / "material.json").write_bytes(msgspec.json.encode(material, enc_hook=str))


def _moved(timeline: Timeline, n: int, first: int) -> Timeline:
    """The sample's timeline, resting on other items."""
    import msgspec

    from evidentia.record.life import Timeline

    def placed(value: object) -> object:
        if isinstance(value, dict):
            return {k: (v + first - 1 if k == "item" else placed(v)) for k, v in value.items()}
        return [placed(one) for one in value] if isinstance(value, list) else value

    told = placed(msgspec.json.decode(msgspec.json.encode(timeline)))
    told["post"] = f"forum:{456 + n}"  # type: ignore[index]
    return msgspec.convert(told, Timeline, strict=False)


def _expert(folder: Path) -> Path:
    (folder / "metode.md").write_text(
        "Langkah *kami*:\n\n1. membuka\n2. membandingkan\n" * 20, encoding="utf-8"
    )
    path = folder / "expert.toml"
    path.write_text(
        'format = 1\nindependence = "Tidak ada hubungan dengan para pihak."\n[[examiner]]\nname = "Dr. Ahli Satu"\n'
        'role = "Ahli"\norganisation = "Laboratorium Contoh"\nqualifications = ["Doktor"]\n'
        '[text]\nmethod = "metode.md"\n',
        encoding="utf-8",
    )
    return path


def _questions(folder: Path) -> Path:
    path = folder / "questions.toml"
    one = (
        '[[question]]\nkey = "{n}"\ntext = "Apakah unggahan {n} tayang?"\nitems = [{n}]\n'
        '[[question.proposition]]\nkey = "H1"\ntext = "Tayang."\n'
        '[[question.proposition]]\nkey = "H2"\ntext = "Tidak."\n'
        '[question.answer]\ndegree = "supports"\nfirst = "H1"\nsecond = "H2"\nreason = "Dua rekaman."\n'
    )
    path.write_text(
        "format = 1\n" + "".join(one.replace("{n}", str(n)) for n in range(1, 11)), encoding="utf-8"
    )
    return path


if __name__ == "__main__":
    main(sys.argv[1:])
