"""Why a door lets a connection not through, in the words of a browser, of SOCKS and of HTTP."""

from __future__ import annotations

import errno
import os

from evidentia.capture.door_socks import Reply
from evidentia.capture.limits import CONNECT_SECONDS
from evidentia.record.sentences import Term


class Closed(Exception):
    """The door does not let a connection through. ``error`` is Chromium's name for the like.

    ``reply`` says so in SOCKS, ``kind`` in HTTP (RFC 9209, 2.3).
    """

    def __init__(self, error: str, why: str, reply: Reply, kind: str) -> None:
        super().__init__(f"{error}: {why}")
        self.error = error
        self.reply = reply
        self.kind = kind

    @property
    def status(self) -> str:
        """The status of an HTTP answer: refused by us, or not to be reached."""
        return "403 Forbidden" if self.reply is Reply.NOT_ALLOWED else "502 Bad Gateway"


def as_closed(error: OSError | TimeoutError) -> Closed:
    """The system's error in Chromium's words."""
    number = getattr(error, "errno", None)
    if number == errno.ECONNREFUSED:
        words = os.strerror(number)
        return Closed("net::ERR_CONNECTION_REFUSED", words, Reply.REFUSED, "connection_refused")
    if number is None or number == errno.ETIMEDOUT:
        words = Term("no answer within {n} s").format(n=f"{CONNECT_SECONDS:g}")
        return Closed("net::ERR_CONNECTION_TIMED_OUT", words, Reply.UNREACHABLE, "connection_timeout")
    words = os.strerror(number)
    return Closed("net::ERR_ADDRESS_UNREACHABLE", words, Reply.UNREACHABLE, "destination_ip_unroutable")
