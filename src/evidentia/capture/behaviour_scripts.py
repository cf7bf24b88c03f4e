"""What behaviours do inside of a page, as scripts for our isolated world. ``behaviours`` says when, and how often.

Consent managers are known by their own elements, never by words. Only ways to refuse are listed: to accept would be
a declaration in somebody's name. Buttons that show more are known by structure (a button that is no link and sends no
form, inside of the post's element) and by their visible words, which decide what is pressed, never a post's state.
"""

from __future__ import annotations

import msgspec

CONSENT_MANAGERS = (
    # name, its banner, what refuses or takes only the necessary: as several programs in public repositories press it.
    # No manager itself can be had here: the tests build a banner after the first of them.
    ("OneTrust", "#onetrust-banner-sdk", "#onetrust-reject-all-handler"),
    ("Cookiebot", "#CybotCookiebotDialog", "#CybotCookiebotDialogBodyButtonDecline"),
    (
        "Didomi",
        "#didomi-notice, #didomi-popup",
        "#didomi-notice-disagree-button, .didomi-continue-without-agreeing",
    ),
    ("TrustArc", "#truste-consent-track", "#truste-consent-required"),
    ("CookieYes", ".cky-consent-container", ".cky-btn-reject"),
    ("Complianz", ".cmplz-cookiebanner", ".cmplz-deny"),
    ("Klaro", ".klaro .cookie-notice, .klaro .cookie-modal", ".cn-decline, .cm-btn-decline"),
    ("Osano Cookie Consent", ".cc-window", ".cc-deny"),
    ("CookieConsent", "#cc-main", '#cc-main [data-role="necessary"]'),
    ("Google Funding Choices", ".fc-consent-root", ".fc-cta-do-not-consent"),
    ("Usercentrics", "#usercentrics-root", '[data-testid="uc-deny-all-button"]'),
)

SHOW_MORE = (
    "show more",
    "see more",
    "read more",
    "view more",
    "load more",
    "more",
    "selengkapnya",
    "lihat selengkapnya",
    "baca selengkapnya",
    "tampilkan selengkapnya",
    "lihat lainnya",
    "lihat lebih banyak",
    "tampilkan lebih banyak",
    "muat lebih banyak",
)
"""Words of buttons that unfold a post, in English and Indonesian; dots and arrows around them do not count."""

_LIBRARY = """(() => {
  const shown = (element) => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && element.getBoundingClientRect().height > 0;
  const scroller = () => {
    const root = document.scrollingElement ?? document.documentElement;
    if (!root || root.scrollHeight > innerHeight + 1) return root;
    const candidates = [...document.querySelectorAll('body *')].filter((element) =>
      element.clientHeight > innerHeight / 2 && element.scrollHeight > element.clientHeight + 1
      && ['auto', 'scroll'].includes(getComputedStyle(element).overflowY));
    return candidates[0] ?? root;
  };
  const below = () => {
    const element = scroller();
    if (!element) return 0;
    const seen = element === document.scrollingElement ? innerHeight : element.clientHeight;
    return Math.max(0, Math.ceil(element.scrollHeight - seen - element.scrollTop - 1));
  };
  const rendered = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const scroll = async (most) => {
    let steps = 0;
    while (steps < most && below() > 0) {
      const element = scroller(), before = element.scrollTop;
      element.scrollTo({top: before + Math.min(innerHeight, element.clientHeight), behavior: 'instant'});
      steps += 1;
      await rendered();
      if (element.scrollTop <= before) break;
    }
    return [steps, below()];
  };
  const find = (selector) => {
    for (const root of [document, document.querySelector('#usercentrics-root')?.shadowRoot]) {
      const found = root && [...root.querySelectorAll(selector)].find(shown);
      if (found) return found;
    }
    return null;
  };
  const consent = () => MANAGERS.find(([, banner]) => find(banner) ||
    document.querySelector(banner)?.shadowRoot?.querySelector('*')) ?? null;
  const refuse = () => {
    const manager = consent();
    const button = manager && find(manager[2]);
    if (!button) return [manager?.[0] ?? '', ''];
    const words = (button.innerText ?? '').trim().slice(0, 80);
    button.click();
    return [manager[0], words || manager[2]];
  };
  const bare = (text) => text.toLowerCase().replace(/[\\s.…·▼▾⌄›»→+()]+/g, ' ').trim();
  const pressed = (globalThis.evidentiaPressed ??= new WeakSet());
  const more = (post) => [...document.querySelectorAll(post)]
    .flatMap((element) => [...element.querySelectorAll('button, [role=button]')])
    .filter((button) => !pressed.has(button) && SHOW_MORE.includes(bare(button.innerText ?? '')) && shown(button)
      && !button.closest('a[href], [contenteditable]') && !button.disabled
      && !(button.form && button.type !== 'button') && button.getAttribute('aria-haspopup') === null);
  const pressMore = (post, most) => {
    const buttons = more(post).slice(0, most);
    for (const button of buttons) { pressed.add(button); button.click(); }
    return buttons.map((button) => (button.innerText ?? '').trim().slice(0, 80));
  };
  const closed = () => [...document.querySelectorAll('details:not([open])')];
  const openDetails = (most) => {
    const opened = closed().slice(0, most);
    for (const element of opened) element.open = true;
    return opened.length;
  };
  const survey = (post) => ({
    below: below(), consent: consent()?.[0] ?? '', details: closed().length, more: more(post).length,
  });
  const top = () => { scroller()?.scrollTo({top: 0, behavior: 'instant'}); return rendered(); };
  return {survey, scroll, refuse, pressMore, openDetails, top};
})()"""


def call(name: str, *arguments: object) -> str:
    """A script that calls one of the library's functions and gives what it returns.

    >>> call("top").endswith(".top()")
    True
    """
    library = _LIBRARY.replace("MANAGERS", _text(CONSENT_MANAGERS)).replace("SHOW_MORE", _text(SHOW_MORE))
    return f"{library}.{name}({', '.join(map(_text, arguments))})"


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
