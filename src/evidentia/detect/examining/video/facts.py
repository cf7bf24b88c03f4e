"""What a video states and what can be read off its coding. Facts, no opinions: all of them can be written by anyone."""

from __future__ import annotations

from collections.abc import Sequence

from ....fingerprint.video_gops import breaks, gops
from ....fingerprint.video_types import Container, Stream, Survey
from ....record.examination import Fact
from ....record.said import Said
from ....record.sentences import Term, said
from ..method import fact, verbatim

_MOST = 20
"""Entries of a list that a fact names."""


def facts(survey: Survey) -> tuple[Fact, ...]:
    """The facts, the container's first."""
    if survey.container is None:
        return ()
    found = [
        *_container(survey.container),
        *(of_one for one in survey.container.streams for of_one in _stream(one)),
    ]
    coding = survey.coding
    if coding.times:
        groups = gops(coding)
        decoded = said("video.fact_decoded", pictures=len(coding.times), last=coding.times[-1])
        found.append(fact(Term("pictures decoded"), decoded))
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(groups.kinds.items()))
        found.append(fact(Term("pictures by type"), kinds))
        if groups.usual is not None:
            found.append(fact(Term("pictures between intra pictures, usually"), str(groups.usual)))
        if odd := breaks(coding):
            found.append(fact(Term("intra pictures before their turn"), _moments(odd)))
    if coding.quantisers:
        mean = sum(coding.quantisers) / len(coding.quantisers)
        scale = said(
            "video.fact_quantiser", mean=mean, low=min(coding.quantisers), high=max(coding.quantisers)
        )
        found.append(fact(Term("quantiser, in its codec's scale"), scale))
    if cuts := [one.at for one in survey.hashes if one.cut]:
        found.append(fact(Term("cuts"), _moments(cuts)))
    return tuple(found)


def _moments(at: Sequence[float]) -> Said:
    moments = tuple(said("video.fact_moment", at=one) for one in at[:_MOST])
    if len(at) <= _MOST:
        return said("video.fact_moments", moments=moments)
    return said("video.fact_moments_and_more", moments=moments, more=len(at) - _MOST)


def _container(container: Container) -> list[Fact]:
    found = [fact(Term("container"), container.format)]
    if container.duration is not None:
        duration = said("video.fact_seconds", seconds=container.duration)
        found.append(fact(Term("stated duration"), duration))
    if container.bit_rate:
        found.append(fact(Term("bit rate"), f"{container.bit_rate} bit/s"))
    return found + [
        fact(said("video.fact_container_says", key=name), value) for name, value in container.metadata.items()
    ]


def _stream(stream: Stream) -> list[Fact]:
    parts = [verbatim(one) for one in (stream.kind, stream.codec, stream.profile) if one]
    if stream.level is not None:
        parts.append(said("video.fact_level", level=stream.level))
    if stream.kind == "video":
        size = f"{stream.width} x {stream.height}"
        parts += [verbatim(one) for one in (size, stream.pixel_format) if one]
        parts += [said("video.fact_rate", rate=stream.fps)] if stream.fps else []
    if stream.kind == "audio":
        parts.append(verbatim(f"{stream.sample_rate} Hz"))
        parts.append(
            said("video.fact_one_channel")
            if stream.channels == 1
            else said("video.fact_channels", channels=stream.channels)
        )
    found = [
        fact(said("video.fact_stream", number=stream.index), said("video.fact_parts", parts=tuple(parts)))
    ]
    return found + [
        fact(said("video.fact_stream_says", number=stream.index, key=key), value)
        for key, value in stream.metadata.items()
    ]
