"""Optical character recognition, offline: rapidocr with the models that come in its wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ...record.errors import MissingPart
from ...record.item import Program

BAND = 1600
"""Rows read at a time. Taller pictures would be scaled down by the detector until small text is lost."""

OVERLAP = 200
"""Rows that neighbouring bands share: taller than any line of text on a screen, so that none is cut in both."""

MAX_WIDTH = 2400
"""Wider pictures are scaled down to this: phones and screenshots are narrower, photographs of screens are not."""

_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A word as it was read, and its box: x, y, width, height in pixels of the whole picture."""

    text: str
    box: tuple[int, int, int, int]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read, with the engine's own confidence between 0 and 1."""

    words: tuple[Word, ...]
    box: tuple[int, int, int, int]
    score: float

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def union(boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    """The smallest box around all ``boxes`` (at least one)."""
    left = min(box[0] for box in boxes)
    top = min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


class Reader:
    """A loaded engine. Loading takes about a second, so one reader serves many pictures."""

    def __init__(self) -> None:
        """Load the models.

        Raises:
            MissingPart: rapidocr, its engine or its models are not installed. Nothing is ever downloaded.
        """
        try:
            import rapidocr
        except ImportError as error:
            raise MissingPart(
                f"Reading screenshots needs rapidocr, which is not installed ({error}).",
                next_step="Install evidentia-forensics[ocr].",
            ) from error
        models = Path(rapidocr.__file__).parent / "models"
        if missing := [name for name in (_DETECTOR, _RECOGNISER) if not (models / name).is_file()]:
            # Without a file rapidocr would fetch it from the network, in the middle of an examination.
            raise MissingPart(
                f"The reading models are not in the installed rapidocr: {', '.join(missing)}.",
                next_step="Install rapidocr 3.10 or later below 4 again, from its wheel.",
            )
        self.program = Program(name="rapidocr", version=_version_of("rapidocr"))
        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,  # screenshots stand upright
                "Global.return_word_box": True,
                "Global.max_side_len": 2 * MAX_WIDTH,
                "Det.limit_type": "max",
                "Det.limit_side_len": MAX_WIDTH,
                "Det.model_path": str(models / _DETECTOR),
                "Rec.model_path": str(models / _RECOGNISER),
            }
        )

    def read(self, picture: Any, *, scale: float = 1.0, at: tuple[int, int] = (0, 0)) -> tuple[Line, ...]:
        """Read a PIL picture in mode RGB, enlarged by ``scale``, and give its lines from top to bottom.

        The boxes are in pixels of the picture of which this one was cut out with its corner ``at``.
        """
        scale *= min(1.0, MAX_WIDTH / (picture.width * scale))
        lines: list[Line] = []
        for top in range(0, picture.height, BAND):
            upper, lower = max(0, top - OVERLAP), min(picture.height, top + BAND + OVERLAP)
            band = picture.crop((0, upper, picture.width, lower))
            for line in self._lines(band, scale, (at[0], at[1] + upper)):
                # A line in the shared rows belongs to the band in which its middle lies.
                middle = line.box[1] + line.box[3] // 2 - at[1]
                if top <= middle < top + BAND:
                    lines.append(line)
        return in_reading_order(lines)

    def _lines(self, picture: Any, scale: float, at: tuple[int, int]) -> list[Line]:
        import numpy as np
        from PIL.Image import Resampling

        if scale != 1.0:
            size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
            picture = picture.resize(size, Resampling.LANCZOS)
        result = self._engine(np.asarray(picture)[:, :, ::-1])  # the engine expects OpenCV's order, BGR
        if getattr(result, "txts", None) is None:
            return []
        found = zip(result.txts, result.boxes, result.scores, result.word_results, strict=True)
        return [
            Line(
                words=_words(text, corners, parts, scale, at),
                box=_box(corners, scale, at),
                score=float(score),
            )
            for text, corners, score, parts in found
            if text.strip()
        ]


def in_reading_order(lines: list[Line]) -> tuple[Line, ...]:
    """Lines from top to bottom, and those that stand in one row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3] / 2):
        middle = line.box[1] + line.box[3] / 2
        last = rows[-1][-1] if rows else None
        if last is not None and abs(middle - last.box[1] - last.box[3] / 2) < 0.4 * min(
            line.box[3], last.box[3]
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.box[0]))


def _version_of(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def _box(corners: Any, scale: float, at: tuple[int, int]) -> tuple[int, int, int, int]:
    xs = [float(x) / scale for x, _ in corners]
    ys = [float(y) / scale for _, y in corners]
    left, top = int(min(xs)), int(min(ys))
    return left + at[0], top + at[1], int(max(xs)) - left, int(max(ys)) - top


def _words(text: str, corners: Any, parts: Any, scale: float, at: tuple[int, int]) -> tuple[Word, ...]:
    """The engine's words with their boxes; where they do not spell its line, the line's words spread over its box."""
    words = tuple(Word(text=part[0], box=_box(part[2], scale, at)) for part in parts if part[0].strip())
    if "".join(word.text for word in words).replace(" ", "") == text.replace(" ", ""):
        return words
    x, y, width, height = _box(corners, scale, at)
    each, start, spread = width / max(1, len(text)), 0, []
    for word in text.split():
        start = text.index(word, start)
        spread.append(Word(text=word, box=(x + int(start * each), y, int(len(word) * each), height)))
        start += len(word)
    return tuple(spread)
