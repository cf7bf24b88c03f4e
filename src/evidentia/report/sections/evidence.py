"""What was received and under which circumstances: the facts before any examination."""

from __future__ import annotations

from evidentia.record.item import Circumstances, Item, ItemKind
from evidentia.record.sentences import phrase, stated, term
from evidentia.report.document import Block, Cell, Facts, Paragraph, Points, Section, Table, Tone
from evidentia.report.material import Language, Material
from evidentia.report.texts import compact, joined, moment, say, titled, word

_MADE = frozenset({ItemKind.READING, ItemKind.EXAMINATION})
"""What the program itself makes of other items, and names the source of."""


def evidence_section(m: Material, language: Language) -> Section:
    """Every item: what it is, where it came from, on what basis, when, by whom."""

    def t(key: str, **values: object) -> str:
        return say(language, f"evidence.{key}", **values)

    blocks: list[Block] = [Paragraph(text=t("intro", count=len(m.items)))]
    header = (t("number"), t("what"), t("source"), t("when"), t("state"))
    rows = tuple(_item_row(m, item, language) for item in m.items)
    if rows:
        blocks.append(Table(header=header, widths=(0, 5, 5, 5, 3), rows=rows, caption=t("caption")))
    problems = tuple(
        f"{item.item:06d}: {phrase(problem, language)}" for item in m.items for problem in item.problems
    )
    if problems:
        blocks += [Paragraph(text=t("problems"), tone=Tone.WARNING), Points(points=problems)]
    return Section(key="evidence", heading=t("heading"), blocks=tuple(blocks))


def circumstances_section(m: Material, *languages: Language) -> Section:
    """How each capture was taken (Berkeley Protocol ¶153-156; SWGDE on online acquisition); one for all languages of a
    report, since most of it is addresses, digests and times."""

    def t(key: str, **values: object) -> str:
        return joined(say(language, f"circumstances.{key}", **values) for language in languages)

    captures = [item for item in m.items if item.kind is ItemKind.CAPTURE and item.circumstances]
    intros = tuple(
        Paragraph(text=say(language, "circumstances.intro")) for language in languages if len(captures)
    )
    return Section(
        key="circumstances",
        heading=t("heading"),
        blocks=intros,
        sections=tuple(
            Section(
                key=f"circumstances-{item.item:06d}",
                heading=t("of", item=f"{item.item:06d}"),
                blocks=(Facts(rows=_in_each(item, item.circumstances, languages, m.zone)),),
            )
            for item in captures
            if item.circumstances
        ),
    )


def _in_each(
    item: Item, c: Circumstances, languages: tuple[Language, ...], zone: str
) -> tuple[tuple[str, Cell], ...]:
    """The rows in all languages at once: what is the same in each stands there once."""
    told = [_circumstances(item, c, language, zone) for language in languages]
    return tuple(
        (
            joined(name for name, _ in same),
            Cell(text=joined((cell.text for _, cell in same), "\n"), mono=same[0][1].mono),
        )
        for same in zip(*told, strict=True)
    )


def hash_section(m: Material, *languages: Language) -> Section:
    """Every file of every item with its size and SHA-256; one table for all languages of a report."""

    def t(key: str) -> str:
        return joined(say(language, f"hashes.{key}") for language in languages)

    rows = tuple(
        (
            Cell(text=f"data/{item.item:06d}/{file.name}\n{file.sha256}", mono=True),
            Cell(text=joined(word(language, file.role) for language in languages)),
            Cell(text=f"{file.size}"),
        )
        for item in m.items
        for file in item.files
    )
    table = Table(
        header=(t("file"), t("role"), t("size")),
        widths=(21, 9, 5),  # a digest stands on one line
        rows=rows,
        caption=t("caption"),
    )
    blocks = (Paragraph(text=t("intro")), *((table,) if rows else ()))
    return Section(key="hashes", heading=t("heading"), blocks=blocks)


