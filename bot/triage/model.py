"""The words of the protocol as frozen data: answers, findings, the decision table, the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, TypeAlias

YesNo: TypeAlias = Literal["yes", "no", "not_sure"]
AnyNone: TypeAlias = Literal["none", "any", "not_sure"]
Fear: TypeAlias = Literal["none", "mild", "strong", "not_sure"]


class Outcome(str, Enum):
    """How a triage ends, most urgent first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    URGENT = "urgent"
    SEE_CLINICIAN = "see_clinician"
    EXPLAIN_TECHNIQUE = "explain_technique"


class Tier(str, Enum):
    """How soon a red flag needs help."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    SAME_DAY = "same_day"


class Assertion(str, Enum):
    """What a message says of a finding: is it so, now, and of the patient?"""

    PRESENT = "present"
    DENIED = "denied"
    PAST = "past"
    OTHER_PERSON = "other_person"
    HYPOTHETICAL = "hypothetical"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class Source:
    """What a rule or a sign rests on; `address` is empty for the founding article."""

    title: str
    address: str = ""


@dataclass(frozen=True)
class Concept:
    """Something a message can mention: an id and the phrases that stand for it (see docs/phrases.md)."""

    id: str
    phrases: tuple[str, ...]
    look_alikes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indication(Concept):
    """One of the 21 entries of the article's list of common uses."""

    name: str = ""
    article_wording: str = ""
    region: str = ""
    area: str = "general"
    catch_all: bool = False
    needs_diagnosis: bool = False
    icd10cm: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class SiteOption(Concept):
    """One answer to a site's clarifying question, and the indications it leads to (none: not on the list)."""

    title: str = ""
    indications: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site(Concept):
    """A place or complaint that is no indication by itself; with `options` it deserves one clarifying question."""

    name: str = ""
    area: str = "general"
    options: tuple[SiteOption, ...] = ()


@dataclass(frozen=True)
class RedFlag(Concept):
    """A sign that must not wait.

    `when_asked` phrases count only as an answer to the question that names it, `in_child` ones only in a minor.
    """

    tier: Tier = Tier.EMERGENCY
    name: str = ""
    source: Source = Source("")
    when_asked: tuple[str, ...] = ()
    in_child: tuple[str, ...] = ()
    counts_when_past: bool = False


@dataclass(frozen=True)
class Precaution(Concept):
    """A reason to ask a clinician before needling; some count also when they are past, as an old implant does."""

    title: str = ""
    name: str = ""
    source: Source = Source("")
    counts_when_past: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the decision table: it fires when all facts of any one of its alternatives hold."""

    id: str
    when: tuple[Mapping[str, frozenset[str]], ...]
    outcome: Outcome
    reason: str
    technique: str | None
    at_once: bool
    why: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Policy:
    """What a clinic may set: age bounds in years, and whether mild needle fear still leads to the explanation."""

    youngest_age: int = 12
    adult_age: int = 18
    mild_fear_explains: bool = True


@dataclass(frozen=True)
class Protocol:
    """All clinical data, loaded and checked: see `loading.load_protocol`."""

    ruleset: str
    rows: tuple[Row, ...]
    indications: Mapping[str, Indication]
    sites: Mapping[str, Site]
    red_flags: Mapping[str, RedFlag]
    areas: Mapping[str, tuple[str, ...]]
    precautions: Mapping[str, Precaution]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class PatientAnswers:
    """What is known of the patient; `None` is "not asked yet", never "no"."""

    pain_site: tuple[str, ...] | None = None  # ids of sites and indications; () is "said, and not recognised"
    likely: tuple[str, ...] = ()  # indications that a description resembles; one counts only once it is confirmed
    # Site id -> option id or "not_sure"; likely indication id -> "yes", "no" or "not_sure"
    pain_site_detail: Mapping[str, str] = field(default_factory=dict)
    referred_pain: YesNo | None = None
    red_flags: AnyNone | None = None  # the answer to the safety question
    signs: tuple[str, ...] = ()  # red-flag ids, wherever they were said
    age: int | Literal["unknown"] | None = None  # whole years
    needle_phobia: Fear | None = None
    precautions: AnyNone | None = None
    precaution_ids: tuple[str, ...] = ()
    guardian_consent: YesNo | None = None
    child_consent: YesNo | None = None
    child_understands: YesNo | None = None
    tolerance: YesNo | None = None  # "yes": cramps or stiffens easily, or cannot tolerate deep needling


@dataclass(frozen=True)
class Because:
    """A fact that made the row fire, with the patient's own words."""

    fact: str
    value: Any
    said: str


@dataclass(frozen=True)
class Verdict:
    """The end of a triage, with its proof."""

    outcome: Outcome
    reason: str
    technique: str | None
    minor: bool
    indications: tuple[str, ...]
    red_flags: tuple[str, ...]
    rule: str
    ruleset: str
    because: tuple[Because, ...]
    sources: tuple[Source, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as the HTTP API shows it (without the reference, which belongs to a conversation)."""
        return {
            "outcome": self.outcome.value,
            "reason": self.reason,
            "technique": self.technique,
            "minor": self.minor,
            "indications": list(self.indications),
            "red_flags": list(self.red_flags),
            "rule": self.rule,
            "ruleset": self.ruleset,
            "because": [{"fact": b.fact, "value": b.value, "said": b.said} for b in self.because],
            "sources": [
                {"title": s.title, "address": s.address} if s.address else {"title": s.title} for s in self.sources
            ],
        }


@dataclass(frozen=True)
class Finding:
    """One thing a message says: its kind (`indication`, `age`, `yes_no`, ...), value, words, and assertion."""

    kind: str
    value: Any
    said: str
    assertion: Assertion = Assertion.PRESENT


Reading: TypeAlias = tuple[Finding, ...]
