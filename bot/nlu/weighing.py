"""How a mention is meant, where the rules say one thing and what was learnt another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.nlu.denial import Denial
from bot.nlu.phrase_book import Mention
from bot.triage.model import Assertion

# Shares of "present" at which what was learnt overrules the rules on what is no sign, chosen on writers left out.
OVERRULED_PRESENT, OVERRULED_ABSENT, OVERRULED_DENIED = 0.4, 0.7, 0.8
# Beside an indication that is so from the first share on, another complaint must be so from the second on: "I thought
# tennis elbow, turned out to be carpal tunnel" speaks of two and means one.
SURE_COMPLAINT, PRESENT_BESIDE_IT = 0.9, 0.7
# The same for signs, with shares of "it may be there". One that the rules take for present is asked about up to the
# first and, where it is none of the grave ones, not there up to the second; one that they do not take for present is
# there (if it is not grave: asked about) from the third and, where it is grave, asked about from the fourth.
DOUBTFUL_SIGN, SURELY_ABSENT, SURELY_PRESENT, PROBABLY_ABSENT = 0.2, 0.06, 0.7, 0.6
PLAINLY_DENIED, GRAVE_PLAINLY_DENIED = 0.9, 0.75  # the share of "present" below which a plain denial is believed


@dataclass(frozen=True)
class Standing:
    """What a mention is, and how it stands in its message.

    `grave` is a sign of the tiers that end the questions at once. `of_two`: the message tells of its writer too, not
    only of another. What should be taken with `care` is not denied by what was learnt alone. `denial` is how it is
    denied, where the rules say so; `alone`: the message says nothing else; `beside_sure`: a complaint, and another one
    is surely so.
    """

    sign: bool = False
    grave: bool = False
    of_two: bool = True
    care: bool = False
    denial: Denial = Denial.LOOSE
    alone: bool = False
    beside_sure: bool = False


def sure_complaints(
    mentions: Sequence[Mention],
    counted: Sequence[bool],
    ruled: Sequence[Assertion],
    shares: Sequence[Mapping[Assertion, float]],
) -> set[str]:
    """Return the concepts of the mentions that are counted and, by the rules and by what was learnt, surely so."""
    return {
        mention.concept
        for mention, counts, rule, share in zip(mentions, counted, ruled, shares, strict=True)
        if counts and rule is Assertion.PRESENT and share[rule] >= SURE_COMPLAINT
    }


def weigh(ruled: Assertion, shares: Mapping[Assertion, float], standing: Standing) -> Assertion:
    """Return how a mention is meant, from what the rules say and the shares that were learnt.

    A sign that only one of the two takes for not present is asked about, unless what was learnt is all but sure; a
    grave one that the rules take for present is never dropped.
    """
    if ruled is Assertion.PRESENT and standing.alone:
        return ruled
    if ruled is Assertion.DENIED and standing.denial is Denial.PLAIN:
        believed = GRAVE_PLAINLY_DENIED if standing.grave else PLAINLY_DENIED
        if shares[Assertion.PRESENT] < believed:
            return ruled
        if standing.sign:
            return Assertion.UNCERTAIN
    weighed = _weigh(ruled, shares, standing)
    taken_back = ruled is Assertion.DENIED and standing.denial is Denial.TAKEN_BACK
    doubted = standing.sign and taken_back and weighed is not Assertion.PRESENT
    return Assertion.UNCERTAIN if doubted else weighed


def _weigh(ruled: Assertion, shares: Mapping[Assertion, float], standing: Standing) -> Assertion:
    likest = max(shares, key=lambda assertion: shares[assertion])
    if likest is Assertion.OTHER_PERSON and ruled is not likest and not standing.of_two:
        likest = Assertion.PRESENT  # whoever writes for someone else speaks of the patient
    if standing.sign:
        return _weigh_sign(ruled, likest, shares, standing.grave)
    weighed = _weigh_other(ruled, likest, shares, standing.beside_sure)
    denied_alone = ruled is Assertion.PRESENT and weighed is Assertion.DENIED
    return Assertion.UNCERTAIN if standing.care and denied_alone else weighed


def _weigh_other(
    ruled: Assertion, likest: Assertion, shares: Mapping[Assertion, float], beside_sure: bool
) -> Assertion:
    if ruled is Assertion.PRESENT and beside_sure and shares[ruled] < PRESENT_BESIDE_IT:
        return max((a for a in shares if a is not ruled), key=lambda assertion: shares[assertion])
    if ruled is Assertion.PRESENT:
        return likest if shares[ruled] < OVERRULED_PRESENT else ruled
    bound = OVERRULED_DENIED if ruled is Assertion.DENIED else OVERRULED_ABSENT
    return ruled if likest is Assertion.PRESENT and shares[likest] < bound else likest


def _weigh_sign(ruled: Assertion, likest: Assertion, shares: Mapping[Assertion, float], grave: bool) -> Assertion:
    present = shares[Assertion.PRESENT] + shares[Assertion.UNCERTAIN]
    if ruled in (Assertion.PRESENT, Assertion.UNCERTAIN):
        if present > DOUBTFUL_SIGN:
            return ruled
        return likest if present <= SURELY_ABSENT and not grave else Assertion.UNCERTAIN
    if likest is Assertion.PRESENT and present >= SURELY_PRESENT:
        return likest if grave else Assertion.UNCERTAIN
    return Assertion.UNCERTAIN if grave and present > PROBABLY_ABSENT else ruled
