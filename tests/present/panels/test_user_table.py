"""The list of users and the trail as a reader of either language writes days."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from pipelines.catalog import Language
from pipelines.present.panels import user_table
from pipelines.store.audit_trail import AuditEvent
from pipelines.store.state_db import User

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(("language", "day"), [("vi", "27/11/2026"), ("en", "27 Nov 2026")])
def test_days_are_written_as_on_every_other_page(language: Language, day: str) -> None:
    event = AuditEvent(1, "2026-11-26T20:01:00+00:00", "abc", "sign_in", ("city",))
    assert user_table.audit_table([event], language, HANOI).row(0)[0] == f"{day} 03:01:00"
    user = User("lan@hanoi.example", "city", frozenset(), date(2026, 11, 27))
    assert day in user_table.user_table([(user, True, "abc")], {}, language).row(0)


def test_a_change_of_rights_has_its_old_and_new_words() -> None:
    names = {"002": "Hoàn Kiếm", "004": "Long Biên"}
    before = User("lan@hanoi.example", "district", frozenset({"002"}), date(2026, 11, 27))
    after = User("lan@hanoi.example", "city")
    rows = user_table.change_table(before, after, names, "vi").rows()
    assert rows == [
        ("Vai trò", "quận, huyện", "thành phố"),
        ("Quận, huyện", "Hoàn Kiếm", "không"),
        ("Ngày cuối được truy cập", "27/11/2026", "không giới hạn"),
    ]
    assert user_table.change_table(before, before, names, "vi").is_empty()
