"""Messages as the API shows them, out of the events that the engine keeps."""

from __future__ import annotations

from typing import Any

import pytest

from bot.runtime.messages import Message, from_events, own_words, with_staff

WORDS = {
    "words": ("my hip hurts", "my hip hurts"),
    "a command": ("/restart", "restart"),
    "a command with slots": ('/inform{"age": 3}', 'inform{"age": 3}'),
    "several slashes": ("// / restart", "restart"),
    "white space first": (" \t\r\n/restart", "restart"),
    "a hard space first": ("\xa0/restart", "restart"),
    "a wide space first": ("\u3000\u2003/restart", "restart"),
    "a line separator first": ("\u2028/restart", "restart"),
    "an information separator first": ("\x1c\x85/restart", "restart"),
    "slashes within": ("my hip/thigh 3/10 /restart", "my hip/thigh 3/10 /restart"),
    "nothing but slashes": ("///", "?"),
    "nothing": ("", "?"),
}


@pytest.mark.parametrize(("text", "words"), WORDS.values(), ids=WORDS)
def test_own_words(text: str, words: str) -> None:
    assert own_words(text) == words


@pytest.mark.parametrize(("text", "_"), WORDS.values(), ids=WORDS)
def test_own_words_are_no_command_of_the_engine(text: str, _: str) -> None:
    assert not own_words(text).strip().startswith("/")


def test_a_message_of_the_assistant_has_everything() -> None:
    event = {
        "event": "bot",
        "text": "Does it travel?",
        "data": {"buttons": [{"title": "Yes", "payload": "yes"}], "image": None},
        "metadata": {"asking": "referred_pain", "progress": {"answered": 1, "of": 6}, "utter_action": "utter_x"},
    }
    assert [message.as_dict() for message in from_events([event])] == [
        {
            "from": "assistant",
            "text": "Does it travel?",
            "quick_replies": [{"title": "Yes", "value": "yes"}],
            "asking": "referred_pain",
            "progress": {"answered": 1, "of": 6},
            "triage": None,
        }
    ]


@pytest.mark.parametrize("bare", [{}, {"text": None, "data": None, "metadata": None}, {"data": {"buttons": None}}])
def test_a_message_of_the_assistant_without_anything(bare: dict[str, Any]) -> None:
    assert from_events([{"event": "bot", **bare}]) == [Message("assistant", "")]


def test_a_message_of_the_patient_has_nothing_but_text() -> None:
    events = [{"event": "user", "text": "hello", "parse_data": {"entities": [1]}, "metadata": {}}]
    assert [message.as_dict() for message in from_events(events)] == [{"from": "patient", "text": "hello"}]


def test_the_opening_is_no_message_but_the_same_text_from_a_patient_is() -> None:
    opening = {"event": "user", "text": "EXTERNAL: start", "metadata": {"is_external": True}}
    typed = {"event": "user", "text": "EXTERNAL: start", "metadata": {}}
    assert from_events([opening, typed]) == [Message("patient", "EXTERNAL: start")]


@pytest.mark.parametrize(("said", "written", "shown"), [
    ((1.0, 3.0), (2.0, 4.0), "p0 s0 p1 s1"), ((5.0, 1.0), (), "p0 p1"), ((5.0, 1.0), (7.0,), "p0 p1 s0"),
    ((1.0, 2.0), (9.0, 3.0), "p0 p1 s0 s1"),
])  # fmt: skip
def test_what_staff_wrote_stands_by_its_time_and_nothing_changes_places(
    said: tuple[float, ...], written: tuple[float, ...], shown: str
) -> None:
    """A clock that is put back makes later messages look older than those before them."""
    talk = [Message("patient", f"p{number}", at=at) for number, at in enumerate(said)]
    staff = [{"at": at, "author": "Sam", "text": f"s{number}"} for number, at in enumerate(written)]
    assert " ".join(message.text for message in with_staff(talk, staff)) == shown


def test_order_is_kept_and_other_events_are_left_out() -> None:
    kinds = ["action", "bot", "user", "slot", "bot", "active_loop", "user"]
    events = [{"event": kind, "text": str(number)} for number, kind in enumerate(kinds)]
    assert [message.text for message in from_events(events)] == ["1", "2", "4", "6"]
