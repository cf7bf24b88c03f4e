"""Who held the evidence, what its chain ends in, and how anyone can check it again."""

from __future__ import annotations

from collections.abc import Iterator

from evidentia.formats.head import head_json, printed_head
from evidentia.record.custody import Actor, Head
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
    return Section(
        key="head", heading=t("heading"), blocks=(Paragraph(text=t("intro")), head_mark(m.head, language))
    )


def head_mark(head: Head, language: Language) -> HeadMark:
    """A head as text and as a QR code."""

    def t(key: str, **values: object) -> str:
        return say(language, f"head.{key}", **values)

    rows = [
        (t("printed"), Cell(text=printed_head(head), mono=True)),
        (t("case"), Cell(text=head.case, mono=True)),
        (t("events"), Cell(text=str(head.events), mono=True)),
        (t("seal"), Cell(text=head.seal, mono=True)),
    ]
    for signature in head.signatures:
        rows.append((t("signature", who=signature.who), Cell(text=signature.signature, mono=True)))
        rows += [(t("token", who=signature.who), Cell(text=token, mono=True)) for token in signature.tokens]
    return HeadMark(rows=tuple(rows), svg=qr_svg(head_json(head)), alt=t("alt"), caption=t("caption"))


def repeat_section(m: Material, language: Language) -> Section:
    """What to type: with this program, and without any program of ours."""

    def t(key: str, **values: object) -> str:
        return say(language, f"repeat.{key}", **values)

    who = m.events[-1].actors[0].who if m.events and m.events[-1].actors else "WHO"
    commands = repeat_commands(f"{m.case}.zip", m.head, len(m.events), who, language)
    blocks: tuple[Block, ...] = (Paragraph(text=t("intro")), Paragraph(text=t("anchors")), *commands)
    return Section(key="repeat", heading=t("heading"), blocks=blocks)


def repeat_commands(
    bundle: str, head: Head | None, last_event: int, who: str, language: Language
) -> tuple[Commands, ...]:
    """The commands that judge a bundle, with this program and without any of ours.

    Args:
        bundle: its name as a shell takes it.
        who: one who signed the last event.
    """

    def t(key: str, **values: object) -> str:
        return say(language, f"repeat.{key}", **values)

    wanted = f" --head {printed_head(head)}" if head else ""
    last = f"custody/{last_event:06d}.sha256"
    return (
        Commands(
            caption=t("ours"),
            lines=(f"evidentia verify {bundle} --trust roots.pem --tsa-trust tsa-roots.pem{wanted}",),
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
    )


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
    if office := office_of(actor, language):
        yield office
    if actor.certificate in m.self_issued:
        yield say(language, "custody.self_issued")
