"""Which tests are valid for which kind of picture. A test outside of its kind says nothing, and is not run.

Equal letters are copies of each other by nature, so that a search for copied regions alarms on every screenshot; and
letters in a photo are set on no row of pixels. Where the kind is not determined, only tests run that are valid for all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from ...record.examination import ImageClass, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, said
from .method import Method

if TYPE_CHECKING:
    from .picture import Examined

VERSION = "1"

_SCREENS = frozenset({ImageClass.SCREENSHOT, ImageClass.MESSENGER_COPY})
_PHOTOS = frozenset({ImageClass.CAMERA_PHOTO, ImageClass.PHOTO_COPY})
_STILL = frozenset(ImageClass) - {ImageClass.VIDEO}


@dataclass(frozen=True)
class Test:
    """A test: where it lives, the kinds that it is valid for, and why not for others (a sentence's code).

    ``history``: it looks at what processing left in the pixels, so that an honest processing of the same content can
    be put beside it; the others look at the content itself.
    """

    __test__ = False  # pytest: a description, not a test

    name: Term
    module: str
    function: str
    valid: frozenset[ImageClass]
    elsewhere: str
    history: bool = False

    def run(self, picture: Examined) -> TestFinding:
        """What the test says of a picture of a kind that it is valid for.

        A failure of its arithmetic on odd pixels is a finding that says so, and stops no other test.
        """
        import cv2

        examine: Callable[[Examined], TestFinding] = getattr(
            import_module(f"{__package__}.{self.module}"), self.function
        )
        try:
            return msgspec.structs.replace(examine(picture), test=self.name)
        except (ArithmeticError, LookupError, ValueError, OSError, MemoryError, cv2.error) as error:
            says = said("examining.unfinished", error=f"{type(error).__name__}: {error}")
            return self._not_run(Support.INCONCLUSIVE, says)

    def not_for(self, image_class: ImageClass) -> TestFinding:
        """That the test was not run, and why."""
        says = said("examining.not_valid", kind=image_class.value, why=said(self.elsewhere))
        return self._not_run(Support.NOT_APPLICABLE, says)

    def _not_run(self, outcome: Support, says: Said) -> TestFinding:
        method = Method(
            test=self.name, name="evidentia.detect.examining.profiles", version=VERSION, source=""
        )
        return method.finds(outcome, says)


_LETTERS = "examining.compares_letters"
_PICTURES = "examining.tests_a_picture"

TESTS = (
    Test(
        Term("quantisation consistency"),
        "quantisation",
        "examine_quantisation",
        _STILL,
        _PICTURES,
        history=True,
    ),
    Test(Term("ringing beside letters"), "ringing", "examine_ringing", _SCREENS, _LETTERS, history=True),
    Test(Term("JPEG grid"), "grid", "examine_grid", _STILL, _PICTURES, history=True),
    Test(Term("double compression"), "double_compression", "examine_double_compression", _STILL, _PICTURES),
    Test(Term("thumbnail and metadata"), "thumbnail", "examine_thumbnail", _STILL, _PICTURES),
    Test(
        Term("copy and move"),
        "copy_move",
        "examine_copy_move",
        _PHOTOS,
        "examining.equal_icons",
    ),
    Test(Term("baselines of words"), "typography", "examine_baselines", _SCREENS, _LETTERS),
    Test(Term("edges of letters"), "typography_edges", "examine_edges", _SCREENS, _LETTERS),
    Test(
        Term("ground beside letters"), "typography_ground", "examine_ground", _SCREENS, _LETTERS, history=True
    ),
)
"""In the order in which they are told."""


def profile(image_class: ImageClass) -> tuple[Test, ...]:
    """The tests that are valid for a kind."""
    return tuple(test for test in TESTS if image_class in test.valid)
