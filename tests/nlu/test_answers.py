"""Answers in the light of a question: yes and no, lists, consents, fear, spread, tolerance, corrections."""

from __future__ import annotations

import pytest

from bot.nlu.reader import Reader
from tests.nlu.readings import found, value

YES_NO = {
    "yes": [
        "yes", "Yes.", "YES!!!", "yesss", "yeah", "yep", "yup", "y", "Y", "aye", "sure", "ok", "okay", "of course",
        "absolutely", "definitely", "yes please", "I do", "it does", "she does", "correct", "for sure", "why not",
        "go ahead", "that's right", "that's fine", "fine by me", "well, yes", "hmm yes", "no doubt", "I'd say yes",
        "yes, a bit", "yes, I'm not sure about the rest though", "ok thanks", "yes?", "👍",
    ],
    "no": [
        "no", "nope", "nah", "nooo", "noooope", "n", "N", "no thanks", "never", "not at all", "definitely not",
        "of course not", "I don't", "it doesn't", "no way", "none", "not yet", "not anymore", "well no", "erm no",
        "I'd say no", "no, not really", "ok no", "sure, no", "no?", "👎", "I'm pleased to say no",
    ],
    "weak_yes": [
        "a bit", "sometimes", "I think so", "yes I think so", "probably", "kind of", "sort of", "I guess so",
        "occasionally", "yes but only sometimes", "once in a while", "now and then",
    ],
    "weak_no": [
        "not really", "I don't think so", "no I don't think so", "not that I know of", "not to my knowledge", "rarely",
        "hardly ever", "probably not", "prob not", "doubt it", "not fully",
    ],
    "not_sure": [
        "not sure", "I'm not sure", "unsure", "I don't know", "idk", "dunno", "maybe", "maybe?", "perhaps", "possibly",
        "no idea", "hard to tell", "can't say", "skip", "could be", "it depends", "yes and no", "no, maybe",
        "no, not sure", "I'm not sure, no", "mum isn't sure", "not so sure", "rather not say",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [(text, answer) for answer, texts in YES_NO.items() for text in texts])
def test_yes_and_no(reader: Reader, text: str, expected: str) -> None:
    assert value(reader, text, "yes_no") == expected


@pytest.mark.parametrize(
    "text",
    [
        "my right knee",
        "the right side",
        "it's in my right leg",
        "I'm right handed",
        "my shoulder is fine, it's my neck",
        "it was ok yesterday",
        "hm",
        "I know",
        "I knew it",
        "you are kind",
        "what?",
        "what do you mean",
        "is that ok?",
        "do you take cards?",
        "shoulder n neck",
        "34",
    ],
)
def test_what_is_neither_yes_nor_no(reader: Reader, text: str) -> None:
    assert value(reader, text, "yes_no") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("none of these", "none"),
        ("none of these apply to me", "none"),
        ("No, none of them", "none"),
        ("no to all of them", "none"),
        ("nothing like that", "none"),
        ("neither of these", "none"),
        ("neither", "none"),
        ("I don't have any", "none"),
        ("haven't got any of those", "none"),
        ("not any", "none"),
        ("no other problems", "none"),
        ("no health problems whatsoever", "none"),
        ("I'm healthy", "none"),
        ("all clear", "none"),
        ("one of these", "any"),
        ("only the first one", "any"),
        ("a couple of these", "any"),
        ("all of the above", "any"),
        ("none of them except the last one", "any"),
        ("I don't have any metal allergy", None),
        ("I haven't got any implants", None),
        ("no problems with my heart", None),
        ("no other bleeding trouble", None),
        ("neither my neck nor my shoulder", None),
        ("no blood thinners", None),
    ],
)
def test_a_denial_of_one_thing_is_no_denial_of_the_list(reader: Reader, text: str, expected: str | None) -> None:
    assert value(reader, text, "list") == expected


