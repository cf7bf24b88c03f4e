"""A timestamp authority as pyHanko asks one, with the patience of this project. Imports pyHanko: only who signs does.

pyHanko's own client waits for each piece of an answer anew, so that a server which trickles would hold a command up for
good; it follows redirections, and does not look whether the token holds, and is over what was asked.
"""

from __future__ import annotations

import asyncio

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from evidentia.custody.timestamps import MOST_APART, ask_authority
from evidentia.record.moment import now
from evidentia.verify.cms import CmsError, check_signature
from evidentia.verify.timestamp import signed_data_of


class Authority(TimeStamper):
    """The authority at an address. Its tokens are over what was asked, and of a time that can be right."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer.

        Raises:
            TimestampRequestError: none in time, or none that can be used.
        """
        try:
            sent = await asyncio.to_thread(ask_authority, req.dump(), self.url)
            answer = tsp.TimeStampResp.load(sent)
            _check(answer, req)
        except (OSError, CmsError, ValueError, TypeError, KeyError) as error:
            raise TimestampRequestError(str(error)) from error
        return answer


def _check(answer: tsp.TimeStampResp, req: tsp.TimeStampReq) -> None:
    if answer["status"]["status"].native != "granted":
        return  # pyHanko refuses it, with the authority's own words
    signed = signed_data_of(answer.dump())
    if signed.content is None:
        raise CmsError("not a timestamp token")
    check_signature(signed, signed.content)
    info = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    asked, given = req["message_imprint"], info["message_imprint"]
    if (given["hash_algorithm"]["algorithm"].native, given["hashed_message"].native) != (
        asked["hash_algorithm"]["algorithm"].native,
        asked["hashed_message"].native,
    ):
        raise CmsError("the token is over other bytes")
    if info["nonce"].native != req["nonce"].native:  # pyHanko looks too, and stumbles over its own message
        raise CmsError("the token answers another request")
    time = info["gen_time"].native
    if abs(time - now()) > MOST_APART:
        raise CmsError(f"its time, {time:%Y-%m-%d %H:%M} UTC, and this machine's are far apart")
