from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import sample

from evidentia.record.errors import UsageError
from evidentia.record.item import Role
from evidentia.report.material import Picture, pictures_of, zone_of


def test_a_zone_is_an_offset_and_nothing_else() -> None:
    assert zone_of("-03:30").utcoffset(None) == timedelta(hours=-3, minutes=-30)
    for wrong in ("WIB", "+7", "+07:60", "+15:00", "+07:00\n", "٠٧:٠٠"):
        with pytest.raises(UsageError):
            zone_of(wrong)


def test_a_report_needs_a_time_with_an_offset(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no offset"):
        replace(sample(tmp_path), written_at=datetime(2026, 11, 21))  # noqa: DTZ001


@pytest.mark.parametrize("path", ["../secret.png", "/etc/passwd", "data/../../x.png", "data\\..\\x.png", ""])
def test_a_picture_stays_inside_the_case_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match="out of the case folder"):
        replace(sample(tmp_path), pictures=(Picture(item=1, path=path, role=Role.ORIGINAL),))


def test_pictures_are_found_by_role_and_type_and_never_of_withheld_items(tmp_path: Path) -> None:
    items = sample(tmp_path).items
    found = {picture.path for picture in pictures_of(items, withheld=(2,))}
    assert "data/000001/element.png" in found
    assert "data/000001/dom.html" not in found
    assert not any(path.startswith("data/000002") for path in found)


def test_an_svg_is_no_picture_to_show(tmp_path: Path) -> None:
    item = sample(tmp_path).items[3]
    drawn = replace(item.files[0], name="original.svg", media_type="image/svg+xml")
    assert pictures_of((replace(item, files=(drawn,)),)) == ()
