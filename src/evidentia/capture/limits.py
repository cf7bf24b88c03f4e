"""The limits of a capture, each with its reason. A page is hostile until shown otherwise."""

from __future__ import annotations

from evidentia.record.sentences import Term

LIMIT_OF_CAPTURE = Term("the limit of one capture")
LIMIT_OF_CONVERSATION = Term("the limit of one conversation")

LOAD_SECONDS = 30.0
"""How long the load event may take: Chromium itself gives up on a silent server only after minutes."""

QUIET_SECONDS = 0.1
"""A page is quiet when no request has been in flight for this long: longer than the event-loop turns in which a
script answers one response with the next request, shorter than anybody notices."""

QUIET_LIMIT_SECONDS = 5.0
"""How long to wait for quiet after the load event. Pages that poll never fall quiet; that is recorded."""

CDP_CALL_SECONDS = 30.0
"""How long the browser may take over one command. A full-page PNG of the tallest page takes seconds."""

START_SECONDS = 20.0
"""How long the browser may take to answer for the first time: cold disks, slow machines."""

HUNG_SECONDS = 10.0
"""How long a page's scripts may keep it from answering before they are stopped: browsers ask after as long."""

DOCUMENTS = 20
"""How often a page may go on by itself before it is stopped: as often as browsers follow redirects (Fetch standard)."""

BEHAVIOUR_SECONDS = 20.0
"""How long all behaviours of a page may take together. Pages that go on for ever are ended there, and it is said."""

SCROLL_STEPS = 400
"""How many windows down a page is scrolled: 360,000 pixels of a window of 900, about as much as is pictured."""

SCROLL_ROUNDS = 20
"""How often a page may grow under the scrolling before it is left alone. Feeds have no end."""

BEHAVIOUR_CLICKS = 50
"""How many details are opened, or buttons pressed, by one behaviour: a post has one or two, a thread some dozens."""

CONTEXT_END_SECONDS = 10.0
"""How long the browser may take to close a page with all that is its own. Hung pages took it 0.01 s."""

CDP_MESSAGE_BYTES = 512 << 20
"""The longest message taken from the browser: an MHTML or body of BODY_BYTES in Base64, with room."""

BODY_BYTES = 128 << 20
"""The longest body kept of one response. Longer ones are named in the record, with what they measured."""

BODIES_BYTES = 384 << 20
"""All bodies of one capture together; they are held in memory until the archive is written."""

EXCHANGES = 5_000
"""How many requests of one capture are archived. News pages make some hundreds."""

DOOR_BYTES = 1 << 30
"""How much one capture may receive from the network before the door closes."""

DOOR_CONNECTIONS = 2_000
"""How many connections one capture may open."""

CONNECT_SECONDS = 10.0
"""How long one address may take to accept a connection. TCP's first three attempts fall within it (RFC 6298)."""

HANDSHAKE_SECONDS = 5.0
"""How long the browser may take to say where it wants to go: it stands on the same machine."""

ASK_SECONDS = 20.0
"""How long one question to a platform's interface may take, name resolution and connection included."""

QUESTIONS = 60
"""How many questions one capture asks: a post with its pictures, its history and some pages of lists."""

REDIRECTS = 10
"""How many redirects one question follows. The Fetch standard stops at 20; interfaces need one or two."""

CONVERSATION_MESSAGES = 5_000
"""How many messages of one WebSocket conversation are taken. Relays send some hundreds at most (NIP-11, max_limit)."""

SOCKET_BYTES = 32 << 20
"""How much is kept of what is said over one WebSocket or event stream of a page: chats and tickers send kilobytes."""

SAID_BYTES = 128 << 20
"""All that is kept of WebSockets and event streams of one capture; it is held in memory, as bodies are."""

TILE_HEIGHT = 16_384
"""Pixels: beyond this Chromium's renderer draws nothing (the largest texture of the software rasteriser)."""

PICTURE_PIXELS = 64 << 20
"""Pixels of one picture: as noise, in Base64, it stays well within CDP_MESSAGE_BYTES."""

PICTURES_BYTES = 384 << 20
"""All pictures of one look at a page, which are in memory together; pages of text take a thousandth of it."""

TILES = 32
"""Full-page pictures of one page: half a million pixels of height. What lies below is named in the record."""

WORDS = 200_000
"""Visible words whose places are recorded: a page of more is no post."""

FRAMES = 50
"""Embedded frames whose text is read: pages with advertisements have a dozen."""

TEXT_CHARACTERS = 32 << 20
"""Characters of document or visible text that are kept."""

PAGE_NAMED = 200
"""How many like things (unfinished pictures, closed windows) are named one by one before they are counted."""

NOTED_CHARACTERS = 2_000
"""Of an address in a note: whole addresses are in the archive, and those of posts have some hundred."""
