"""The reason codes of a verdict: what each means, how grave it is, and which requirement of UU ITE it touches."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from evidentia.record.verdict import Fault, Note, Requirement, Status

LONGEST_SAID = 1000  # characters of what was expected or found; digests, names and reasons have a few hundred


class Meaning(NamedTuple):
    """How grave a fault is, which requirement it touches, and what it means."""

    status: Status
    requirement: Requirement
    text: str


class Code(StrEnum):
    """Every reason that a verdict can give."""

    ARCHIVE_UNREADABLE = "ARCHIVE_UNREADABLE"
    ARCHIVE_ENTRY_REFUSED = "ARCHIVE_ENTRY_REFUSED"
    ARCHIVE_LIMIT = "ARCHIVE_LIMIT"
    LINK_OR_DEVICE = "LINK_OR_DEVICE"
    NAME_REFUSED = "NAME_REFUSED"
    NAMES_COLLIDE = "NAMES_COLLIDE"
    UNKNOWN_FILE = "UNKNOWN_FILE"
    NO_EVENTS = "NO_EVENTS"
    EVENT_MISSING = "EVENT_MISSING"
    EVENT_MALFORMED = "EVENT_MALFORMED"
    EVENT_OF_OTHER_CASE = "EVENT_OF_OTHER_CASE"
    EVENT_OUT_OF_PLACE = "EVENT_OUT_OF_PLACE"
    NOT_CUSTODIAN = "NOT_CUSTODIAN"
    ACTORS_WRONG = "ACTORS_WRONG"
    SEAL_MISSING = "SEAL_MISSING"
    SEAL_MALFORMED = "SEAL_MALFORMED"
    SEAL_HEADER_DIFFERS = "SEAL_HEADER_DIFFERS"
    SEAL_INCOMPLETE = "SEAL_INCOMPLETE"
    SEALED_TWICE = "SEALED_TWICE"
    SEALED_FILE_MISSING = "SEALED_FILE_MISSING"
    SEALED_FILE_CHANGED = "SEALED_FILE_CHANGED"
    UNSEALED_FILE = "UNSEALED_FILE"
    RECORD_MISSING = "RECORD_MISSING"
    RECORD_MALFORMED = "RECORD_MALFORMED"
    RECORD_DIFFERS = "RECORD_DIFFERS"
    ITEM_TWICE = "ITEM_TWICE"
    ITEM_UNKNOWN = "ITEM_UNKNOWN"
    ITEM_MISSING = "ITEM_MISSING"
    ITEM_FILE_MISSING = "ITEM_FILE_MISSING"
    ITEM_FILE_CHANGED = "ITEM_FILE_CHANGED"
    ITEM_FILE_UNLISTED = "ITEM_FILE_UNLISTED"
    WITHHELD_NOT_ALLOWED = "WITHHELD_NOT_ALLOWED"
    WITHHELD_PRESENT = "WITHHELD_PRESENT"
    SIGNATURE_MISSING = "SIGNATURE_MISSING"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    SIGNATURE_UNEXPECTED = "SIGNATURE_UNEXPECTED"
    SIGNER_DIFFERS = "SIGNER_DIFFERS"
    ALGORITHM_REFUSED = "ALGORITHM_REFUSED"
    COUNTERSIGNATURE_PENDING = "COUNTERSIGNATURE_PENDING"
    PDF_SIGNATURE_NOT_CHECKED = "PDF_SIGNATURE_NOT_CHECKED"
    SIGNER_NOT_TRUSTED = "SIGNER_NOT_TRUSTED"
    SIGNER_NOT_VALID_THEN = "SIGNER_NOT_VALID_THEN"
    SIGNER_REVOKED = "SIGNER_REVOKED"
    REVOCATION_LATE = "REVOCATION_LATE"
    TIMESTAMP_PENDING = "TIMESTAMP_PENDING"
    TIMESTAMP_INVALID = "TIMESTAMP_INVALID"
    TSA_NOT_TRUSTED = "TSA_NOT_TRUSTED"
    TSA_EXPIRED = "TSA_EXPIRED"
    TSA_REVOKED = "TSA_REVOKED"
    TIMESTAMP_AHEAD = "TIMESTAMP_AHEAD"
    TIME_ORDER = "TIME_ORDER"
    CLOCK_BEHIND = "CLOCK_BEHIND"
    CLOCK_AHEAD = "CLOCK_AHEAD"
    EVENT_PREPARED = "EVENT_PREPARED"
    NOT_EXPORTED = "NOT_EXPORTED"
    DERIVED_MISSING = "DERIVED_MISSING"
    DERIVED_DIFFERS = "DERIVED_DIFFERS"
    TRUST_FILE_MALFORMED = "TRUST_FILE_MALFORMED"
    HEAD_DIFFERS = "HEAD_DIFFERS"
    HEAD_UNREADABLE = "HEAD_UNREADABLE"
    HISTORY_DIFFERS = "HISTORY_DIFFERS"
    HISTORY_UNREADABLE = "HISTORY_UNREADABLE"
    POLICY_ACTOR = "POLICY_ACTOR"
    POLICY_TIMESTAMPS = "POLICY_TIMESTAMPS"
    POLICY_DELAY = "POLICY_DELAY"
    POLICY_REVOCATION = "POLICY_REVOCATION"
    POLICY_ALGORITHM = "POLICY_ALGORITHM"


class NoteCode(StrEnum):
    """What a verdict mentions without being changed by it."""

    ARCHIVE_REPACKED = "ARCHIVE_REPACKED"
    ITEM_WITHHELD = "ITEM_WITHHELD"
    REVOCATION_UNKNOWN = "REVOCATION_UNKNOWN"
    REVOKED_LATER = "REVOKED_LATER"
    NOT_CERTIFIED = "NOT_CERTIFIED"
    CLAIM_UNBOUNDED = "CLAIM_UNBOUNDED"
    LIVE_CASE = "LIVE_CASE"
    NO_HEAD_GIVEN = "NO_HEAD_GIVEN"
    APPENDED = "APPENDED"


_F, _I = Status.FAILED, Status.INDETERMINATE
_ACCESSIBLE, _DISPLAYABLE = Requirement.ACCESSIBLE, Requirement.DISPLAYABLE
_INTACT, _ACCOUNTABLE = Requirement.INTACT, Requirement.ACCOUNTABLE

MEANINGS: dict[Code, Meaning] = {
    Code.ARCHIVE_UNREADABLE: Meaning(
        _F, _ACCESSIBLE, "The bundle cannot be opened or a file in it cannot be read."
    ),
    Code.ARCHIVE_ENTRY_REFUSED: Meaning(_F, _INTACT, "The ZIP holds an entry that no honest writer writes."),
    Code.ARCHIVE_LIMIT: Meaning(_F, _ACCESSIBLE, "The bundle is larger than the verifier's limits."),
    Code.LINK_OR_DEVICE: Meaning(_F, _INTACT, "Something in the bundle is neither a file nor a folder."),
    Code.NAME_REFUSED: Meaning(_F, _INTACT, "A name that the format does not allow."),
    Code.NAMES_COLLIDE: Meaning(_F, _INTACT, "Two names are one on some file systems."),
    Code.UNKNOWN_FILE: Meaning(_F, _INTACT, "A file that the format does not know."),
    Code.NO_EVENTS: Meaning(_F, _ACCOUNTABLE, "There is no custody event."),
    Code.EVENT_MISSING: Meaning(_F, _ACCOUNTABLE, "An event is missing before a later one."),
    Code.EVENT_MALFORMED: Meaning(_F, _ACCOUNTABLE, "An event is not what the format says."),
    Code.EVENT_OF_OTHER_CASE: Meaning(_F, _ACCOUNTABLE, "An event belongs to another case."),
    Code.EVENT_OUT_OF_PLACE: Meaning(_F, _ACCOUNTABLE, "An event may not come at this point."),
    Code.NOT_CUSTODIAN: Meaning(_F, _ACCOUNTABLE, "An event by someone who did not hold custody."),
    Code.ACTORS_WRONG: Meaning(_F, _ACCOUNTABLE, "Someone signs an event who has no part in it."),
    Code.SEAL_MISSING: Meaning(_F, _INTACT, "An event has no seal."),
    Code.SEAL_MALFORMED: Meaning(_F, _INTACT, "A seal is not what the format says."),
    Code.SEAL_HEADER_DIFFERS: Meaning(_F, _INTACT, "A seal's header says something else than its event."),
    Code.SEAL_INCOMPLETE: Meaning(_F, _INTACT, "A seal leaves out something that it must list."),
    Code.SEALED_TWICE: Meaning(_F, _INTACT, "A file is listed by two seals."),
    Code.SEALED_FILE_MISSING: Meaning(_F, _INTACT, "A file that a seal lists is not there."),
    Code.SEALED_FILE_CHANGED: Meaning(_F, _INTACT, "A file is not the one that was sealed."),
    Code.UNSEALED_FILE: Meaning(_I, _INTACT, "A file that no seal lists yet."),
    Code.RECORD_MISSING: Meaning(_F, _INTACT, "An item's record is not there."),
    Code.RECORD_MALFORMED: Meaning(_F, _INTACT, "An item's record is not what the format says."),
    Code.RECORD_DIFFERS: Meaning(_F, _INTACT, "An item's record is not the one that its event names."),
    Code.ITEM_TWICE: Meaning(_F, _INTACT, "An item is brought in by two events."),
    Code.ITEM_UNKNOWN: Meaning(_F, _INTACT, "An item that no event brings in."),
    Code.ITEM_MISSING: Meaning(_F, _INTACT, "An item is not there, and no export withholds it."),
    Code.ITEM_FILE_MISSING: Meaning(_F, _INTACT, "A file of an item is not there."),
    Code.ITEM_FILE_CHANGED: Meaning(_F, _INTACT, "A file of an item is not the one that was taken in."),
    Code.ITEM_FILE_UNLISTED: Meaning(_F, _INTACT, "An item holds a file that its record does not list."),
    Code.WITHHELD_NOT_ALLOWED: Meaning(_F, _INTACT, "An item is withheld that no disclosure names."),
    Code.WITHHELD_PRESENT: Meaning(_F, _INTACT, "A part of a withheld item is there."),
    Code.SIGNATURE_MISSING: Meaning(_F, _ACCOUNTABLE, "Someone who acted has not signed."),
    Code.SIGNATURE_INVALID: Meaning(_F, _ACCOUNTABLE, "A signature does not hold."),
    Code.SIGNATURE_UNEXPECTED: Meaning(
        _F, _ACCOUNTABLE, "A signature of someone whom the event does not name."
    ),
    Code.SIGNER_DIFFERS: Meaning(_F, _ACCOUNTABLE, "Signed with another certificate than the event names."),
    Code.ALGORITHM_REFUSED: Meaning(_F, _ACCOUNTABLE, "An algorithm or key that is too weak or not known."),
    Code.COUNTERSIGNATURE_PENDING: Meaning(
        _I, _ACCOUNTABLE, "The receiver of a transfer has not yet signed."
    ),
    Code.PDF_SIGNATURE_NOT_CHECKED: Meaning(_I, _ACCOUNTABLE, "A PDF signature, which cannot be read here."),
    Code.SIGNER_NOT_TRUSTED: Meaning(
        _I, _ACCOUNTABLE, "The signer's certificate leads to none of your anchors."
    ),
    Code.SIGNER_NOT_VALID_THEN: Meaning(
        _F, _ACCOUNTABLE, "The signer's certificate was not valid when it was used."
    ),
    Code.SIGNER_REVOKED: Meaning(
        _F, _ACCOUNTABLE, "The signer's certificate was revoked before it was used."
    ),
    Code.REVOCATION_LATE: Meaning(
        _I, _ACCOUNTABLE, "Only data sealed later say that a certificate was revoked before it was used."
    ),
    Code.TIMESTAMP_PENDING: Meaning(_I, _ACCOUNTABLE, "No timestamp yet: the time is only claimed."),
    Code.TIMESTAMP_INVALID: Meaning(_F, _ACCOUNTABLE, "A timestamp does not hold."),
    Code.TSA_NOT_TRUSTED: Meaning(_I, _ACCOUNTABLE, "The timestamp authority leads to none of your anchors."),
    Code.TSA_EXPIRED: Meaning(
        _I, _ACCOUNTABLE, "The authority's certificate has expired and nothing renewed it."
    ),
    Code.TSA_REVOKED: Meaning(
        _F, _ACCOUNTABLE, "The authority's certificate was revoked before it was used."
    ),
    Code.TIMESTAMP_AHEAD: Meaning(
        _I, _ACCOUNTABLE, "A timestamp states a time that has not come yet, by the clock of whoever verifies."
    ),
    Code.TIME_ORDER: Meaning(_F, _ACCOUNTABLE, "A timestamp is earlier than one that it covers."),
    Code.CLOCK_BEHIND: Meaning(
        _I, _ACCOUNTABLE, "A claimed time is earlier than the event or the timestamps before it."
    ),
    Code.CLOCK_AHEAD: Meaning(_I, _ACCOUNTABLE, "A claimed time is later than its timestamp."),
    Code.EVENT_PREPARED: Meaning(
        _I, _ACCOUNTABLE, "A case at work, in which an event waits for a signature that is made elsewhere."
    ),
    Code.NOT_EXPORTED: Meaning(
        _I, _DISPLAYABLE, "The bundle does not end in an export: it is a case at work."
    ),
    Code.DERIVED_MISSING: Meaning(_F, _DISPLAYABLE, "A file that the export wrote is not there."),
    Code.DERIVED_DIFFERS: Meaning(_F, _DISPLAYABLE, "A derived file says something else than the seals."),
    Code.TRUST_FILE_MALFORMED: Meaning(_F, _ACCOUNTABLE, "A file under trust/ is not what its name says."),
    Code.HEAD_DIFFERS: Meaning(_F, _INTACT, "The bundle does not continue the head that you gave."),
    Code.HEAD_UNREADABLE: Meaning(_F, _INTACT, "The head that you gave cannot be read."),
    Code.HISTORY_DIFFERS: Meaning(
        _F, _INTACT, "Something of the older bundle that you gave is not here, or not the same."
    ),
    Code.HISTORY_UNREADABLE: Meaning(
        _F, _INTACT, "The older bundle that you gave is not one to compare with."
    ),
    Code.POLICY_ACTOR: Meaning(_F, _ACCOUNTABLE, "Someone acted whom your policy does not allow to."),
    Code.POLICY_TIMESTAMPS: Meaning(
        _I, _ACCOUNTABLE, "Authorities have not stamped that your policy asks for."
    ),
    Code.POLICY_DELAY: Meaning(_I, _ACCOUNTABLE, "A timestamp came later than your policy allows."),
    Code.POLICY_REVOCATION: Meaning(
        _I, _ACCOUNTABLE, "Your policy asks for revocation data, and none covers the use."
    ),
    Code.POLICY_ALGORITHM: Meaning(
        _I, _ACCOUNTABLE, "Signed with a key or a digest that your policy does not accept."
    ),
}

NOTES: dict[NoteCode, str] = {
    NoteCode.ARCHIVE_REPACKED: "a well-formed ZIP, but not as the writer packs it",
    NoteCode.ITEM_WITHHELD: "withheld by the export",
    NoteCode.REVOCATION_UNKNOWN: "no revocation data that covers its use, for the certificate of {subject}",
    NoteCode.REVOKED_LATER: "the certificate was revoked after it was used: {at}",
    NoteCode.NOT_CERTIFIED: "the signer vouches for himself (not certified; tidak tersertifikasi)",
    NoteCode.CLAIM_UNBOUNDED: "claimed {span} before its first timestamp, and no timestamp before it says otherwise",
    NoteCode.LIVE_CASE: "a case at work, not an exported bundle",
    NoteCode.NO_HEAD_GIVEN: "without a head from elsewhere nobody can tell whether later events were cut off",
    NoteCode.APPENDED: "{added} events were appended to the {known} of the older bundle",
}


def note(code: NoteCode, path: str, **values: object) -> Note:
    """A note with what its code says of these values."""
    return Note(code=code, path=path, text=NOTES[code].format(**values))


def fault(code: Code, path: str, expected: str, found: str) -> Fault:
    """A fault with what its code means."""
    meaning = MEANINGS[code]
    return Fault(
        code=code.value,
        status=meaning.status,
        path=_encodable(path),
        expected=_short(expected),
        found=_short(_encodable(found)),
        requirement=meaning.requirement,
    )


def _short(text: str) -> str:
    """A seal's header may have 64 MiB, and a verdict is for people."""
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]} … ({len(text)} characters)"


def _encodable(text: str) -> str:
    """A name on disk may hold bytes that are no text: shown as escapes, so that a verdict can always be written."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def worst(faults: list[Fault]) -> Status:
    """The status that the faults amount to."""
    statuses = {one.status for one in faults}
    for status in (Status.FAILED, Status.INDETERMINATE):
        if status in statuses:
            return status
    return Status.PASSED
