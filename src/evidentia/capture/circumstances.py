"""The collector's side of the circumstances: its clock, its system, its programs."""

from __future__ import annotations

import ctypes
import platform
import struct
from functools import cache

from evidentia._version import VERSION
from evidentia.record.item import Clock, Program
from evidentia.record.moment import stated_zone

_TIMEX = "@Illlli"  # modes, offset, freq, maxerror, esterror, status: the head of struct timex, adjtimex(2)
_TIMEX_BYTES = 512  # the struct is 208 bytes on 64-bit Linux
_UNSYNCHRONISED = 0x0040  # STA_UNSYNC
_TIME_ERROR = 5


def clock() -> Clock:
    """The machine's zone, and whether its kernel holds its clock to be synchronised (adjtimex(2), read only)."""
    synchronised, source = _kernel_clock()
    return Clock(zone=stated_zone(), synchronised=synchronised, source=source)


def _kernel_clock() -> tuple[bool | None, str]:
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
    except (OSError, AttributeError):
        return None, "the system does not say"
    if state < 0:
        return None, f"adjtimex failed with error {ctypes.get_errno()}"
    _, _, _, most_error, _, status = struct.unpack_from(_TIMEX, buffer)
    synchronised = state != _TIME_ERROR and not status & _UNSYNCHRONISED
    bound = f", error at most {most_error / 1_000_000:.3f} s" if synchronised else ""
    return synchronised, f"kernel (adjtimex){bound}"


@cache
def operating_system() -> str:
    """The system by its own name, with kernel and machine."""
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = ""
    kernel = f"{platform.system()} {platform.release()} {platform.machine()}"
    return f"{name} ({kernel})" if name else kernel


@cache
def tools() -> tuple[Program, ...]:
    """The programs that took part, besides the browser."""
    return (
        Program(name="evidentia", version=VERSION),
        Program(name=platform.python_implementation(), version=platform.python_version()),
    )
