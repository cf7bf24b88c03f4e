"""The pictures that were captured with posts, decoded anew from the sealed files so that they can be cut and compared.

They are of foreign origin: each is decoded in the fingerprint room's limited process alone. One that cannot be had is
None, and whoever compares says that it could not be compared.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from evidentia.record.item import Item, Role, StoredFile
from evidentia.record.post import Media, Observation, Post

from .contents import Contents
from .rereading import captured_page

if TYPE_CHECKING:
    from PIL.Image import Image

    from evidentia.fingerprint import Decoder

MOST_HELD = 24
"""Decoded pictures that are held at a time (a carousel's 20, the author's, and some room): 12 megapixels take 36 MB."""


class CapturedPictures:
    """Call it with a medium of a post: its picture (RGB), or None where its bytes are not at hand or no picture."""

    def __init__(self, contents: Contents, decoder: Decoder) -> None:
        self._contents, self._decoder = contents, decoder
        self._held: dict[str, Image | None] = {}
        self._responses: dict[int, dict[str, bytes]] = {}
        self._folder = tempfile.TemporaryDirectory()
        self._observations = contents.observations()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def __call__(self, medium: Media) -> Image | None:
        """The picture of a medium.

        Raises:
            CustodyError: a file of the case is missing or was changed.
        """
        digest = medium.sha256
        if digest is None:
            return None
        if digest not in self._held:
            while len(self._held) >= MOST_HELD:
                del self._held[next(iter(self._held))]
            self._held[digest] = self._decoded(digest)
        return self._held[digest]

    def _decoded(self, digest: str) -> Image | None:
        from PIL import Image as pillow

        from evidentia.fingerprint import DecodingFailed

        path = self._file(digest)
        if path is None:
            return None
        try:
            pixels = self._decoder.pixels(path)
        except DecodingFailed:
            return None  # the comparison says that this medium could not be cut
        return pillow.frombytes("RGB", (pixels.width, pixels.height), pixels.data)

    def _file(self, digest: str) -> Path | None:
        """A file with these bytes: one of an item's own, or a body out of an archive."""
        for item, file in self._files():
            if file.sha256 == digest:
                return self._contents.intact(item, file)
        for number in self._captures(digest):
            body = self._bodies(number).get(digest)
            if body is not None:
                path = Path(self._folder.name) / digest
                path.write_bytes(body)
                return path
        return None

    def _files(self) -> Iterator[tuple[Item, StoredFile]]:
        for item in self._contents.items():
            for file in item.files:
                yield item, file

    def _captures(self, digest: str) -> Iterator[int]:
        """The items in which a post was observed with a medium of these bytes."""
        for observation in self._observations:
            if digest in _digests(observation):
                yield from dict.fromkeys(evidence.item for evidence in observation.evidence)

    def _bodies(self, number: int) -> dict[str, bytes]:
        """The bodies in an item's archive that are media of any post, by their SHA-256."""
        if number not in self._responses:
            item = self._contents.item(number)
            found: dict[str, bytes] = {}
            if item.circumstances is not None and any(file.role is Role.ARCHIVE for file in item.files):
                wanted = {digest for one in self._observations for digest in _digests(one)}
                for response in captured_page(self._contents, item, item.circumstances).responses:
                    digest = hashlib.sha256(response.body).hexdigest()
                    if digest in wanted:
                        found[digest] = response.body
            self._responses[number] = found
        return self._responses[number]


def _digests(observation: Observation) -> set[str]:
    media = [medium for kept in observation.history for medium in kept.media]
    if observation.post is not None:
        media += _media(observation.post)
    return {medium.sha256 for medium in media if medium.sha256}


def _media(post: Post) -> tuple[Media, ...]:
    return post.media if post.author.picture is None else (*post.media, post.author.picture)