def _item_row(m: Material, item: Item, language: Language) -> tuple[Cell, ...]:
    if item.item in m.withheld:
        nothing = Cell(text="–")
        here = Cell(text=say(language, "evidence.withheld"))
        return (Cell(text=f"{item.item:06d}", mono=True), nothing, nothing, nothing, here)
    what = [titled(language, item.kind, item.title), word(language, item.kind)]
    if item.original_name is not None:
        what.append(say(language, "evidence.original_name", name=item.original_name))
    source = [_source(item, language), say(language, "evidence.access", basis=word(language, item.access))]
    times = [
        say(language, f"evidence.{name}", when=compact(language, getattr(item.times, name), m.zone))
        for name in ("captured_at", "received_at", "known_at", "occurred_at")
        if getattr(item.times, name) is not None
    ]
    times.append(say(language, "evidence.collector", name=item.collector))
    state = "\n".join(
        (say(language, "evidence.present", files=len(item.files)), _seal_of(m, item.item, language))
    )
    return (
        Cell(text=f"{item.item:06d}", mono=True),
        Cell(text="\n".join(what)),
        Cell(text="\n".join(part for part in source if part)),
        Cell(text="\n".join(times)),
        Cell(text=state),
    )


def _seal_of(m: Material, number: int, language: Language) -> str:
    """Whether the seal over an item was checked, and what verification found at it."""
    if m.verdict is None or number not in {one.item for one in m.verdict.items}:
        return say(language, "evidence.seal_not_checked")
    own = (f"data/{number:06d}/", f"custody/items/{number:06d}.")
    codes = dict.fromkeys(fault.code for fault in m.verdict.faults if fault.path.startswith(own))
    if codes:
        return say(language, "evidence.seal_faults", codes=", ".join(codes))
    return say(language, "evidence.seal_agrees")


def _source(item: Item, language: Language) -> str:
    """Where an item came from: a copy was made of another item, and handed over by nobody."""
    if item.kind is not ItemKind.DERIVED:
        return term(item.source, language) if item.kind in _MADE else item.source
    return say(language, "evidence.made_from", items=", ".join(f"{n:06d}" for n in item.about))


def _circumstances(
    item: Item, c: Circumstances, language: Language, zone: str
) -> tuple[tuple[str, Cell], ...]:
    def t(key: str) -> str:
        return say(language, f"circumstances.{key}")

    unstated = say(language, "answer.unstated")
    rows: list[tuple[str, str, bool]] = [
        (t("requested"), c.requested_url, True),
        (t("final"), c.final_url or unstated, True),
        (t("redirects"), "\n".join(f"{r.status} {r.url} → {r.location}" for r in c.redirects), True),
        (t("status"), str(c.status) if c.status is not None else unstated, False),
        (
            t("dns"),
            "\n".join(f"{d.name}: {', '.join(d.addresses)} ({phrase(d.resolver, language)})" for d in c.dns),
            True,
        ),
        (t("peers"), "\n".join(f"{p.host}:{p.port} → {p.address}" for p in c.peers), True),
        (t("tls"), _tls(c, language), True),
        (t("started"), moment(language, c.started_at, zone), False),
        (t("finished"), moment(language, c.finished_at, zone), False),
        (t("clock"), _clock(c, language), False),
        (t("browser"), f"{c.browser.name} {c.browser.version}" if c.browser else unstated, False),
        (t("system"), c.operating_system, False),
        (t("load"), word(language, c.load_state), False),
        (t("presence"), _presence(item, language), False),
        (t("not_captured"), "\n".join(phrase(one, language) for one in c.not_captured), False),
        (t("failure"), phrase(c.failure or "", language), False),
    ]
    return tuple((name, Cell(text=text, mono=mono)) for name, text, mono in rows if text)


def _tls(c: Circumstances, language: Language) -> str:
    if c.tls is None:
        return say(language, "circumstances.no_tls")
    return f"{c.tls.protocol} {c.tls.cipher}\n" + "\n".join(c.tls.chain)


def _clock(c: Circumstances, language: Language) -> str:
    answer = {True: "yes", False: "no", None: "unknown"}[c.clock.synchronised]
    synchronised = say(language, f"answer.{answer}")
    return say(
        language,
        "circumstances.clock_is",
        zone=c.clock.zone,
        synchronised=synchronised,
        source=c.clock.source,
    )


def _presence(item: Item, language: Language) -> str:
    seen = item.content_present
    if seen is None or seen.present is None:
        why = stated(seen.says, seen.reason, language) if seen else "–"
        return say(language, "circumstances.presence_unknown", reason=why)
    key = "presence_yes" if seen.present else "presence_no"
    return say(
        language,
        f"circumstances.{key}",
        found=", ".join(seen.found_in) or "–",
        missing=", ".join(seen.missing_from) or "–",
    )
