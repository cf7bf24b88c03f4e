"""Somebody else's answer in place of the host's: captive portals, block and consent pages, hosters without the site.

Known by hosts, redirects and machine-readable marks, never by their words: a page that says "Internet Positif" may be
an article about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from evidentia.record.post import Signal, State
from evidentia.record.sentences import sentence

from .markup import Element, attribute, elements, text_of
from .obstacles import (
    Obstacle,
    asked_and_came,
    header,
    is_private,
    main_response,
    redirect_signal,
    split,
    status_signal,
)
from .page import CapturedPage

BLOCK_PAGE_HOSTS = frozenset(
    {"internetpositif.id", "internet-positif.info", "trustpositif.komdigi.go.id", "lamanlabuh.aduankonten.id",
     # github.com/ooni/blocking-fingerprints, fingerprints_http.csv, ooni.id_0 to ooni.id_36:
     "internet-positif.org", "internetpositif.uzone.id", "mercusuar.uzone.id", "block.uzone.id",
     "trustpositif.kominfo.go.id", "internetpositif.mncplaymedia.com", "xblock.gmedia.net.id", "filter.citra.net.id",
     "netsafe.indosatooredoo.com", "block.myrepublic.co.id", "internetbaik.telkomsel.com", "blockpage.xl.co.id",
     "restricted.tri.co.id", "dnsfilter2.idola.net.id"}
)  # fmt: skip
"""Pages that Indonesian providers put in place of a page that they block."""

BLOCK_PAGES = (
    ("www.xl.co.id", "/xlblockpage"), ("myrepublic.co.id", "/internet-sehat"),
    ("www.biznetnetworks.com", "/safesurf"),
)  # fmt: skip
"""The same on hosts that have other pages too (ooni.id_23, ooni.id_26, ooni.id_28)."""

CONSENT_HOSTS = frozenset({"consent.youtube.com", "consent.yahoo.com", "guce.yahoo.com"})
"""Also every ``consent.google.`` with the ending of a country."""

FEW_WORDS = 300
"""Characters of visible text below which a document that frames or refreshes to a block page is nothing else: longer
than any notice that stands around one in OONI's fingerprints, and shorter than an article that shows one."""

SITE_GONE_HEADERS = {
    "x-vercel-error": "DEPLOYMENT_NOT_FOUND",  # vercel.com/docs/errors/DEPLOYMENT_NOT_FOUND
    "x-amz-error-code": "NoSuchBucket",  # AmazonS3, "Error responses"
}
"""Header fields with which a hoster says that it serves no such site: its 404 says nothing of one post."""

HOSTER_PAGES = frozenset({"/cgi-sys/suspendedpage.cgi", "/cgi-sys/defaultwebpage.cgi"})
"""cPanel's pages for a site that is suspended or not set up (docs.cpanel.net)."""

_NO_BUCKET = b"<Code>NoSuchBucket</Code>"
_NO_APP = ("www.herokucdn.com", "/error-pages/no-such-app.html")  # devcenter.heroku.com/articles/error-codes

MAX_FORMS = 20
"""Forms that are looked through; a hotspot's page has one or two."""

_WISPR = (b"<WISPAccessGatewayParam", b"<MessageType>100<")
"""Wi-Fi Alliance, "Best Current Practices for WISP Roaming" (WISPr), appendix D: the message "redirect"."""

_LOOKED_AT = 64 * 1024
_HOTSPOT_FIELDS = frozenset({"dst", "popup", "username", "password"})
"""The login form of MikroTik's hotspot (help.mikrotik.com, "HotSpot customisation"), common in Indonesia."""


