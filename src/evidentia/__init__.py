"""evidentia: prove, months later and against denial, what was posted, and that nobody has touched the proof.

The names below are the promise to callers; everything else may move. They load on first use, so that importing
evidentia costs next to nothing::

    import evidentia as ev

    custodian = ev.Custodian.from_pkcs12("penyidik-a.p12", passphrase, tsa="http://tsa.example")
    case = ev.Case.create("makassar-15", title="…", custodian=custodian)
    first = case.capture("https://social.example/p/123", access=ev.Access.PUBLIC)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import VERSION as __version__

if TYPE_CHECKING:
    from .capture.options import PageOptions
    from .case import Capture, Case, Due, Rechecked, Taken
    from .case.searching import Search
    from .case.tables import Table
    from .custody.identity import Custodian, Elsewhere, Party, new_identity
    from .detect.examining.examine import examine
    from .detect.moments import Known, state_at
    from .docket.data_sets import docket_data
    from .docket.open_deadlines import open_deadlines
    from .docket.statistics import docket_statistics
    from .docket.summary import docket_summary
    from .fingerprint.file import fingerprint_bytes, fingerprint_file, fingerprint_files
    from .fingerprint.index import HashIndex
    from .fingerprint.types import Fingerprint
    from .formats.head import parse_head, printed_head
    from .record.comparison import Agreement, Comparison
    from .record.custody import Event, EventType, Head
    from .record.docket import (
        Docket,
        DocketEntry,
        DocketGiven,
        DocketStatistics,
        DocketSummary,
        OpenDeadlines,
    )
    from .record.errors import EvidentiaError, SignatureAwaited
    from .record.examination import Examination, ImageClass, Support
    from .record.finding import Outcome, Reading
    from .record.item import Access, Item
    from .record.life import Change, ChangeKind, Contradiction, ContradictionKind, Standing, Timeline, Version
    from .record.post import Observation, Post, State
    from .record.verdict import Fault, Status, Verdict
    from .report.material import Examiner, Language
    from .verify import Policy, Trust, read_policy, verify

_HOME = {
    "Access": "record.item",
    "Agreement": "record.comparison",
    "Capture": "case",
    "Case": "case",
    "Change": "record.life",
    "ChangeKind": "record.life",
    "Comparison": "record.comparison",
    "Contradiction": "record.life",
    "ContradictionKind": "record.life",
    "Custodian": "custody.identity",
    "Docket": "record.docket",
    "DocketEntry": "record.docket",
    "DocketGiven": "record.docket",
    "DocketStatistics": "record.docket",
    "DocketSummary": "record.docket",
    "OpenDeadlines": "record.docket",
    "Due": "case",
    "Elsewhere": "custody.identity",
    "Event": "record.custody",
    "EventType": "record.custody",
    "EvidentiaError": "record.errors",
    "Examination": "record.examination",
    "Examiner": "report.material",
    "Fault": "record.verdict",
    "Fingerprint": "fingerprint.types",
    "HashIndex": "fingerprint.index",
    "Head": "record.custody",
    "ImageClass": "record.examination",
    "Item": "record.item",
    "Known": "detect.moments",
    "Language": "report.material",
    "Observation": "record.post",
    "Outcome": "record.finding",
    "PageOptions": "capture.options",
    "Party": "custody.identity",
    "Policy": "verify",
    "Post": "record.post",
    "Reading": "record.finding",
    "Rechecked": "case",
    "Search": "case.searching",
    "SignatureAwaited": "record.errors",
    "Standing": "record.life",
    "State": "record.post",
    "Status": "record.verdict",
    "Support": "record.examination",
    "Table": "case.tables",
    "Taken": "case",
    "Timeline": "record.life",
    "Trust": "verify",
    "Verdict": "record.verdict",
    "Version": "record.life",
    "docket_data": "docket.data_sets",
    "docket_statistics": "docket.statistics",
    "docket_summary": "docket.summary",
    "examine": "detect.examining.examine",
    "fingerprint_bytes": "fingerprint.file",
    "fingerprint_file": "fingerprint.file",
    "fingerprint_files": "fingerprint.file",
    "new_identity": "custody.identity",
    "open_deadlines": "docket.open_deadlines",
    "parse_head": "formats.head",
    "printed_head": "formats.head",
    "read_policy": "verify",
    "state_at": "detect.moments",
    "verify": "verify",
}

__all__ = [
    "Access",
    "Agreement",
    "Capture",
    "Case",
    "Change",
    "ChangeKind",
    "Comparison",
    "Contradiction",
    "ContradictionKind",
    "Custodian",
    "Docket",
    "DocketEntry",
    "DocketGiven",
    "DocketStatistics",
    "DocketSummary",
    "Due",
    "Elsewhere",
    "Event",
    "EventType",
    "EvidentiaError",
    "Examination",
    "Examiner",
    "Fault",
    "Fingerprint",
    "HashIndex",
    "Head",
    "ImageClass",
    "Item",
    "Known",
    "Language",
    "Observation",
    "OpenDeadlines",
    "Outcome",
    "PageOptions",
    "Party",
    "Policy",
    "Post",
    "Reading",
    "Rechecked",
    "Search",
    "SignatureAwaited",
    "Standing",
    "State",
    "Status",
    "Support",
    "Table",
    "Taken",
    "Timeline",
    "Trust",
    "Verdict",
    "Version",
    "__version__",
    "docket_data",
    "docket_statistics",
    "docket_summary",
    "examine",
    "fingerprint_bytes",
    "fingerprint_file",
    "fingerprint_files",
    "new_identity",
    "open_deadlines",
    "parse_head",
    "printed_head",
    "read_policy",
    "state_at",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # `verify` is a function here and a package below: taking it by its path would give the package.
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
