"""Who held the evidence, what its chain ends in, and how anyone can check it again."""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.formats.head import head_json, printed_head
from evidentia.record.custody import Actor
from evidentia.report.document import (
    Block,
    Cell,
    Chain,
    Commands,
    HeadMark,
    Paragraph,
    Section,
    Table,
    Tone,
)
from evidentia.report.headmark import qr_svg
from evidentia.report.material import Language, Material
from evidentia.report.texts import say

from .chain import links, office_of


def custody_section(m: Material, language: Language) -> Section:
    """The events in order with who signed them, the signers, and the head of the chain."""

    def t(key: str, **values: object) -> str:
        return say(language, f"custody.{key}", **values)

    chain = Chain(header=(t("number"), t("event"), t("signers")), links=links(m, language))
    signers = Table(
        header=(t("who"), t("person"), t("certificate")),
        widths=(4, 10, 20),  # a digest stands on one line
        rows=tuple(_signer_rows(m, language)),
        caption=t("signers_caption"),
    )
    blocks: list[Block] = [Paragraph(text=t("intro")), chain, signers]
    return Section(
        key="custody", heading=t("heading"), blocks=tuple(blocks), sections=(head_section(m, language),)
    )


def head_section(m: Material, language: Language) -> Section:
    """The head as text and QR code: what shows that the last events were not cut off."""

    def t(key: str, **values: object) -> str:
        return say(language, f"head.{key}", **values)

    if m.head is None:
        blocks: tuple[Block, ...] = (Paragraph(text=t("none"), tone=Tone.WARNING),)
        return Section(key="head", heading=t("heading"), blocks=blocks)
    rows = [
        (t("printed"), Cell(text=printed_head(m.head), mono=True)),
        (t("case"), Cell(text=m.head.case, mono=True)),
        (t("events"), Cell(text=str(m.head.events), mono=True)),
        (t("seal"), Cell(text=m.head.seal, mono=True)),
    ]
    for signature in m.head.signatures:
        rows.append((t("signature", who=signature.who), Cell(text=signature.signature, mono=True)))
        rows += [(t("token", who=signature.who), Cell(text=token, mono=True)) for token in signature.tokens]
    mark = HeadMark(rows=tuple(rows), svg=qr_svg(head_json(m.head)), alt=t("alt"), caption=t("caption"))
    return Section(key="head", heading=t("heading"), blocks=(Paragraph(text=t("intro")), mark))


def repeat_section(m: Material, language: Language) -> Section:
    """What to type: with this program, and without any program of ours."""

    def t(key: str, **values: object) -> str:
        return say(language, f"repeat.{key}", **values)

    head = f" --head {printed_head(m.head)}" if m.head else ""
    last = f"custody/{len(m.events):06d}.sha256"
    who = m.events[-1].actors[0].who if m.events and m.events[-1].actors else "WHO"
    blocks: tuple[Block, ...] = (
        Paragraph(text=t("intro")),
        Commands(
            caption=t("ours"),
            lines=(f"evidentia verify {m.case}.zip --trust roots.pem --tsa-trust tsa-roots.pem{head}",),
        ),
        Commands(caption=t("files"), lines=("sha256sum --strict -c custody/items/*.sha256",)),
        Commands(caption=t("seals"), lines=("sha256sum --strict -c custody/[0-9]*.sha256",)),
        Commands(caption=t("chain_end"), lines=(f"sha256sum {last}",)),
        Commands(
            caption=t("signatures"),
            lines=(
                f"openssl cms -verify -cades -binary -inform DER -in {last}.{who}.p7s \\",
                f"  -content {last} -CAfile roots.pem -purpose any -out /dev/null",
            ),
        ),
        Commands(
            caption=t("timestamps"),
            lines=(
                f"openssl ts -verify -in {last}.{who}.p7s.tsr \\",
                f"  -data {last}.{who}.p7s -CAfile tsa-roots.pem",
            ),
        ),
        Paragraph(text=t("anchors")),
    )
    return Section(key="repeat", heading=t("heading"), blocks=blocks)


def _signer_rows(m: Material, language: Language) -> list[tuple[Cell, ...]]:
    actors = {actor.certificate: actor for event in m.events for actor in event.actors}
    return [
        (
            Cell(text=actor.who, mono=True),
            Cell(text="\n".join(_person(m, actor, language))),
            Cell(text=certificate, mono=True),
        )
        for certificate, actor in actors.items()
    ]


def _person(m: Material, actor: Actor, language: Language) -> Iterator[str]:
    yield actor.name
    if office := office_of(actor):
        yield office
    if actor.certificate in m.self_issued:
        yield say(language, "custody.self_issued")
