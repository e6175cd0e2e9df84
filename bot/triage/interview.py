"""The interview: what a message changes in the answers, in the light of the question just asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.triage.engine import missing_facts, site_to_clarify
from bot.triage.model import Assertion, Finding, PatientAnswers, Protocol, Reading, Tier

NOT_SURE_AFTER = 3  # misunderstandings in a row after which "not sure" is taken
AGE_ATTEMPTS = 2  # the first question and one re-ask


@dataclass(frozen=True)
class Interview:
    """All that is known in one conversation, and what it is waiting for."""

    answers: PatientAnswers = field(default_factory=PatientAnswers)
    said: Mapping[str, str] = field(default_factory=dict)
    asked: str | None = None
    misses: int = 0  # messages in a row that did not answer the question
    doubtful: tuple[str, ...] = ()  # signs to ask about by name
    denied_one: tuple[str, ...] = ()  # list questions of which one item was denied
    for_other: bool = False  # the person who types is not the patient
    corrections: tuple[Mapping[str, Any], ...] = ()


def hear(interview: Interview, reading: Reading, protocol: Protocol) -> Interview:
    """Return the interview after a message; it equals the one before where the message said nothing of use."""
    return _Listener(interview, reading, protocol).listen()


def next_question(interview: Interview, protocol: Protocol) -> str | None:
    """Return the id of the next question, or None when the verdict stands."""
    if interview.doubtful:
        return "red_flags"
    return next(iter(missing_facts(interview.answers, protocol)), None)


def give_up(interview: Interview) -> Interview:
    """Return the interview with "not sure" taken for the question that could not be answered."""
    question = interview.asked or "pain_site"
    unanswered: dict[str, Any] = {"pain_site": (), "age": "unknown"}
    if question == "pain_site_detail":
        detail = dict(interview.answers.pain_site_detail) | {interview.said.get("clarifying", ""): "not_sure"}
        answers = replace(interview.answers, pain_site_detail=detail)
    else:
        answers = replace(interview.answers, **{question: unanswered.get(question, "not_sure")})
    return replace(interview, answers=answers, misses=0)


def reopen(interview: Interview, question: str) -> Interview:
    """Return the interview with a question open again; signs that were said stay."""
    opened: dict[str, Any] = {question: {} if question == "pain_site_detail" else None}
    if question == "pain_site":
        opened |= {"pain_site_detail": {}, "red_flags": None}
    if question == "precautions":
        opened |= {"precaution_ids": ()}
    denied = tuple(q for q in interview.denied_one if q not in opened)
    old = getattr(interview.answers, question)
    correction = {"fact": question, "old": old, "new": None}
    corrections = interview.corrections if old in (None, {}) else (*interview.corrections, correction)
    answers = replace(interview.answers, **opened)
    return replace(interview, answers=answers, denied_one=denied, misses=0, corrections=corrections)


def topic_of(reading: Reading) -> str | None:
    """Return the question that a message speaks about, as in "I want to change my age"."""
    return next((f.value for f in reading if f.kind == "topic"), None)


def doubt_emergency(interview: Interview, reading: Reading, protocol: Protocol) -> Interview:
    """Return the interview with its emergency signs to be asked about by name, where the message takes them back."""
    plain = next((f.value for f in reading if f.kind in ("yes_no", "list")), None)
    takes_back = plain in ("no", "weak_no", "none") or any(f.value == "correction" for f in reading)
    if not takes_back or interview.doubtful:
        return interview
    grave = (s for s in interview.answers.signs if protocol.red_flags[s].tier is not Tier.SAME_DAY)
    return replace(interview, doubtful=tuple(grave))


class _Listener:
    """Applies one reading to one interview, question by question."""

    def __init__(self, before: Interview, reading: Reading, protocol: Protocol) -> None:
        self.before = before
        self.reading = reading
        self.protocol = protocol
        self.asked = before.asked
        self.changes: dict[str, Any] = {}
        self.said = dict(before.said)
        self.doubtful = before.doubtful
        self.denied_one = set(before.denied_one)
        self.cues = {f.value for f in reading if f.kind == "cue"}
        self.correcting = "correction" in self.cues

    def listen(self) -> Interview:
        for step in (self._signs, self._site, self._detail, self._spread, self._safety, self._age, self._needles,
                     self._precautions, self._consents, self._tolerance):  # fmt: skip
            step()
        answers = replace(self.before.answers, **self.changes)
        return replace(
            self.before,
            answers=answers,
            said=self.said,
            doubtful=tuple(s for s in self.doubtful if s not in answers.signs),
            denied_one=tuple(sorted(self.denied_one)),
            for_other=self.before.for_other or bool(self.cues & {"for_child", "for_other"}),
            corrections=self.before.corrections + tuple(self._corrections(answers)),
        )

    # -- signs -------------------------------------------------------------------------------------------------

    def _signs(self) -> None:
        """Raise every sign that is said; a doubtful one is asked about by name; none is dropped here."""
        signs = dict.fromkeys(self.before.answers.signs)
        for finding in self._found("red_flag"):
            past = finding.assertion is Assertion.PAST and self.protocol.red_flags[finding.value].counts_when_past
            if past or finding.assertion is Assertion.PRESENT:
                signs[finding.value] = None
                self._keep(f"red_flag.{finding.value}", finding)
            elif finding.assertion is not Assertion.DENIED and self._is_emergency(finding.value):
                self.doubtful = tuple(dict.fromkeys((*self.doubtful, finding.value)))
            elif finding.assertion is Assertion.DENIED and finding.value in signs and not self.doubtful:
                self.doubtful = (finding.value,)
        if tuple(signs) != self.before.answers.signs:
            self.changes["signs"] = tuple(signs)

    def _is_emergency(self, sign: str) -> bool:
        return self.protocol.red_flags[sign].tier in (Tier.EMERGENCY, Tier.CRISIS)

    def _safety(self) -> None:
        """Read the answer to the safety question."""
        if self.asked != "red_flags" or self._new_signs():
            if self._new_signs() and self.before.answers.red_flags in (None, "none") and self.asked == "red_flags":
                self._answer("red_flags", "any")
            return
        if self.before.doubtful:
            self._doubtful_sign()
            return
        listed = [f for f in self._found("sign_if_asked") if f.value in self.offered_signs()]
        present = [f for f in listed if f.assertion is Assertion.PRESENT]
        if present:
            self._raise({f.value for f in present[:3]}, present[0])
            return
        answer = self._list_answer()
        if answer == "any":
            self._raise(self._most_urgent_offered(), self._any("yes_no", "list"))
        elif answer == "denied_one" or (answer is None and any(f.assertion is Assertion.DENIED for f in listed)):
            self._deny_one("red_flags")
        elif answer:
            self._answer("red_flags", answer)

    def _doubtful_sign(self) -> None:
        """Read the plain answer to the plain question about one sign; only this may drop a sign."""
        sign = self.before.doubtful[0]
        answer = _plain(self._value("yes_no") or {"none": "no", "any": "yes"}.get(self._value("list") or ""))
        if answer is None:
            return
        signs = dict.fromkeys(self.changes.get("signs", self.before.answers.signs))
        if answer == "no":
            signs.pop(sign, None)
        elif answer == "yes":
            signs[sign] = None
            self._keep(f"red_flag.{sign}", self._any("yes_no", "list"))
        else:
            self.changes["red_flags"] = "not_sure"
        self.changes["signs"] = tuple(signs)
        self.doubtful = self.before.doubtful[1:]

    def offered_signs(self) -> tuple[str, ...]:
        """Return the signs that the safety question lists for the sites that were said."""
        return signs_to_ask(self.before.answers, self.protocol)

    def _most_urgent_offered(self) -> set[str]:
        offered = self.offered_signs()
        urgent = {s for s in offered if self._is_emergency(s)}
        return urgent or set(offered)

    def _raise(self, signs: Iterable[str], finding: Finding | None) -> None:
        known = self.changes.get("signs", self.before.answers.signs)
        self.changes["signs"] = tuple(dict.fromkeys((*known, *sorted(signs))))
        for sign in signs:
            self._keep(f"red_flag.{sign}", finding)
        self._answer("red_flags", "any")

    def _new_signs(self) -> bool:
        return "signs" in self.changes

    # -- complaint ---------------------------------------------------------------------------------------------

    def _site(self) -> None:
        found = [f for f in self.reading if f.kind in ("indication", "site")]
        present = [f.value for f in found if f.assertion is Assertion.PRESENT]
        if not present:  # "had shingles last year, and my side still burns"
            present = [f.value for f in found if f.assertion in (Assertion.PAST, Assertion.HYPOTHETICAL)]
        denied = {f.value for f in found if f.assertion is Assertion.DENIED}
        known = self.before.answers.pain_site
        if self.asked == "pain_site" or known is None:
            if present:
                self._set_site((*(known or ()), *present) if known else present, found)
            elif self.asked == "pain_site" and self._denies_site(found):
                self._set_site((), found)
        elif present and self._talks_of_site():
            adding = "addition" in self.cues and not self.correcting
            self._set_site((*known, *present) if adding else present, found)
        elif denied & set(known) and self.correcting:
            self._set_site([site for site in known if site not in denied], found)

    def _denies_site(self, found: list[Finding]) -> bool:
        past = [f for f in found if f.assertion is not Assertion.DENIED]
        return not past and (self._value("yes_no") == "not_sure" or self._value("list") == "none")

    def _talks_of_site(self) -> bool:
        """Return whether a place named while something else was asked changes the complaint."""
        if self.asked in ("referred_pain", "red_flags") and "question" not in self.cues:
            return self.correcting and bool(self._found_any("indication", "site")) and not self._value("spread")
        return self.correcting or ("addition" in self.cues and "question" not in self.cues)

    def _set_site(self, sites: Iterable[str], found: list[Finding]) -> None:
        unique = tuple(dict.fromkeys(sites))
        before = self.before.answers.pain_site
        if unique == before:
            return
        self.changes["pain_site"] = unique
        self._keep("pain_site", next(iter(found), None) or self._any("yes_no", "list"))
        if before is not None:  # a corrected site asks its own questions anew
            self.changes |= {"pain_site_detail": {}, "red_flags": None}
            self.denied_one.discard("red_flags")
            self.said.pop("pain_site_detail", None)

    def _detail(self) -> None:
        """Read the answer to a site's clarifying question."""
        site = site_to_clarify(self.before.answers, self.protocol)
        if site is None or (self.asked != "pain_site_detail" and "pain_site" not in self.changes):
            return
        if self.asked != "pain_site_detail":
            return
        named = [o.split(".", 1)[1] for o in (self._value("site_options") or "").split() if o.startswith(f"{site}.")]
        indications = [f for f in self._found("indication") if f.assertion is Assertion.PRESENT]
        if indications and not self.correcting:
            self._set_detail(site, "not_sure", indications[0])
            known = self.before.answers.pain_site or ()
            self.changes["pain_site"] = tuple(dict.fromkeys((*known, *(f.value for f in indications))))
        elif named:
            self._set_detail(site, self._listed_first(site, named), self._any("site_options"))
        elif self._value("yes_no") in ("not_sure", "no", "weak_no", "weak_yes") or self._value("list"):
            self._set_detail(site, "not_sure", self._any("yes_no", "list"))
        elif others := [f for f in self._found("site") if f.assertion is Assertion.PRESENT and f.value != site]:
            self._set_detail(site, "not_sure", others[0])
            known = tuple(s for s in self.before.answers.pain_site or () if s != site)
            self.changes["pain_site"] = tuple(dict.fromkeys((*known, *(f.value for f in others), site)))

    def _listed_first(self, site: str, named: list[str]) -> str:
        """Return the named option that leads to the list, for a match is what the question is about."""
        listed = {option.id for option in self.protocol.sites[site].options if option.indications}
        return next((option for option in named if option in listed), named[0])

    def _set_detail(self, site: str, option: str, finding: Finding | None) -> None:
        self.changes["pain_site_detail"] = dict(self.before.answers.pain_site_detail) | {site: option}
        self._keep("pain_site_detail", finding)

    # -- the other questions -----------------------------------------------------------------------------------

    def _spread(self) -> None:
        spread = self._value("spread")
        if self.asked == "referred_pain":
            places = [f for f in self.reading if f.kind in ("indication", "site") and f.assertion is Assertion.PRESENT]
            plain = _plain(self._value("yes_no") or self._value("list"))
            self._answer("referred_pain", spread or plain or ("yes" if places else None))
        elif spread and self._mentions_pain():
            self._answer("referred_pain", spread)

    def _mentions_pain(self) -> bool:
        return self.asked in (None, "pain_site", "pain_site_detail") or self.correcting

    def _age(self) -> None:
        own = self._found("age")
        other = self._found("age_of_other")
        bare = self._found("number") if self.asked == "age" or (self.correcting and self._may_be_age()) else []
        for_other = self.before.for_other or bool(self.cues & {"for_child", "for_other"})
        found = (other or own) if for_other or not own else own
        if not found and other and not self._others_complaint():
            found = other
        for finding in [*found, *bare][:1]:
            if finding.value >= 0:
                self._answer("age", finding.value, finding)
        if self.asked == "age" and "age" not in self.changes and self._value("yes_no") == "not_sure":
            if self.before.misses + 1 >= AGE_ATTEMPTS:
                self._answer("age", "unknown")

    def _may_be_age(self) -> bool:
        return self.before.answers.age is not None and not self._found_any("indication", "site", "precaution")

    def _others_complaint(self) -> bool:
        return False

    def _needles(self) -> None:
        fear = self._value("fear") or ""
        level = fear.removeprefix("needle_")
        if self.asked == "needle_phobia":
            plain = {"no": "none", "weak_no": "none", "not_sure": "not_sure", "weak_yes": "mild", "yes": None}
            self._answer("needle_phobia", level or plain.get(self._value("yes_no") or ""))
        elif fear.startswith("needle_") and level != "not_sure":
            self._answer("needle_phobia", level)

    def _precautions(self) -> None:
        found = self._found("precaution")
        if self.asked == "precautions":
            found += self._found("precaution_if_asked")
        present = [f for f in found if f.assertion in (Assertion.PRESENT, Assertion.PAST)]
        if present:
            ids = tuple(dict.fromkeys((*self.before.answers.precaution_ids, *(f.value for f in present))))
            for finding in present:
                self._keep(f"precaution.{finding.value}", finding)
            self.changes["precaution_ids"] = ids
            self._answer("precautions", "any", present[0])
            return
        if self.correcting and (dropped := {f.value for f in found if f.assertion is Assertion.DENIED}):
            self._drop_precautions(dropped)
        elif self.asked == "precautions":
            answer = self._list_answer()
            if answer == "denied_one" or (answer is None and any(f.assertion is Assertion.DENIED for f in found)):
                self._deny_one("precautions")
            elif answer:
                self._answer("precautions", answer)

    def _drop_precautions(self, dropped: set[str]) -> None:
        left = tuple(p for p in self.before.answers.precaution_ids if p not in dropped)
        if left != self.before.answers.precaution_ids:
            self.changes["precaution_ids"] = left
            self.changes["precautions"] = "any" if left else None

    def _consents(self) -> None:
        consents = ("guardian_consent", "child_consent", "child_understands")
        if self.asked not in consents:
            return
        answer = self._value("agrees")
        plain = self._value("yes_no")
        if plain in ("not_sure", "weak_yes"):
            answer = "not_sure"
        elif answer != "no":
            answer = {"no": "no", "weak_no": "no", "yes": "yes"}.get(plain or "", answer)
        self._answer(self.asked, answer)

    def _tolerance(self) -> None:
        cramps = self._value("cramps")
        if self.asked == "tolerance":
            self._answer("tolerance", _plain(self._value("yes_no")) if not cramps else cramps)
        elif cramps and any(word in (f.said.lower()) for f in self._found("cramps") for word in ("easily", "toler")):
            self._answer("tolerance", cramps)

    # -- common ------------------------------------------------------------------------------------------------

    def _list_answer(self) -> str | None:
        """Return none, any, not_sure, or denied_one, to a question that lists several things."""
        named = {"red_flags": ("sign_if_asked", "red_flag"), "precautions": ("precaution",)}[self.asked or ""]
        if self._value("list"):
            return self._value("list")
        plain = self._value("yes_no")
        if plain in ("no", "weak_no") and self._found_any(*named):
            return "denied_one"
        if "question" in self.cues and plain in ("weak_yes", None):
            return None
        return {"no": "none", "weak_no": "none", "yes": "any", "weak_yes": "any", "not_sure": "not_sure"}.get(plain or "")

    def _deny_one(self, question: str) -> None:
        """Take a denial of one item: the rest is asked once, a second denial closes the question."""
        denied = {f.value for f in self.reading if f.assertion is Assertion.DENIED}
        if question in self.denied_one or len(denied) > 2:
            self._answer(question, "none")
        else:
            self.denied_one.add(question)

    def _answer(self, question: str, value: Any, finding: Finding | None = None) -> None:
        if value is None or getattr(self.before.answers, question) == value and question != "precautions":
            return
        self.changes[question] = value
        self._keep(question, finding or next(iter(self.reading), None))

    def _keep(self, key: str, finding: Finding | None) -> None:
        if finding:
            self.said[key] = finding.said

    def _found(self, kind: str) -> list[Finding]:
        return [f for f in self.reading if f.kind == kind]

    def _found_any(self, *kinds: str) -> list[Finding]:
        return [f for f in self.reading if f.kind in kinds]

    def _any(self, *kinds: str) -> Finding | None:
        return next(iter(self._found_any(*kinds)), None)

    def _value(self, kind: str) -> Any:
        return next((f.value for f in self.reading if f.kind == kind), None)

    def _corrections(self, after: PatientAnswers) -> Iterable[Mapping[str, Any]]:
        for question in self.changes:
            old, new = getattr(self.before.answers, question), getattr(after, question)
            if old not in (None, (), {}) and new != old:
                yield {"fact": question, "old": old, "new": new}


def signs_to_ask(answers: PatientAnswers, protocol: Protocol) -> tuple[str, ...]:
    """Return the signs that the safety question lists for the sites that were said."""
    return tuple(dict.fromkeys(s for area in areas_to_ask(answers, protocol) for s in protocol.areas[area]))


def areas_to_ask(answers: PatientAnswers, protocol: Protocol) -> tuple[str, ...]:
    """Return the areas of the body whose safety questions fit the sites that were said: one, or two at the most."""
    concepts: dict[str, Any] = {**protocol.sites, **protocol.indications}
    areas = dict.fromkeys(concepts[site].area for site in answers.pain_site or () if site in concepts)
    named = [area for area in areas if area != "general"]
    return tuple(named[:2]) or ("general",)


def _plain(value: str | None) -> str | None:
    """Return a hedged yes or no as the plain one."""
    return {"weak_yes": "yes", "weak_no": "no", "none": "no", "any": "yes"}.get(value or "", value)