CONSENT = {
    "yes": [
        "dad's fine with it", "dad is fine with it", "my parents agree", "both parents agree", "mum said yes",
        "mum said it's ok", "my guardian says fine", "they let me", "he wants to do it", "he's keen",
        "she understands it fully", "I explained it to him and he gets it", "he doesn't mind", "mum doesn't mind",
        "mum has no problem with it", "mum's all for it", "mum's ok with it", "I consent", "my guardian signed",
        "we have permission", "I'm allowed", "nobody objects", "he's scared but he agrees",
    ],
    "no": [
        "mum isn't happy about it", "mum's not happy", "mum says no", "my mum doesn't want me to", "dad won't let me",
        "dad wouldn't sign", "they haven't agreed", "mum hasn't agreed yet", "I haven't told my mum",
        "he doesn't agree", "he doesn't want it", "she's not happy to try", "he's not keen", "she doesn't understand",
        "she doesn't really understand", "he's too young to understand", "mum is against it", "mum's not ok with it",
        "I do not consent", "I disagree", "we don't have permission", "mum would never agree", "not allowed",
        "he refuses", "no she won't agree", "one parent agrees, the other doesn't", "mum's happy but dad isn't",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [(text, answer) for answer, texts in CONSENT.items() for text in texts])
def test_consent_in_words_other_than_yes_and_no(reader: Reader, text: str, expected: str) -> None:
    assert value(reader, text, "agrees") == expected


@pytest.mark.parametrize("text", ["he will think about it", "will do", "34"])
def test_what_says_nothing_of_consent(reader: Reader, text: str) -> None:
    assert value(reader, text, "agrees") is None


@pytest.mark.parametrize("text", ["mum isn't sure", "dad is undecided", "I haven't asked them", "mum doesn't know"])
def test_consent_in_doubt_is_no_yes(reader: Reader, text: str) -> None:
    assert (value(reader, text, "yes_no"), value(reader, text, "agrees") == "yes") == ("not_sure", False)


FEAR = {
    "none": [
        "fine", "no problem", "they don't bother me", "not scared at all", "no fear at all", "love them",
        "I give blood regularly", "I've had acupuncture loads of times", "I'm ok with them", "they don't scare me",
        "bring it on", "no phobia", "wouldn't say I'm scared", "no, I'm fine", "would be fine", "not nervous",
        "I don't feel nervous", "can handle them",
    ],
    "mild": [
        "mild", "nervous", "a bit nervous", "slightly anxious", "not a fan", "not my favourite thing but I manage",
        "I get a bit worried", "I look away but I'm ok", "kind of nervous", "a bit scared", "not too scared",
        "I'm a bit squeamish", "I'd rather not but I can cope", "never liked them", "I don't love them but I cope",
        "used to be scared, fine now", "not terrified but nervous", "I'm not phobic, just a bit nervous",
        "I'm scared but only a little", "I'm okay as long as I don't look", "I'm a wimp",
    ],
    "strong": [
        "strong", "terrified", "petrified", "very scared", "really scared", "very nervous", "so nervous", "I panic",
        "I'd have a panic attack", "I faint", "they make me feel sick", "trypanophobia", "severe", "absolutely not",
        "No I'm terrified", "no, terrified", "I can't help being terrified", "I can't stop panicking",
        "not only nervous, terrified", "scared", "afraid", "I hate them", "I can't stand them",
    ],
    "not_sure": ["I've never had one", "not sure how I'd cope", "no idea how I'd cope"],
    "needle_none": [
        "I'm fine with needles", "needles don't bother me", "I'm not scared of needles", "I don't mind needles",
        "needles wouldn't bother me", "not afraid of injections", "he's fine with jabs", "I'm used to needles",
        "no fear of needles", "I don't have a fear of needles", "needles? no problem",
        "I hate the pain in my neck, needles are fine", "strong shoulder pain, needles are fine",
    ],
    "needle_mild": [
        "a little nervous about needles", "I don't like needles", "not keen on needles",
        "not comfortable with needles", "I have never liked needles", "I'm not good with needles",
    ],
    "needle_strong": [
        "I'm terrified of needles", "I have a needle phobia", "I faint when I see a needle",
        "I pass out with injections", "I can't stand needles", "I hate needles", "scared to death of needles",
        "extremely anxious about needles", "no way am I having needles", "I couldn't cope with needles",
        "I can't tolerate needles", "I freak out at needles", "my son is terrified of needles", "she hates injections",
        "I'm not fine with needles", "awful with needles", "I hate getting shots",
        "I'm terrified of needles and my shoulder is a bit sore",
    ],
    "needle_not_sure": ["not sure how I'd cope with needles"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [(text, level) for level, texts in FEAR.items() for text in texts])
def test_fear(reader: Reader, text: str, expected: str) -> None:
    assert value(reader, text, "fear") == expected


@pytest.mark.parametrize(
    "text",
    [
        "I get pins and needles in my hand",
        "shooting pain down my leg",
        "I hate this pain",
        "I'm scared it's something serious",
        "34",
        "does it hurt?",
        "my left hip",
        "well, I don't know",
    ],
)
def test_what_says_nothing_of_fear(reader: Reader, text: str) -> None:
    assert value(reader, text, "fear") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("needles terrify me", "needle_strong"),
        ("pins and needles in my hand terrify me", "strong"),
        ("blackout blinds and no chocolate for my migraines, a girl at work has needles for hers", "strong"),
    ],
)
def test_fear_is_of_needles_where_they_are_named_near_by(reader: Reader, text: str, expected: str) -> None:
    assert value(reader, text, "fear") == expected