def look(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """Whose page came in place of the host's; None where it is the host's own."""
    looks = (_portal, _led_away, _framed, _withheld_by_another, _site_gone)
    return next((found for look in looks if (found := look(page, root)) is not None), None)


def _portal(page: CapturedPage, root: Element | None) -> Obstacle | None:
    if page.status == 511:
        says = sentence("looks.host.captive_portal")
        return Obstacle(State.UNREACHABLE, (status_signal(page),), says)
    response = main_response(page)
    head = response.body[:_LOOKED_AT] if response is not None else b""
    if all(mark in head for mark in _WISPR):
        signal = Signal(name="captive-portal", seen="WISPAccessGatewayParam", where=page.final_url or "")
        return Obstacle(State.UNREACHABLE, (signal,), sentence("looks.host.hotspot"))
    asked, came = asked_and_came(page)
    if came.hostname == asked.hostname or root is None:
        return None
    for form in islice(elements(root, "form"), MAX_FORMS):
        names = {attribute(field, "name") for field in elements(form, "input")}
        if names >= _HOTSPOT_FIELDS:
            signals = (redirect_signal(page), Signal(name="captive-portal", seen="dst, popup", where="form"))
            return Obstacle(State.UNREACHABLE, signals, sentence("looks.host.hotspot_login"))
    return None


def _led_away(page: CapturedPage, root: Element | None) -> Obstacle | None:
    asked, came = asked_and_came(page)
    host = came.hostname
    if host in (None, asked.hostname):
        return None
    signals = (redirect_signal(page),)
    if _is_block_page(page.final_url or ""):
        says = sentence("looks.host.block_page")
        return Obstacle(State.UNREACHABLE, signals, says)
    if host in CONSENT_HOSTS or (host or "").startswith("consent.google."):
        return Obstacle(State.CHALLENGE, signals, sentence("looks.host.consent_page"))
    if is_private(host) and not is_private(asked.hostname):
        says = sentence("looks.host.local_host")
        return Obstacle(State.UNREACHABLE, signals, says)
    return None


def _framed(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """A block page put into the host's own address: a document that only frames it, or leads to it."""
    leads = () if root is None else tuple(_leads_to_block_pages(root))
    if root is None or not leads or len(text_of(root)) > FEW_WORDS:
        return None
    says = sentence("looks.host.leads_to_block_page")
    return Obstacle(State.UNREACHABLE, (status_signal(page), *leads[:1]), says)


def _leads_to_block_pages(root: Element) -> Iterator[Signal]:
    for element in elements(root, "iframe", "frame", "meta"):
        target, where = attribute(element, "src"), f"{element.tag}[src]"
        if element.tag == "meta":
            refresh = attribute(element, "http-equiv").lower() == "refresh"
            target = attribute(element, "content").partition("=")[2].strip(" '\"") if refresh else ""
            where = "meta[http-equiv=refresh]"
        if target and _is_block_page(target):
            yield Signal(name="block-page", seen=target[:200], where=where)


def _is_block_page(url: str) -> bool:
    parts = split(url)
    host = parts.hostname or ""
    known = any(host == one or host.endswith("." + one) for one in BLOCK_PAGE_HOSTS)
    return known or any(host == one and parts.path.startswith(path) for one, path in BLOCK_PAGES)


def _withheld_by_another(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """451 whose ``blocked-by`` names another host: RFC 7725 section 4, "the entity implementing the blocking"."""
    if page.status != 451:
        return None
    blocker = _blocked_by(page)
    asked, _ = asked_and_came(page)
    own = asked.hostname or ""
    if not blocker or own.endswith(blocker) or blocker.endswith(own):
        return None
    signals = (status_signal(page), Signal(name="blocked-by", seen=blocker, where="Link"))
    return Obstacle(State.UNREACHABLE, signals, sentence("looks.host.withheld_on_the_way"))


def _blocked_by(page: CapturedPage) -> str:
    for link in header(page, "link").split(","):
        target, _, parameters = link.partition(";")
        if "blocked-by" in parameters:
            return split(target.strip(" <>")).hostname or ""
    return ""


def _site_gone(page: CapturedPage, root: Element | None) -> Obstacle | None:
    """The hoster answers: it serves no such site, which says nothing of one post of it."""
    seen = next(_signs_of_a_hoster(page, root), None)
    if seen is None:
        return None
    says = sentence("looks.host.no_such_site")
    return Obstacle(State.UNREACHABLE, (status_signal(page), seen), says)


def _signs_of_a_hoster(page: CapturedPage, root: Element | None) -> Iterator[Signal]:
    where = page.final_url or page.requested_url
    asked, came = asked_and_came(page)
    if came.path in HOSTER_PAGES and asked.path != came.path:
        yield Signal(name="hoster-page", seen=came.path, where=where)
    if page.status != 404:
        return
    for name, value in SITE_GONE_HEADERS.items():
        if header(page, name) == value:
            yield Signal(name="hoster-header", seen=f"{name}: {value}", where=where)
    response = main_response(page)
    if response is not None and _NO_BUCKET in response.body[:_LOOKED_AT]:
        yield Signal(name="hoster-error", seen="NoSuchBucket", where=where)
    for frame in () if root is None else elements(root, "iframe"):
        framed = split(attribute(frame, "src"))
        if (framed.hostname, framed.path) == _NO_APP:
            yield Signal(name="hoster-page", seen=_NO_APP[1], where="iframe[src]")
