"""Ages in every form people write them, and numbers that are no ages. Today is 15 June 2025."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.ages import OLDEST, UNUSABLE, read_ages
from bot.nlu.number_words import to_digits
from tests.nlu.readings import TODAY

NOTHING: list[tuple[str, int]] = []


def ages(text: str) -> list[tuple[str, int]]:
    return [(finding.kind, finding.value) for finding in read_ages(text.lower(), text, TODAY)]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("I'm 34", 34),
        ("im 34", 34),
        ("my birth year is '62", 62),
        ("well nearly 18 years", 17),
        ("I am thirty", 30),
        ("I'm only 17", 17),
        ("I'm seventeen", 17),
        ("52 years old", 52),
        ("52yo", 52),
        ("34 y/o", 34),
        ("34 yrs old", 34),
        ("I'm 34 yrs and my neck hurts", 34),
        ("34 years young", 34),
        ("34F", 34),
        ("male, 34 m", 34),
        ("aged 45", 45),
        ("age: 45", 45),
        ("my age is thirty-four", 34),
        ("twenty one years old", 21),
        ("forty-five years of age", 45),
        ("patient is 15 years old", 15),
        ("I've just turned 18", 18),
        ("I'm in my fifties", 50),
        ("in my 50s", 50),
        ("mid thirties", 30),
        ("late forties", 40),
        ("early 20s", 20),
        ("I was born in 1984", 40),
        ("born in 84", 40),
        ("born in '84", 40),
        ("born in 05", 19),
        ("dob 12/03/1984", 40),
        ("DOB: 06-MAY-1939", 86),
        ("I'm 15, meant to see you on 18 December", 15),
        ("my date of birth is 3 May 2010", 15),
        ("dob 12/07/1984", 40),
        ("born in nineteen eighty-four", 40),
        ("thirty-something", 30),
        ("a '79 baby", 45),
        ("in my 71st year", 70),
        ("just had my 42nd birthday", 42),
        ("he was born on the 2nd of December last year", 0),
        ("less than twelve", 11),
        ("younger than twelve", 11),
        ("not even 12", 11),
        ("he'll be 13 in two years", 11),
        ("she will be 14 in 3 years", 11),
        ("not 41, 11", 11),
        ("sorry 11 not 41", 11),
        ("it's not 41 it's 11", 11),
        ("not 34 but 15", 15),
        ("it's 15, not 34", 15),
        ("my 42nd birthday is in July", 41),
        ("born 2015", 9),
        ("6 months old", 0),
        ("my baby is 18 months old", 1),
        ("nearly 12", 11),
        ("almost twelve", 11),
        ("not quite 18", 17),
        ("going on 12", 11),
        ("turning 18 soon", 17),
        ("I'll be 18 in June", 17),
        ("I turn 18 next month", 17),
        ("I'm 12 in March", 11),
        ("I'm pushing 60", 59),
        ("10 going on 11", 10),
        ("I'm 11, not 41", 11),
        ("I'm 34 and have had pain for 10 years", 34),
        ("had back pain 10 years, I'm 34", 34),
        ("I'm 34, 20 weeks pregnant", 34),
        ("I'm 45 with 2 kids", 45),
        ("I'm 45, kids aged 5 and 7", 45),
        ("I'm 5'11 and 34 years old", 34),
        ("I'm 34 and my pain is an 8", 34),
        ("I've had it 6 months, I'm 52", 52),
    ],
)
def test_an_age_that_stands_by_itself(text: str, age: int) -> None:
    assert ages(text) == [("age", age)]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("she's nine", 9),
        ("she is nine", 9),
        ("he's 9", 9),
        ("my son is 9", 9),
        ("my daughter's 11", 11),
        ("my 9 year old son", 9),
        ("my nine-year-old", 9),
        ("our 14-year-old daughter", 14),
        ("my son (13)", 13),
        ("my son, 13, has a sore neck", 13),
        ("it's for my grandson, 10", 10),
        ("she turned ten yesterday", 10),
        ("she turned thirteen on Sunday", 13),
        ("my son just turned 12", 12),
        ("my mum is 80", 80),
        ("she's nearly 12", 11),
        ("she's going on four years", 3),
        ("he'll be 12 in march", 11),
        ("he will be 12 next week", 11),
        ("he is 12 in two weeks", 11),
        ("my son turns 12 in March", 11),
        ("she is 4 1/2", 4),
        ("I am foster carer to a lad of 13", 13),
        ("for a girl of nine", 9),
        ("she's twelve. well, not until January, so at the minute she's eleven", 11),
    ],
)
def test_the_age_of_someone_else(text: str, age: int) -> None:
    assert ages(text) == [("age_of_other", age)]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("34", 34),
        ("34.", 34),
        ("thirty four!!", 34),
        ("fifty-two", 52),
        ("fifty two", 52),
        ("thirtyfour", 34),
        ("fourty", 40),
        ("seventeen", 17),
        ("two", 2),
        ("a hundred and two", 102),
        ("0", 0),
        ("120", 120),
        ("11.5", 11),
        ("eleven and a half", 11),
        ("12 and a half", 12),
        ("40ish", 40),
        ("40-ish", 40),
        ("about 40", 40),
        ("40 or 41", 40),
        ("45 years", 45),
        ("34, male", 34),
        ("1984", 40),
        ("12.03.1984", 40),
        ("3rd of May 1990", 35),
        ("23/07/1990", 34),
        ("May 1990", 35),
        ("3.5.90", 35),
        ("the big five-oh", 50),
        ("the big 4-0", 40),
        ("a retired teacher with three grown grandchildren", 60),
        ("fifti six", 56),
        ("sept 94", 30),
        ("I have 34 years", 34),
        ("62, no wait, 63", 63),
        ("5, sorry fat fingers, 55", 55),
        ("28 sorry not 82", 28),
        ("666 lol jk 66", 66),
        ("40 next week", 39),
        ("41 in july", 40),
        ("turned 58 in october", 58),
        ("6½", 6),
        ("a year and a half", 1),
        ("octogenarian", 80),
        ("retired for 8 years", 60),
        ("forty too", 42),
        ("thirty ate", 38),
        ("three score and ten", 70),
        ("54 yrs 6 months", 54),
        ("two years off retirement, so 65", 65),
        ("sixty three, retired 2 years ago", 63),
        ("55, feel like 90", 55),
        ("6 months", 0),
        ("18 months", 1),
        ("3 weeks", 0),
        ("I meant 11, not 41", 11),
        ("Boxing Day 92", 32),
        ("I was 12 when it started, now 34", 34),
        ("ninety next birthday", 89),
        ("8 next Monday", 7),
        ("hits the big 4-0 next summer", 39),
        ("eighteen and a half months", 1),
        ("type 2 diabetic since 7, now 22", 22),
        ("sixty wun", 61),
        ("12 on 5 Jan 2026", 12),
        ("I said 45 I meant 54", 54),
        ("I'm an adult", 18),
        ("a pensioner", 60),
        ("٣٤", 34),
        ("３４", 34),
    ],
)
def test_a_bare_number_is_an_age_only_when_asked_for(text: str, age: int) -> None:
    assert ages(text) == [("number", age)]


@pytest.mark.parametrize("text", ["200", "-5", "minus five", "121", "999999", "1899", "2026"])
def test_a_number_that_can_be_no_age(text: str) -> None:
    assert ages(text) == [("number", UNUSABLE)]


@pytest.mark.parametrize(
    "text",
    [
        "pain for 3 years",
        "I've had it for 10 years",
        "had it 20 years",
        "20 years ago",
        "I'm 2 years into this",
        "I'm 7 years post op",
        "for 6 months",
        "about two months now",
        "5 days a week",
        "I'm 34 weeks pregnant",
        "three weeks ago",
        "since 2015",
        "7/10",
        "7 out of 10",
        "about 8 out of ten",
        "pain is a 7",
        "pain level 8",
        "my pain: 8",
        "hurts at 3am",
        "I run 10 miles a week",
        "ten hours a day",
        "I weigh 80 kg",
        "I'm 80 kilos",
        "I'm 5'11",
        "I'm 6ft",
        "bmi 34",
        "2 kids",
        "I have 2 kids aged 5 and 7",
        "it started when I was 12",
        "I've had it since I was 15",
        "since the age of 15",
        "not 41",
        "21 again ;)",
        "she's in year 6",
        "under 18",
        "do you treat under 16s?",
        "can I come Tuesday at 3?",
        "5ft 9",
        "steven",
        "feel like 90",
        "I'm a teenager",
        "no idea",
        "back pain, going on four years, I've tried the lot",
        "hip pain nearly three years now",
        "",
    ],
)
def test_what_is_no_age(text: str) -> None:
    assert ages(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("fifty two", "52"),
        ("i am twenty-one", "i am 21"),
        ("in my thirties", "in my 30s"),
        ("one of them", "one of them"),
        ("another one", "another 1"),
        ("minus two", "-2"),
        ("none", "none"),
    ],
)
def test_number_words_become_digits(text: str, digits: str) -> None:
    assert to_digits(text) == digits


@given(st.integers(min_value=0, max_value=OLDEST))
def test_every_usable_age_is_read_as_it_is_written(age: int) -> None:
    assert ages(f"{age} years old") == [("age", age)]


@given(st.integers(min_value=1906, max_value=2024))
def test_a_year_of_birth_counts_as_the_lower_of_two_ages(year: int) -> None:
    assert ages(f"born in {year}") == [("age", TODAY.year - year - 1)]


@given(st.text(max_size=60))
def test_an_age_is_always_usable_or_marked_as_not(text: str) -> None:
    assert all(value == UNUSABLE or 0 <= value <= OLDEST for _, value in ages(text))