SPREAD = {
    "yes": [
        "it goes down my arm", "it shoots down my leg", "it travels up my neck", "it spreads to my arm", "it radiates",
        "into my hand", "to my elbow", "yes, into my fingers", "it moves around", "all over", "sometimes down the leg",
        "sometimes it goes to my hip",
    ],
    "no": [
        "it doesn't travel", "it doesn't go anywhere", "it stays in one place", "stays put", "just there",
        "only in my shoulder", "it does not spread", "no spreading", "doesn't radiate", "it's localised",
        "no, just the knee", "it never moves", "one spot", "not down the leg", "doesn't go down my leg",
        "nowhere else", "the pain hasn't spread", "it hasn't moved", "I don't think it travels",
    ],
    None: ["it goes away", "it comes and goes", "I'm not sure if it travels", "it hurts", "34"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [(text, answer) for answer, texts in SPREAD.items() for text in texts])
def test_spread(reader: Reader, text: str, expected: str | None) -> None:
    assert value(reader, text, "spread") == expected


CRAMPS = {
    "yes": [
        "I cramp easily", "I get cramps a lot", "my muscles seize up", "I stiffen up easily", "I'm quite stiff",
        "I can't tolerate deep", "I couldn't tolerate deep needling", "I don't tolerate pain well", "prefer gentle",
        "low pain threshold", "I'm prone to cramping", "can't handle deep needles", "sometimes I cramp",
    ],
    "no": [
        "I don't cramp", "I never cramp", "not stiff", "I can tolerate it", "I could take it", "deep is fine",
        "no cramps", "high pain tolerance", "I don't get stiff easily", "I don't stiffen or cramp", "hardly ever cramp",
        "I'm not prone to cramps", "pt denies cramping", "I don't seize up", "can handle deep needles",
    ],
    None: ["34", "what does that mean?", "my hip"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [(text, answer) for answer, texts in CRAMPS.items() for text in texts])
def test_tolerance(reader: Reader, text: str, expected: str | None) -> None:
    assert value(reader, text, "cramps") == expected


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("actually it's my hip", "correction"),
        ("I meant 11, not 41", "correction"),
        ("sorry, my hip", "correction"),
        ("change my age", "correction"),
        ("not my shoulder, my neck", "correction"),
        ("and my neck too", "addition"),
        ("I also have a headache", "addition"),
        ("my son has a sore neck", "for_child"),
        ("it's for my mum", "for_other"),
        ("how long does it take?", "question"),
        ("does it hurt", "question"),
        ("no its my hip", "counter"),
        ("no, no fever", "no_apart"),
    ],
)
def test_cues(reader: Reader, text: str, cue: str) -> None:
    assert cue in {finding.value for finding in found(reader, text, "cue")}


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("it hurts when I chew", "question"),
        ("can handle it", "question"),
        ("is ok for me", "question"),
        ("she says top of the shoulders", "correction"),
        ("no its just round my forehead", "correction"),
        ("no fever", "no_apart"),
        ("could be", "question"),
        ("my hip hurts", "correction"),
        ("my hip hurts", "addition"),
        ("my neck", "for_child"),
    ],
)
def test_cues_that_are_not_there(reader: Reader, text: str, cue: str) -> None:
    assert cue not in {finding.value for finding in found(reader, text, "cue")}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I want to change my age", "age"),
        ("change what I said about needles", "needle_phobia"),
        ("change my cramping answer", "tolerance"),
        ("the answer about blood thinners was wrong", "precautions"),
        ("change where it hurts", "pain_site"),
        ("the safety question", "red_flags"),
    ],
)
def test_topics(reader: Reader, text: str, topic: str) -> None:
    assert topic in {finding.value for finding in found(reader, text, "topic")}
