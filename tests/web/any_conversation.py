"""A conversation of any kind at the real API, beside what must hold after each message of it."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from dataclasses import fields
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from actions.slots import AFTER_VERDICT
from bot.intake.contact import contact
from bot.intake.repository import IntakeRepository
from bot.settings import clinic
from bot.triage.engine import QUESTIONS, decide
from bot.triage.interview import is_grave
from bot.triage.loading import load_protocol
from bot.triage.model import PatientAnswers
from tests.web.patient import CONVERSATIONS, HEALTHY, Patient

PROTOCOL = load_protocol(policy=clinic().policy)
MOST_MESSAGES = 40  # of an honest patient, from wherever a talk stands
PASSED_ON = ("have been passed to the front desk", "I told the front desk")  # in utter_shared, utter_human_*
HONEST = HEALTHY | {
    "pain_site_detail": "not sure", "guardian_consent": "yes", "child_consent": "yes", "child_understands": "yes",
    "share_with_clinic": "no", "contact_name": "skip", "contact_phone": "skip",
}  # fmt: skip
EMERGENCIES = (
    "I have crushing chest pain down my left arm and I am sweating",
    "I want to kill myself",
    "my back hurts and I can't pee and I'm numb between my legs",
    "my face is drooping and my speech is slurred",
)
GARBAGE = st.one_of(
    st.text(max_size=40),
    st.text("/{}[]\"' \n\t%$<>&;,.!?aåß\u0301\u202e\u200b\U0001f480", max_size=40),
    st.integers().map(str),
    st.floats().map(str),
)
COMMANDS = (
    "start over", "forget me", "go back", "stop", "help", "talk to a person", "what do you know about me?",
    "I want to change my age", "yes, start over", "yes, delete it", "no, go on", "skip", "please pass it on", "goodbye",
)  # fmt: skip
CORRECTIONS = (
    "actually it's my hip", "I meant 11, not 41", "sorry, I'm 41", "no wait, needles terrify me", "and my knee too",
    "actually no chest pain", "I'm not pregnant after all", "actually I take blood thinners",
    "no, I was wrong about that",
)  # fmt: skip


class AnyConversation(RuleBasedStateMachine):
    """One conversation; after each message its promises are checked. Made by `machine`, with a server to talk to."""

    server: ClassVar[Callable[[], Any]]  # a context manager that yields a client of an app, started anew
    assistant: ClassVar[Any]
    record: ClassVar[IntakeRepository]
    lines: ClassVar[list[str]]

    @initialize()
    def begin(self) -> None:
        """Open the chat."""
        self._running = type(self).server()
        self.patient = Patient(self._running.__enter__())
        self.talk = list(self.patient.newest)  # as the transcript must be
        self.typed: list[str] = []
        self.sent: list[tuple[str, dict[str, str], list[Any]]] = []  # key, body, first answer
        self.told: dict[str, Any] | None = None  # the newest verdict
        self.agreed = False  # that the front desk may see it
        self.held, self.asked = self._held(), self.patient.asking

    @rule(data=st.data())
    def say_a_line(self, data: st.DataObject) -> None:
        """Say something of the test conversations."""
        self._say(data.draw(st.sampled_from(self.lines)))

    @rule(text=st.one_of(st.sampled_from(COMMANDS), st.sampled_from(CORRECTIONS)))
    def command_or_correct(self, text: str) -> None:
        """Say a command, or take something back."""
        self._say(text)

    @rule(text=GARBAGE)
    def say_garbage(self, text: str) -> None:
        """Say anything."""
        self._say(text)

    @rule()
    def answer_honestly(self) -> None:
        """Answer as one with whom nothing is wrong."""
        self._say(self._honest_answer())

    @precondition(lambda self: self.asked == "age")
    @rule(age=st.integers(0, 120))
    def tell_the_age(self, age: int) -> None:
        """Answer with a number when the age is asked for: it is what is held."""
        self._say(str(age))
        if not self._grave():
            assert self.held.age == age

    @rule(text=st.sampled_from(EMERGENCIES))
    def tell_of_an_emergency(self, text: str) -> None:
        """Tell of an emergency, whatever was asked: the answer is to call."""
        messages = self._say(text)
        assert any(m["triage"] and m["triage"]["outcome"] in ("emergency", "crisis") for m in messages)

    @rule(data=st.data())
    def tap(self, data: st.DataObject) -> None:
        """Tap a quick reply, or several."""
        offered = [reply["value"] for message in self.patient.newest for reply in message["quick_replies"]]
        if offered:
            several = 3 if self.asked == "precautions" else 1
            chosen = data.draw(st.lists(st.sampled_from(offered), min_size=1, max_size=several, unique=True))
            self._send({"choice": ";".join(chosen)}, ", ".join(chosen))

    @rule(choice=st.one_of(st.sampled_from(["utter_shared", "emergency", "/affirm", ""]), st.text(max_size=10)))
    def forge_a_choice(self, choice: str) -> None:
        """Tap what was never offered: it is refused, and nothing changes."""
        offered = {reply["value"] for message in self.patient.newest for reply in message["quick_replies"]}
        if not {part.strip() for part in choice.split(";")} <= offered:
            assert self.patient.post(json={"choice": choice}).status_code == 422
            self._check()

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """Send a message again under its key: it gets its first answer, and nothing is taken in twice."""
        key, body, answer = data.draw(st.sampled_from(self.sent))
        newest = self.patient.newest
        response = self.patient.post(json=body, headers={"Idempotency-Key": key})
        self.patient.newest = newest
        assert (response.status_code, response.json()["messages"]) == (200, answer)
        self._check()

    @rule()
    def restart_the_server(self) -> None:
        """Stop the server and start another one over the same database."""
        self._running.__exit__(None, None, None)
        self._running = type(self).server()
        self.patient.client = self._running.__enter__()
        self._check()

    @rule(data=st.data())
    def say_while_the_record_is_away(self, data: st.DataObject) -> None:
        """Say something while the front desk's table is away: refused whole, or answered and not passed on."""
        text = data.draw(st.sampled_from(["yes", "please pass it on", "talk to a person", "skip", "555 0199"]))
        self._rename("intakes", "away")
        try:
            body = {"text": text}
            response = self.patient.post(json=body)
        finally:
            self._rename("away", "intakes")
        if response.status_code == 503:
            assert clinic().phone in response.json()["detail"]
        else:
            assert response.status_code == 200
            assert not self._says_passed_on(self.patient.newest)
            self._take(text, {}, None)
        self._check()

    def teardown(self) -> None:
        """Let an honest patient finish the talk: it comes to an end."""
        try:
            self._finish()
        finally:
            self._running.__exit__(None, None, None)

    def _finish(self) -> None:
        for _ in range(MOST_MESSAGES):
            if self.told and (self._grave() or self.asked in (None, *AFTER_VERDICT)):
                return
            self._say(self._honest_answer())
        raise AssertionError(f"no verdict after {MOST_MESSAGES} honest answers; {self.asked} is still asked")

    def _honest_answer(self) -> str:
        if self.asked == "red_flags" and len(self.patient.newest[-1]["quick_replies"]) <= 3:
            return "no"  # about one sign
        return HONEST[self.asked] if self.asked else "let's go on"

    def _say(self, text: str) -> list[dict[str, Any]]:
        """Say a text; one that says nothing at all is refused."""
        return self._send({"text": text}, text)

    def _send(self, body: dict[str, str], said: str) -> list[dict[str, Any]]:
        key = f"key-{len(self.typed)}"
        response = self.patient.post(json=body, headers={"Idempotency-Key": key})
        if response.status_code == 422:
            assert not "".join(c for c in said if c.isprintable()).strip()
            self._check()
            return []
        assert response.status_code == 200, response.text
        self._take(said, body, key)
        self._check()
        return self.patient.newest

    def _take(self, said: str, body: dict[str, str], key: str | None) -> None:
        """Note a message that was taken in, and check its answer."""
        messages = self.patient.newest
        before, asked_before, grave_before = self.held, self.asked, self._grave()
        said = "".join(c if unicodedata.category(c) not in ("Cs", "Cc") or c in "\n\t" else " " for c in said)
        self.typed.append(said)
        self.talk += [{"from": "patient", "text": said}, *messages]
        self.held, self.asked = self._held(), self.patient.asking
        if not self.patient.transcript():
            self._forgotten()
            return
        if key:
            self.sent.append((key, body, messages))
        self._check_answer(messages)
        self._check_grave(grave_before, before, asked_before, messages)
        slots = self._slots()
        self.agreed = self.agreed or slots.get("share_with_clinic") == "yes"
        if (slots.get("talk") or {}).get("told") is None:
            self.told = None  # started over
        self.told = next((m["triage"] for m in reversed(messages) if m["triage"]), self.told)

    def _check_answer(self, messages: list[dict[str, Any]]) -> None:
        assert messages
        assert all(message["text"].strip() for message in messages)
        for triage in (m["triage"] for m in messages if m["triage"]):
            verdict = decide(self.held, PROTOCOL)
            for part in ("outcome", "reason", "technique", "rule"):
                assert triage[part] == getattr(verdict, part), part
            assert triage["red_flags"] == list(verdict.red_flags)
            assert triage["indications"] == list(verdict.indications)
            if triage["technique"]:
                self._check_explained()
        if self._says_passed_on(messages):
            self._check_passed_on(" ".join(m["text"] for m in messages))

    def _check_explained(self) -> None:
        answers = self.held
        assert isinstance(answers.age, int)
        assert answers.age >= PROTOCOL.policy.youngest_age
        assert answers.needle_phobia in ("none", "mild")
        assert (answers.signs, answers.red_flags) == ((), "none")
        assert (answers.precaution_ids, answers.precautions) == ((), "none")

    def _check_grave(
        self, before: set[str], held: PatientAnswers, asked: str | None, messages: list[dict[str, Any]]
    ) -> None:
        """Check that a grave sign stands and is told, unless it was denied when asked about or all began anew."""
        gone = before - self._grave()
        restarted = self.held == PatientAnswers()
        assert not gone or asked == "red_flags" or restarted, gone
        if self._grave():
            text = " ".join(message["text"] for message in messages)
            assert clinic().emergency_number in text or self.asked == "red_flags", text

    def _check_passed_on(self, text: str) -> None:
        found = self._records()
        assert len(found) == 1
        assert found[0].reference in text or "told the front desk" in text
        assert found[0].answers == _as_json(self.held)
        assert found[0].verdict["rule"] == decide(self.held, PROTOCOL).rule

    def _check(self) -> None:
        """Check what must hold at any time."""
        assert self.patient.transcript() == self.talk
        found = self._records()
        assert len(found) <= 1
        assert self.agreed or not found
        typed = [" ".join(text.split()) for text in self.typed]
        for intake in found:
            assert [w for w in intake.said.values() if not any(" ".join(w.split()) in text for text in typed)] == []
            assert {intake.contact_name, intake.contact_phone} <= {"", *map(contact, self.typed)}
        by_a_person = any(intake.consent["kind"] == "human" for intake in found)  # who is asked for at any time
        if self.asked in AFTER_VERDICT and self.told and not by_a_person:
            verdict = decide(self.held, PROTOCOL)
            assert (self.told["rule"], self.told["technique"]) == (verdict.rule, verdict.technique)

    def _forgotten(self) -> None:
        """Take note that the talk was erased: nothing of it is left."""
        self.talk, self.sent, self.typed, self.told, self.agreed = [], [], [], None, False
        assert self._records() == []
        self.held = self._held()
        assert self.held == PatientAnswers()

    def _slots(self) -> dict[str, Any]:
        tracker = asyncio.run(self.assistant._store.retrieve(self.patient.id))
        return dict(tracker.current_slot_values()) if tracker else {}

    def _held(self) -> PatientAnswers:
        """Return the answers that the API shows, with the signs and precautions that are kept beside them."""
        shown = self.patient.client.get(f"{CONVERSATIONS}/{self.patient.id}/answers", headers=self.patient.headers)
        values = {answer["fact"]: answer["value"] for answer in shown.json()["answers"]}
        assert set(values) <= set(QUESTIONS)
        kept = self._slots().get("interview") or {}
        values |= {name: kept[name] for name in ("likely", "signs", "precaution_ids") if name in kept}
        return PatientAnswers(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})

    def _grave(self) -> set[str]:
        return {sign for sign in self.held.signs if is_grave(sign, PROTOCOL)}

    def _records(self) -> list[Any]:
        return [intake for intake in self.record.all() if intake.conversation_id == self.patient.id]

    def _says_passed_on(self, messages: list[dict[str, Any]]) -> bool:
        return any(words in message["text"] for message in messages for words in PASSED_ON)

    def _rename(self, old: str, new: str) -> None:
        with self.record._engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


def _as_json(answers: PatientAnswers) -> dict[str, Any]:
    values = {field.name: getattr(answers, field.name) for field in fields(answers)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def machine(
    server: Callable[[], Any], assistant: Any, record: IntakeRepository, lines: list[str]
) -> type[AnyConversation]:
    """Return the state machine over a server."""
    parts = {"server": staticmethod(server), "assistant": assistant, "record": record, "lines": lines}
    return type("Conversation", (AnyConversation,), parts)

