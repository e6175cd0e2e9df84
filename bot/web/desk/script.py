"""What to say to a caller, word for word: the emergency line first, then the verdict or the question that is due."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Clinic
from bot.triage.engine import site_to_clarify
from bot.triage.interview import Interview, areas_to_ask, next_question
from bot.triage.model import Protocol, Verdict
from bot.triage.telling import STANDS_ALONE, explanation, names
from bot.web.desk.wording import label, reply


@dataclass(frozen=True)
class Script:
    """The lines to say, and the question they put (None: the verdict stands)."""

    lines: tuple[str, ...]
    asking: str | None


def script(interview: Interview, verdict: Verdict, protocol: Protocol, clinic: Clinic) -> Script:
    """Return what to say now."""
    question = next_question(interview, protocol)
    opening = label("script", "opening").format(**clinic.placeholders())
    if verdict.outcome in STANDS_ALONE and not interview.doubtful:
        return Script((_verdict(interview, verdict, protocol, clinic),), None)
    if question is None:
        values = clinic.placeholders() | names(verdict, interview.answers, interview.said, protocol)
        parts = [reply(name, values) for name in explanation(verdict, interview.answers, protocol)]
        return Script((opening, _verdict(interview, verdict, protocol, clinic), *parts), None)
    return Script((opening, *_question(question, interview, protocol, clinic)), question)


def _verdict(interview: Interview, verdict: Verdict, protocol: Protocol, clinic: Clinic) -> str:
    values = clinic.placeholders() | names(verdict, interview.answers, interview.said, protocol)
    return reply(f"utter_verdict_{verdict.rule}", values)


def _question(question: str, interview: Interview, protocol: Protocol, clinic: Clinic) -> list[str]:
    values, answers = clinic.placeholders(), interview.answers
    if question == "red_flags" and interview.doubtful:
        sign = protocol.red_flags[interview.doubtful[0]].name
        return [reply("utter_question_red_flags_sign", values | {"sign": sign})]
    if question == "red_flags":
        return [reply(f"utter_question_red_flags_{area}", values) for area in areas_to_ask(answers, protocol)]
    if question == "pain_site_detail":
        unclear = site_to_clarify(answers, protocol) or ""
        if unclear in protocol.indications:
            likely = protocol.indications[unclear].name
            return [reply("utter_question_pain_site_detail_likely", values | {"likely": likely})]
        return [reply("utter_question_pain_site_detail", values | {"site": protocol.sites[unclear].name})]
    return [reply(f"utter_question_{question}", values)]
