"""Every attack of these tests, by the file that holds it."""

from __future__ import annotations

import test_attacks_archive
import test_attacks_archive_names
import test_attacks_certificates
import test_attacks_chains
import test_attacks_events
import test_attacks_folders
import test_attacks_log
import test_attacks_payload
import test_attacks_records
import test_attacks_redaction
import test_attacks_revocation
import test_attacks_signatures
import test_attacks_time
import test_attacks_tokens
from attacks import Attack

ROOMS: dict[str, dict[str, Attack]] = {
    module.__name__.removeprefix("test_attacks_"): module.attack
    for module in (
        test_attacks_archive,
        test_attacks_archive_names,
        test_attacks_certificates,
        test_attacks_chains,
        test_attacks_events,
        test_attacks_folders,
        test_attacks_log,
        test_attacks_payload,
        test_attacks_records,
        test_attacks_redaction,
        test_attacks_revocation,
        test_attacks_signatures,
        test_attacks_time,
        test_attacks_tokens,
    )
}
