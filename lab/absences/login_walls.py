"""Constructed: login walls of sites in general."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import NEWS, html, web

_FORM = (
    '<form method="post"><input name="user"><input type="password" name="pass"><button>Masuk</button></form>'
)
_SIGN_IN = '<form method="post"><input name="user"><input type="password" name="pass"><button>Sign in</button></form>'


def login_walls() -> Iterator[Labelled]:
    """All of them."""
    yield from _logins()


def _logins() -> Iterator[Labelled]:
    login, wall = Kind.LOGIN, State.LOGIN_WALL
    yield web(
        "login-401-basic",
        login,
        wall,
        "RFC 9110 section 15.5.2",
        html("<h1>Perlu masuk</h1>"),
        status=401,
        headers=[("WWW-Authenticate", 'Basic realm="anggota"')],
    )
    yield web(
        "login-401-english",
        login,
        wall,
        "RFC 9110 section 15.5.2",
        html("<h1>401 Authorization Required</h1>", language="en"),
        url=NEWS,
        status=401,
        language="en",
    )
    yield web(
        "login-401-says-deleted",
        login,
        wall,
        "RFC 9110 section 15.5.2",
        html("<p>Unggahan ini telah dihapus atau Anda belum masuk.</p>"),
        status=401,
    )
    for name, after, final, body in (
        ("django", "docs.djangoproject.com/en/5.0/topics/auth/default", "https://kabar.example/accounts/login/?next=/p/123", _FORM),
        ("wordpress", "developer.wordpress.org/reference/functions/auth_redirect",
         "https://kabar.example/wp-login.php?redirect_to=https%3A%2F%2Fkabar.example%2Fp%2F123&reauth=1", _FORM),
        ("devise", "github.com/heartcombo/devise (config/routes)", "https://kabar.example/users/sign_in", _FORM),
        ("laravel", "laravel.com/docs/authentication (unauthenticated users)", "https://kabar.example/login", _FORM),
        ("masuk", "a login page by an Indonesian name with the way back", "https://kabar.example/masuk?kembali=/p/123", "<p>Masuk</p>"),
        ("keycloak", "www.keycloak.org/docs/latest/server_admin (openid-connect/auth)",
         "https://id.kabar.example/realms/kabar/protocol/openid-connect/auth?client_id=web&redirect_uri=https%3A%2F%2Fkabar.example%2Fp%2F123",
         _FORM),
        ("other-host", "RFC 6749 section 4.1.1", "https://akun.kabar.example/signin?continue=https%3A%2F%2Fkabar.example%2Fp%2F123", "<div id='app'></div>"),
        ("google-account", "developers.google.com/identity (continue)",
         "https://accounts.google.com/v3/signin/identifier?continue=https%3A%2F%2Fkabar.example%2Fp%2F123", "<div id='app'></div>"),
        ("phpbb", "github.com/phpbb/phpbb (ucp.php?mode=login&redirect=)",
         "https://kabar.example/ucp.php?mode=login&redirect=%2Fp%2F123", _FORM),
        ("mediawiki", "www.mediawiki.org/wiki/Manual:Preventing_access (returnto)",
         "https://kabar.example/index.php?title=Istimewa:Masuk_log&returnto=P%2F123", _FORM),
    ):  # fmt: skip
        yield web(f"login-redirect-{name}", login, wall, after, html(body), final=final)
    yield web(
        "login-redirect-linkedin-authwall",
        login,
        wall,
        "linkedin.com/authwall, as public crawlers describe it",
        html("<div>Sign in</div>", language="en"),
        url="https://www.linkedin.com/posts/warga-12_abc",
        language="en",
        final="https://www.linkedin.com/authwall?trk=bf&sessionRedirect=https%3A%2F%2Fwww.linkedin.com%2Fposts%2Fwarga-12_abc",
    )
    yield web(
        "login-linkedin-999",
        Kind.ROBOT_CHECK,
        State.CHALLENGE,
        "linkedin.com answers 999 to programs, as public crawlers describe it",
        html("<script>window.location='/authwall'</script>", language="en"),
        url="https://www.linkedin.com/posts/warga-12_abc",
        status=999,
        language="en",
        may_say=(State.LOGIN_WALL,),
    )
    for name, text, language in (
        ("id", "Anda harus masuk untuk melihat unggahan ini.", "id"),
        ("en", "You must be logged in to do that.", "en"),
    ):
        yield web(
            f"login-form-403-{name}",
            login,
            wall,
            "github.com/phpbb/phpbb (login_box with status 403)",
            html(f"<p>{text}</p>{_FORM}", language=language),
            status=403,
            language=language,
        )
        yield web(
            f"login-form-200-{name}",
            login,
            wall,
            "a site that shows its form under the post's own address",
            html(f"<main><p>{text}</p>{_FORM}</main>", language=language),
            language=language,
        )
    yield web(
        "login-app-interstitial",
        login,
        wall,
        "an interstitial that leads into an app, without the post",
        html('<div id="root"><a href="intent://p/123#Intent;end">Buka di aplikasi</a></div>'),
    )
    yield web(
        "login-app-store",
        login,
        wall,
        "a redirect to an app store",
        html("<h1>Kabar - Apps</h1>"),
        final="https://play.google.com/store/apps/details?id=example.kabar",
    )
    yield web(
        "login-says-unavailable-200",
        login,
        wall,
        "a wall whose words speak of absence",
        html(f"<main><h2>This content isn't available right now</h2>{_SIGN_IN}</main>", language="en"),
        url=NEWS,
        language="en",
    )
    yield web(
        "login-api-json-401",
        login,
        wall,
        "RFC 6750 section 3",
        {"error": "invalid_token"},
        status=401,
        headers=[("WWW-Authenticate", 'Bearer error="invalid_token"')],
        language="en",
    )
