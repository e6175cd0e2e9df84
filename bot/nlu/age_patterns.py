"""The patterns of ages, over lower-case text with digits for number words: `n` is the number, `y` a year of birth."""

from __future__ import annotations

import re

_NOT_AGE = (
    r"(?!\s*(?:%|percent|weeks?|wks?|months?|mths?|days?|hours?|hrs?|min\w*|kg|kilos?|stone|lbs?|pounds|km|k\b|miles?"
    r"|times|out of|/|reps?|mg|am\b|pm\b|cm|ft|feet|foot|°|degrees|\.\d|:\d|in\b an hour))"
)
_N = r"(?P<n>\d{1,4}(?:\.\d)?)(?!\d)"
_YEARS = r"(?:years?|yrs?)"
_LASTING = (
    r"(?:ago|off|shy|now|with|of\b(?! age)|back|already|and counting|running|since|on and off|post|into|in\b|after)"
)
_NOT_YEARS_OF = rf"(?!\s*{_YEARS}\s+{_LASTING})"
OTHER = (
    r"(?:she|he|they|shes|hes|theyre|daughter|son|kid|child|boy|girl|grandson|granddaughter|lad|nephew|niece"
    r"|mum|mom|dad|wife|husband|mother|father|partner|who|baby|toddler|teenager|teen|twins?|eldest|youngest"
    r"|little one)"
)
_BE = r"(?:\s*'?s|\s+is|\s+are|'re|\s+was|\s+just turned|\s+has just turned|\s+turned|\s+turns)"
_SOON = (
    r"(?:nearly|almost|not quite|about to (?:turn|be)|coming up (?:on|to|for)|turning|going on"
    r"|just (?:under|short of)|will (?:be|turn)|'?ll (?:be|turn)|soon to be|turns?|close to|not yet|approaching"
    r"|pushing|gonna be|going to be|rising|coming up|(?:shy|short) of"
    r"|(?:days?|weeks?|months?) (?:off|until|till?|before)|be)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_HEDGE = r"(?:about |around |only |just |over |nearly |almost |at least |more than )*"

BORN = re.compile(rf"\b(?:born|dob|d\.o\.b\.?|birth(?:day| ?year| ?date)?|b\.)\b[^.?!]{{0,25}}?\b{_YEAR}\b")
BORN_SHORT = re.compile(
    r"\b(?:born (?:in |\w+ of )?|birth year (?:is |was )?)'?(?P<y>\d\d)(?![\d/.])"
    r"|^'(?P<bare>\d\d)$|'(?P<baby>\d\d) baby\b"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
# A date of birth, or only its month; a year of two digits stands last, after a day and a month.
BIRTH_DATE = re.compile(
    rf"\b(?:\d{{1,2}}[./ -]\d{{1,2}}[./ -]{_YEAR}|{_DAY}[ -](?:of )?{_MONTH}[, -]{{1,2}}{_YEAR}"
    rf"|{_MONTH} (?:the )?{_DAY},? {_YEAR}"
    rf"|{_MONTH},? (?:of )?{_YEAR}|\d{{1,2}}[./-]{_YEAR}|{_YEAR}-\d\d-\d\d|\d{{1,2}}[./-]\d{{1,2}}[./-]\d\d"
    rf"|{_DAY} (?:of )?{_MONTH},? '?\d\d|{_MONTH} (?:of )?(?:'\d\d|3[2-9]|[4-9]\d))\b".replace("?P<y>", "?:")
)
# "boxing day 92": a day without a number, before a year.
FEASTS = {
    "new year's day": "1 january",
    "new years day": "1 january",
    "valentine's day": "14 february",
    "valentines day": "14 february",
    "st patrick's day": "17 march",
    "st patricks day": "17 march",
    "halloween": "31 october",
    "bonfire night": "5 november",
    "christmas eve": "24 december",
    "christmas day": "25 december",
    "christmas": "25 december",
    "boxing day": "26 december",
    "new year's eve": "31 december",
    "new years eve": "31 december",
}
FEAST = re.compile(rf"\b(?P<feast>{'|'.join(FEASTS)})(?=,? (?:(?:19|20)\d\d|'?\d\d)\b)")
FROM_NOW = re.compile(rf"\b(?P<day>{_MONTH},? (?:of )?)(?P<which>last|this) year\b")
SMALL = re.compile(
    r"(?<!for )(?<!past )(?<!last )(?<!every )\b(?P<n>\d{1,3}|a few|a couple of)[ -]?"
    r"(?:and a half )?(?P<unit>months?|mths?|mo|weeks?|wks?|days?)\b[ -]?(?P<old>old)?\b"
    r"(?! *(?:pregnant|ago|an? |per |now|of\b|with|post|into|gone|along|after|since|back|in\b|out\b))"
)
DECADE = re.compile(
    r"\b(?:in (?:my|his|her|their|the)|early|mid|late|am|im|i'm)[- ](?:(?:early|mid|late)[- ])?(?:to late )?"
    r"(?P<n>[2-9]0)'?s\b|\b(?P<some>[2-9]0)[ -]?(?:something|odd)\b"
)
ABOUT_TO = re.compile(rf"\b{_SOON}\s+{_N}{_NOT_AGE}(?P<later>[^.?!]*)")
# "in my 71st year": seventy; "my 42nd birthday is in march": forty-one
ORDINAL = re.compile(
    r"\b(?P<n>\d{1,3})(?:st|nd|rd|th) (?P<what>year|birthday|bday|b-day)\b"
    rf"(?P<later>(?: (?:is|in|next|tomorrow|soon|coming|this|{_MONTH}))*)"
)
# "he's 12 in march", "12 next month": eleven until then
WITHIN_A_YEAR = re.compile(
    rf" (?:in (?:{_MONTH}|(?:\d+|a|a few|a couple of) (?:days?|weeks?|months?))"
    r"|next (?:week|month|year|birthday|spring|summer|autumn|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r"|tomorrow|(?:come|at|by) (?:christmas|easter|new year)"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
PASSED = re.compile(r"\b(?:was|turned|gone|last|just had)\b")
EXPLICIT = (
    re.compile(rf"\b{_N}[ -]*(?:years?|yrs?|yr|y)?[ -.]*(?:of age|old|/?o\b)"),
    re.compile(rf"\b{_N} ?(?:yo|y/o|y\.o\.?|yrs?\.? old|years? young)\b"),
    re.compile(rf"\b(?:aged?|age is|age was|age of|age)\s*[:=-]?\s*(?:is\s+|of\s+)?{_N}{_NOT_AGE}"),
    re.compile(
        r"\b(?:i'm|im|i am|i(?:'ve|ve| have)?(?: just)? turned)\s+"
        r"(?:about |around |only |just |over |now |a |an |already |actually |still )*"
        rf"{_N}{_NOT_AGE}{_NOT_YEARS_OF}"
    ),
    re.compile(rf"(?:^|[\s,(]){_N} ?(?:m|f|male|female|man|woman)(?=[\s,.;)/]|$)"),
    re.compile(rf"\b[mf]/{_N}\b"),
)
# As in other languages: "I have 34 years".
HAS_YEARS = re.compile(rf"^(?:i|he|she) (?:have|has|am having|is having) {_N} {_YEARS}(?: old| completed| now)*[.! ]*$")
GOING_ON = re.compile(rf"\b{_N} going on \d+\b")
# "she's twelve, well, not till January, so at the minute she's eleven"
AS_OF_NOW = re.compile(r"\b(?:at the (?:minute|moment)|at present|currently|right now|for now|as of (?:now|today))\b")
NOT_YET = re.compile(
    r"\b(?:not (?:even )?(?=\d+ (?:yet|til|till|until)\b)|not even |(?:less|younger) than )"
    rf"{_N}{_NOT_AGE}"
)
# "he'll be 13 in two years"
IN_YEARS = re.compile(rf"\b(?:be|turns?|turning) {_N} in (?P<years>\d{{1,2}}|a|a couple of) {_YEARS}\b")
# "not 34 but 15", "15, not 34": all that the message says.
INSTEAD = re.compile(
    r"^\W*(?:(?:no|sorry|it'?s|i'?m|i am|he'?s|she'?s|actually)\W+)*"
    r"(?:not \d+,? (?:but )?(?:it'?s |i'?m )?(?P<n>\d{1,3})"
    r"|(?P<first>\d{1,3}),? (?:and )?not \d+)\W*$"
)
# What comes after it is meant: "62, no wait, 63".
CORRECTED = re.compile(
    r"\d\D*?\b(?:no|wait|oops|sorry|i mean|make that|jk|correction|actually)\b(?=(?:(?!\bnot\b)\D)*\d)"
    r"|\d\D*?\bi meant (?=\d)"
)
FOR_ME = re.compile(r"\b(?:for|about|treating|it is|its|it's) me\b")
# Someone who is only mentioned: "lifting my 3 year old".
HANDLED = re.compile(rf"\b(?:my|our|his|her)\s+{_N}[ -]*(?:years?|yrs?|yr|y)?[ -]*old\b")
OF_OTHER = (
    re.compile(
        rf"\b{OTHER}{_BE}\s+"
        r"(?:only |just |about |now |nearly |almost |not quite |still |already |going to be |a |an |like )*"
        rf"{_N}{_NOT_AGE}{_NOT_YEARS_OF}"
    ),
    # "my 8 year old has ...", not "lifting my 3 year old into the car".
    re.compile(
        r"(?:^|[.,;:!?]\s*|\b(?:for|and|but|so|because|that|is|if|hi|hello|about|has|help|can|could|would)\s+)"
        rf"(?:my|our|a|the|his|her)\s+{_N}[ -]*(?:years?|yrs?|yr|y)?[ -]*(?:old|/?o\b)"
    ),
    re.compile(rf"\b{OTHER},?\s*(?:aged|age|\()?\s*{_N}(?:\)|\b){_NOT_AGE}"),
    re.compile(rf"\b(?:boy|girl|lad|lass|child|kid|teenager|baby|toddler) of {_N}{_NOT_AGE}"),  # but "mother of 3"
)
NUMBER = re.compile(
    rf"(?<![\d.,/])(?P<minus>-)?(?P<n>\d{{1,6}})(?:\s*(?:and a half|1/2|½)|\.\d+)?(?:ish|\+|s)?(?![\d/]){_NOT_AGE}"
)
WORDS = (
    (re.compile(r"\b(?:an? )?(?:adult|grown[- ]?up|over 18|over eighteen)\b"), 18),
    (re.compile(r"\b(?:pensioner|retired|senior citizen|oap|elderly|bus pass|great-?grand(?:mother|father))\b"), 60),
    (re.compile(r"\bsexagenarian\b"), 60),
    (re.compile(r"\bseptuagenarian\b"), 70),
    (re.compile(r"\boctogenarian\b"), 80),
    (re.compile(r"\bnonagenarian\b"), 90),
    (re.compile(r"\bmiddle[- ]aged?\b"), 40),
    (re.compile(r"\b(?:newborn|new born)\b"), 0),
    (re.compile(r"\btoddler\b"), 2),
)

# What is cut out first: durations, scores, heights, years in which something happened, other people's children, and
# what is denied.
_CHILDREN = r"(?:kids|children|sons|daughters|grandkids|grandchildren)"
NO_AGE = (
    re.compile(
        r"\b(?:for|since|past|last|over the|about|around|nearly|almost|every)?\s*\d+(?:\.\d)?\s*"
        rf"{_YEARS}(?=\s+{_LASTING}\b)"
    ),
    re.compile(rf"\bfor\s+{_HEDGE}\d+\s*{_YEARS}\b(?! old)"),
    # "back pain, going on four years", but "well, nearly 18 years"
    re.compile(
        r"\b(?:pain\w*|ach\w+|hurt\w*|sore\w*|stiff\w*|bad|problems?|troubles?|issues?|migraines?|headaches?)\b"
        r"[^.;!?\d]{0,40}"
        rf"\b(?:going on|getting on(?: for)?|coming up (?:on|to|for)|nearly|almost|pushing) \d+ {_YEARS}\b"
        r"(?! (?:old|of age|young))"
    ),
    re.compile(
        rf"\b(?:had|have|having|got|been|hurt|hurting)(?: \w+){{0,2}} {_HEDGE}\d+\s*{_YEARS}\b(?! (?:old|of age))"
    ),
    re.compile(r"\b\d+\s*/\s*10\b|\b\d+\s*out of\s*(?:10|ten)\b"),
    re.compile(r"\bpain(?: [a-z]+){0,2} ?[:=]? ?(?:10|\d)\b(?! ?(?:years?|yrs?|y))"),
    re.compile(r"\b(?:since|in)\s+(?:19|20)\d\d\b|\bbmi\W*(?:is |of )?\d+(?:\.\d+)?|\b\d'\s?\d{1,2}\b"),
    re.compile(rf"\b(?:when|since|until|before) (?:i|he|she|they) (?:was|were|turned) {_HEDGE}\d+\b"),
    re.compile(r"\btype \d\b|\bsince \d{1,2}\b|day at \d{1,2}\b"),
    re.compile(r"\b(?:was|were) \d+ when\b|\b(?:since|from|until|by)(?: the)? age(?: of)? \d+\b"),
    re.compile(rf"(?:\b\d+ )?\b{_CHILDREN},? (?:who are |aged? )+\d+(?:(?:,| and|, and) \d+)*"),
    re.compile(rf"\b\d+ (?:(?:grown(?:[- ]up)?|adult|young|little|small|lovely) )?(?:{_CHILDREN}|times)\b"),
    re.compile(r"(?:mother|father|mum|mom|dad|granny|nan|grandma|grandad) (?:of|to) \d+\b"),
    re.compile(r"\bnot\s+(?:a\s+)?\d+"),
    re.compile(r"\b(?:feel(?:s|ing)?|felt|look(?:s|ing)?|act(?:s|ing)?)(?: like)? (?:i'?m |a )?\d+\b"),
    re.compile(r"\b\d+ again\b"),
    re.compile(r"\b(?:year|grade|class) \d+\b|\b\d+(?:st|nd|rd|th) (?:form|grade|class)\b|\b(?:under|below) \d+s?\b"),
    re.compile(r"\b\d ?(?:ft|foot|feet) ?\d*\b"),
    # "picking up the baby all day, he's ten months old"
    re.compile(
        r"\b(?:lifting|carrying|picking up|holding|rocking|feeding|nursing)\b[^.;!?\d]*"
        r"\d+[ -]?(?:months?|mths?|weeks?|years?|yrs?)[ -]olds?\b"
    ),
)
