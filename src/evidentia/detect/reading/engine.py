"""The reading models, run offline: those that come in rapidocr's wheel, by ONNX Runtime."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...record.errors import MissingPart
from ...record.item import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

DETECTOR, RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"

THREADS = 2
"""Threads of one detection, and lines that are recognised at a time. Recognition runs one thread a line: threads that
share a line of 48 pixels wait for each other more than they work."""


class Models:
    """The detector, which says where text stands, and the recogniser, which reads one line. Loading takes a second."""

    def __init__(self) -> None:
        """Load both.

        Raises:
            MissingPart: rapidocr, ONNX Runtime or the models are not installed. Nothing is ever downloaded.
        """
        folder = _folder()
        self._detector = _session(folder / DETECTOR, THREADS)
        self._recogniser = _session(folder / RECOGNISER, 1)
        listed = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.characters: tuple[str, ...] = ("", *listed, " ")
        """What the recogniser's classes stand for; the first is CTC's blank."""
        self.program = Program(name="rapidocr", version=_version_of("rapidocr"))

    def text_map(self, picture: Floats) -> Floats:
        """How sure the detector is of text at every pixel, 0 to 1. ``picture``: 1 x 3 x height x width, BGR, -1 to 1,
        both sides multiples of 32."""
        found: Floats = self._detector.run(None, {self._detector.get_inputs()[0].name: picture})[0][0, 0]
        return found

    def recognise(self, line: Floats) -> Floats:
        """The probability of every class in every column of one line: columns x classes. ``line``: 1 x 3 x 48 x width,
        BGR, -1 to 1. May be called from several threads."""
        found: Floats = self._recogniser.run(None, {self._recogniser.get_inputs()[0].name: line})[0][0]
        return found


def _folder() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPart(
            "Reading screenshots needs the models of rapidocr, which is not installed.",
            next_step="Install evidentia-forensics[ocr].",
        )
    folder = Path(spec.submodule_search_locations[0]) / "models"
    if missing := [name for name in (DETECTOR, RECOGNISER) if not (folder / name).is_file()]:
        raise MissingPart(
            f"The reading models are not in the installed rapidocr: {', '.join(missing)}.",
            next_step="Install rapidocr 3.10 or later below 4 again, from its wheel.",
        )
    return folder


def _session(model: Path, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingPart(
            f"Reading screenshots needs ONNX Runtime, which is not installed ({error}).",
            next_step="Install evidentia-forensics[ocr].",
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    # Threads that spin while they wait took half of the processor's time, and made nothing faster.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), sess_options=options, providers=["CPUExecutionProvider"])


def _version_of(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"
