"""Asking a platform's interface what its reader wants to know, one answer after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidentia.capture.coding import decoded
from evidentia.capture.exchange import Exchange
from evidentia.capture.limits import LIMIT_OF_CAPTURE, QUESTIONS
from evidentia.platforms.page import CapturedResponse
from evidentia.platforms.questions import Questions
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from evidentia.capture.client import Client


@dataclass
class Asked:
    """What was asked and what came of it, in order. ``notes`` say why each was asked, ``left_out`` what was not."""

    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


async def ask_all(questions: Questions, client: Client, asked: Asked, document: str = "") -> None:
    """Ask until the reader has no more questions, QUESTIONS at most; ``asked`` grows meanwhile.

    What answers a plain question for the address ``document`` is that address's document, also where the reader then
    finds that it is none of its platform's.
    """
    try:
        question = next(questions)
        for _ in range(QUESTIONS):
            asked.notes.append(f"asked {question.url} for {question.why}")
            hops = await client.ask(question)
            if question.url == document and not question.headers:
                for hop in hops:
                    hop.kind = "Document"
            asked.exchanges.extend(hops)
            question = questions.send(answer(hops[-1]))
        asked.left_out.append(
            f"{Term('questions after the first {n}').format(n=QUESTIONS)}: {LIMIT_OF_CAPTURE}"
        )
    except StopIteration:
        return
    finally:
        questions.close()


def answer(exchange: Exchange) -> CapturedResponse:
    """An exchange as a reader gets it; status 0 and no body where nothing answered."""
    return CapturedResponse(
        url=exchange.url,
        status=exchange.status or 0,
        headers=exchange.response_headers,
        body=decoded(exchange.body or b"", exchange.coding),
        method=exchange.method,
    )
