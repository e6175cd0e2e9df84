"""Passwords that are made of what everyone takes are refused; a few random words are not, whatever they are made of."""

from __future__ import annotations

import pytest
import yaml

from bot.intake.passwords import FILE, is_easy

EASY = (
    "password1234", "Password1234!", "P@ssw0rd2024", "passw0rdpassw0rd", "qwertyuiop12", "1q2w3e4r5t6y", "123456789012",
    "098765432109", "iloveyou2024", "Welcome2026!!", "letmeinplease", "adminadmin12", "abcdefghijkl", "asdfghjkl;12",
    "needlepoint1!", "drhopper1234", "DrHopper-2026", "aaaaaaaaaaaa", "abababababab", "111111222222",
)  # fmt: skip
GOOD = (
    "correct horse battery", "tulip ladder seventeen", "Rv7#kq!m2Lpz", "kfj38fjw9qpz", "482915073664",
    "\u043b\u0435\u0441\u0442\u043d\u0438\u0446\u0430 \u0442\u044e\u043b\u044c\u043f\u0430\u043d",
    "my needle is in the hay",
)  # fmt: skip


@pytest.mark.parametrize("password", EASY)
def test_what_everyone_takes_is_refused(password: str) -> None:
    assert is_easy(password, "drhopper")


@pytest.mark.parametrize("password", GOOD)
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    assert not is_easy(password, "drhopper")


def test_the_lists_are_small_letters_each_once() -> None:
    lists = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert set(lists) == {"runs", "words"}
    for entries in lists.values():
        assert len(set(entries)) == len(entries)
        assert all(entry.isascii() and entry == entry.lower() and entry.isalnum() for entry in entries)
