"""Constructed: pages of providers, hotspots and parkers, redirects that lead away, and answers that came in part."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import NEWS, html, web

_OONI = "github.com/ooni/blocking-fingerprints (fingerprints_http.csv)"
_FORM = '<form method="post"><input name="user"><input type="password" name="pass"></form>'


def others_pages() -> Iterator[Labelled]:
    """All of them."""
    yield from _block_pages()
    yield from _portals()
    yield from _led_away()
    yield from _partial()


def _block_pages() -> Iterator[Labelled]:
    kind, label = Kind.ANOTHER_S_PAGE, State.UNREACHABLE
    for name, final in (
        ("internetpositif", "http://internetpositif.id/"), ("internet-positif-org", "http://internet-positif.org/?u=kabar.example"),
        ("uzone", "http://internetpositif.uzone.id/?rd=1"), ("mercusuar", "http://mercusuar.uzone.id/"), ("block-uzone", "http://block.uzone.id/"),
        ("trustpositif-kominfo", "https://trustpositif.kominfo.go.id/"), ("trustpositif-komdigi", "https://trustpositif.komdigi.go.id/"),
        ("aduankonten", "http://lamanlabuh.aduankonten.id/"), ("mnc", "http://internetpositif.mncplaymedia.com/"),
        ("indosat", "https://netsafe.indosatooredoo.com/"), ("telkomsel", "https://internetbaik.telkomsel.com/"),
        ("xl", "https://blockpage.xl.co.id/?id=1"), ("xl-www", "https://www.xl.co.id/xlblockpage"), ("tri", "http://restricted.tri.co.id/"),
        ("myrepublic", "http://block.myrepublic.co.id/"), ("biznet", "https://www.biznetnetworks.com/safesurf"), ("citra", "http://filter.citra.net.id/"),
    ):  # fmt: skip
        yield web(
            f"blocked-{name}",
            kind,
            label,
            _OONI,
            html("<p>Mohon maaf, situs ini tidak dapat diakses</p>"),
            final=final,
        )
    yield web(
        "blocked-404",
        kind,
        label,
        _OONI,
        html("<p>Situs diblokir</p>"),
        final="http://internetpositif.id/",
        status=404,
    )
    yield web(
        "blocked-injected-words",
        kind,
        label,
        "an injected page without a mark",
        html("<h1>Internet Positif</h1><p>Situs diblokir.</p>"),
    )
    yield web(
        "blocked-fortiguard",
        kind,
        label,
        "docs.fortinet.com (replacement messages)",
        html("<h1>Web Page Blocked!</h1>", language="en"),
        status=403,
        language="en",
    )
    yield web(
        "blocked-451-by-provider",
        kind,
        label,
        "RFC 7725 section 4 (blocked-by)",
        html("<p>451</p>", language="en"),
        status=451,
        headers=[("Link", '<https://isp.example/block>; rel="blocked-by"')],
        language="en",
        url=NEWS,
    )


def _portals() -> Iterator[Labelled]:
    kind, label = Kind.ANOTHER_S_PAGE, State.UNREACHABLE
    back = "https%3A%2F%2Fkabar.example%2Fp%2F123"
    yield web(
        "portal-511",
        kind,
        label,
        "RFC 6585 section 6",
        html('<meta http-equiv="refresh" content="0; url=https://login.example/">'),
        status=511,
    )
    for name, after, final in (
        ("private-address", "RFC 1918 addresses of hotspots", f"http://192.168.182.1:3990/prelogin?res=notyet&userurl={back}"),
        ("pfsense", "docs.netgate.com (captive portal)", f"http://192.168.1.1:8002/index.php?zone=tamu&redirurl={back}"),
        ("unifi", "help.ui.com (guest portal)", f"http://10.0.0.2:8880/guest/s/default/?ap=aa&url={back}"),
        ("mikrotik", "help.mikrotik.com (HotSpot customisation)", f"http://10.5.50.1/login?dst={back}"),
    ):  # fmt: skip
        yield web(f"portal-{name}", kind, label, after, html(_FORM), final=final, may_say=(State.LOGIN_WALL,))
    for name, after, final in (
        ("meraki", "developer.cisco.com/meraki (splash pages)", f"https://n148.network-auth.com/splash/?continue_url={back}"),
        ("wifi-id", "the hotspots of an Indonesian provider, a page on its public host", f"https://welcome2.wifi.example/login?url={back}"),
    ):  # fmt: skip
        yield web(f"portal-{name}", kind, label, after, html(_FORM), final=final, may_say=(State.LOGIN_WALL,))
    yield web(
        "portal-404",
        kind,
        label,
        "a hotspot that answers 404 on its own host",
        html("<h1>Not Found</h1>", language="en"),
        status=404,
        final="http://192.168.1.1/p/123",
        language="en",
    )
    yield web(
        "portal-public-404",
        kind,
        label,
        "a hotspot that answers 404 on a public host of its own",
        html("<h1>404</h1>", language="en"),
        status=404,
        final="http://hotspot.isp.example/p/123",
        language="en",
        may_say=(),
    )
    yield web(
        "portal-injected-form",
        kind,
        label,
        "a hotspot that answers under the post's own address",
        html(f"<h1>Selamat datang</h1>{_FORM}"),
    )
    for name, final in (
        ("sedo", "https://www.sedoparking.com/kabar.example"),
        ("ww1", "http://ww1.kabar.example/?usid=1"),
    ):
        yield web(
            f"parked-{name}",
            kind,
            label,
            "a domain whose registration ran out, led to a parking page",
            html("<h1>This domain is for sale</h1>", language="en"),
            final=final,
            language="en",
        )
    yield web(
        "parked-frame",
        kind,
        label,
        "a parking page under the post's own address",
        html('<iframe src="https://www.sedoparking.com/frmpark/kabar.example"></iframe>', language="en"),
        language="en",
    )
    yield web(
        "parked-words", kind, label, "a parking page in words alone", html("<h1>Domain ini dijual</h1>")
    )


def _led_away() -> Iterator[Labelled]:
    kind, label = Kind.LED_AWAY, State.UNDETERMINED
    after = "a quiet 404, or a site that was rebuilt"
    yield web(
        "led-to-front-page-301",
        kind,
        label,
        after,
        html("<h1>Kabar Kota Contoh</h1>"),
        final="https://kabar.example/",
        hop=301,
    )
    yield web(
        "led-to-front-page-302",
        kind,
        label,
        after,
        html("<h1>News</h1>", language="en"),
        url=NEWS,
        final="https://news.example/",
        language="en",
    )
    yield web(
        "led-to-new-host-front-page",
        kind,
        label,
        after,
        html("<h1>Kabar</h1>"),
        final="https://www.kabar-baru.example/",
        hop=301,
    )
    yield web(
        "led-to-another-host-404",
        kind,
        label,
        "a redirect to another host, which answers 404",
        html("<h1>404</h1>"),
        final="https://arsip.lain.example/p/123",
        status=404,
    )
    yield web(
        "led-to-another-host-not-found-page",
        kind,
        label,
        "a redirect to another host's page for what is not there",
        html("<h1>Not found</h1>", language="en"),
        final="https://cari.isp.example/not-found",
        language="en",
    )
    yield web(
        "led-to-category",
        kind,
        label,
        after,
        html("<ul><li>Berita lain</li></ul>"),
        final="https://kabar.example/kategori/politik/",
    )
    yield web(
        "led-nowhere-302", kind, label, "RFC 9110 section 15.4: a redirect without an address", "", status=302
    )


def _partial() -> Iterator[Labelled]:
    kind, label = Kind.PARTIAL, State.UNDETERMINED
    yield web("partial-empty-200", kind, label, "RFC 9112 section 8: an answer that ends early", "")
    yield web("partial-204", kind, label, "RFC 9110 section 15.3.5", "", status=204)
    yield web("partial-202", kind, label, "RFC 9110 section 15.3.3", "", status=202)
    yield web(
        "partial-head-only",
        kind,
        label,
        "RFC 9112 section 8: cut off after the head",
        "<!DOCTYPE html><html><head><title>Kabar",
    )
    yield web(
        "partial-app-shell",
        kind,
        label,
        "an application whose scripts did not run",
        html('<div id="root"></div><script src="/app.js"></script>'),
    )
    yield web(
        "partial-noscript",
        kind,
        label,
        "an application whose scripts did not run",
        html(
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>",
            language="en",
        ),
        url=NEWS,
        language="en",
    )
    yield web(
        "partial-spinner",
        kind,
        label,
        "half loaded",
        html('<main aria-busy="true"><div class="spinner">Memuat…</div></main>'),
    )
    yield web("partial-binary", kind, label, "bytes that are no document", "\x00\x01\x02PK")
    yield web(
        "partial-json-null",
        kind,
        label,
        "an interface that answers null",
        "null",
        headers=[("Content-Type", "application/json")],
        language="none",
    )
    yield web("partial-304", kind, label, "RFC 9110 section 15.4.5", "", status=304, language="none")
    yield web(
        "partial-400",
        kind,
        label,
        "RFC 9110 section 15.5.1",
        html("<h1>Bad Request</h1>", language="en"),
        status=400,
        language="en",
    )
    yield web(
        "partial-405",
        kind,
        label,
        "RFC 9110 section 15.5.6",
        html("<h1>Method Not Allowed</h1>", language="en"),
        status=405,
        language="en",
    )
    yield web("partial-418", kind, label, "RFC 9110 section 15.5.19", "", status=418, language="none")
