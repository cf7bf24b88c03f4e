"""Why the program itself does what it appends to the custody, where nobody states another reason.

Events hold these in English; reports in other languages have words for them as for all terms.
"""

from __future__ import annotations

from evidentia.record.sentences import Term

CASE_OPENED = Term("case opened")
CAPTURE = Term("capture of a post")
CAPTURES = Term("capture of posts")
RECHECK = Term("recheck of a post")
RECHECKS = Term("recheck of posts")
HANDED_OVER = Term("file handed over")
OUTSIDE_ARCHIVE = Term("version kept by an outside archive")
SCREENSHOT_READ = Term("screenshot read against the captures")
EXAMINED = Term("picture or video examined")
IMPORTED = Term("bundle of another agency")
REFERRAL = Term("referral to an expert")
ANSWER = Term("answer of an expert")
EXPORT = Term("export")
REPORT = Term("report")
REPORT_SIGNED_ELSEWHERE = Term("report, signed elsewhere")
NOTE = Term("note")
STATUS = Term("status")
RECEIVED = Term("received")
REFUSED = Term("refused")
RENEWAL = Term("renewal")
INTERRUPTED = Term("brought in after an interruption")
WHOLE_FOLDER = Term("export of the whole folder, after an interruption")
LATE_TIMESTAMPS = Term("timestamps that came late")

DOCKET_ENTRY = Term("docket entry")
"""How the reason of an event begins that brings an entry in: it says what the item is where that is withheld."""
