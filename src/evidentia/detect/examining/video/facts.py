"""What a video states and what can be read off its coding. Facts, no opinions: all of them can be written by anyone."""

from __future__ import annotations

from ....fingerprint.video_gops import breaks, gops
from ....fingerprint.video_types import Container, Stream, Survey
from ....record.examination import Fact

_MOST = 20
"""Entries of a list that a fact names."""


def facts(survey: Survey) -> tuple[Fact, ...]:
    """The facts, the container's first."""
    if survey.container is None:
        return ()
    found = [
        *_container(survey.container),
        *(fact for one in survey.container.streams for fact in _stream(one)),
    ]
    coding = survey.coding
    if coding.times:
        groups = gops(coding)
        found.append(
            Fact(name="pictures decoded", value=f"{len(coding.times)}, the last at {coding.times[-1]:.2f} s")
        )
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(groups.kinds.items()))
        found.append(Fact(name="pictures by type", value=kinds))
        if groups.usual is not None:
            found.append(Fact(name="pictures between intra pictures, usually", value=str(groups.usual)))
        if odd := breaks(coding):
            says = ", ".join(f"{at:.2f} s" for at in odd[:_MOST])
            more = f" and {len(odd) - _MOST} more" if len(odd) > _MOST else ""
            found.append(Fact(name="intra pictures before their turn", value=says + more))
    if coding.quantisers:
        mean = sum(coding.quantisers) / len(coding.quantisers)
        low, high = min(coding.quantisers), max(coding.quantisers)
        found.append(
            Fact(name="quantiser, in its codec's scale", value=f"mean {mean:.1f}, {low:.1f} to {high:.1f}")
        )
    if cuts := [one.at for one in survey.hashes if one.cut]:
        found.append(Fact(name="cuts", value=", ".join(f"{at:.2f} s" for at in cuts[:_MOST])))
    return tuple(found)


def _container(container: Container) -> list[Fact]:
    found = [Fact(name="container", value=container.format)]
    if container.duration is not None:
        found.append(Fact(name="stated duration", value=f"{container.duration:.3f} s"))
    if container.bit_rate:
        found.append(Fact(name="bit rate", value=f"{container.bit_rate} bit/s"))
    return found + [
        Fact(name=f"container says {name}", value=value) for name, value in container.metadata.items()
    ]


def _stream(stream: Stream) -> list[Fact]:
    name = f"stream {stream.index}"
    said = [stream.kind, stream.codec, stream.profile]
    if stream.level is not None:
        said.append(f"level {stream.level}")
    if stream.kind == "video":
        said += [f"{stream.width} x {stream.height}", stream.pixel_format]
        said += [f"{stream.fps:.3f} pictures a second"] if stream.fps else []
    if stream.kind == "audio":
        said += [f"{stream.sample_rate} Hz", f"{stream.channels} channels"]
    found = [Fact(name=name, value=", ".join(part for part in said if part))]
    return found + [Fact(name=f"{name} says {key}", value=value) for key, value in stream.metadata.items()]
