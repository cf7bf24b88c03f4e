"""Lines as a recogniser reads them off a screen, written down: letters ten pixels wide, rows forty apart."""

from __future__ import annotations

from evidentia.detect.reading.ocr import Line, Word


def line(text: str, row: int, left: int = 40) -> Line:
    words, x = [], left
    for word in text.split():
        words.append(Word(text=word, box=(x, 100 + 40 * row, 10 * len(word), 30)))
        x += 10 * (len(word) + 1)
    return Line(words=tuple(words), box=(left, 100 + 40 * row, x - left - 10, 30), score=1.0)


def lines(*rows: str) -> list[Line]:
    return [line(text, row) for row, text in enumerate(rows)]
