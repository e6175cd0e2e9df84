"""The protocol as Markdown, for a clinician to read and sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.triage.model import Protocol, Row, Tier


def rules_as_markdown(protocol: Protocol) -> str:
    """Return the decision table, the list of indications and the red flags as a Markdown document."""
    return "\n".join(_lines(protocol))


def _lines(protocol: Protocol) -> Iterator[str]:
    policy = protocol.policy
    yield f"# Needlepoint: the decision table, ruleset {protocol.ruleset}\n"
    yield "First match wins, top to bottom.\n"
    youngest, adult = policy.youngest_age, policy.adult_age
    minor = f"`minor` is {youngest} to {adult - 1}" if youngest < adult else "there are no minors"
    yield f"- Ages: `child` is under {youngest} years, {minor}."
    fear = "goes on to the explanation" if policy.mild_fear_explains else "counts as strong"
    yield f"- Mild nervousness about needles {fear}.\n"
    yield "| # | row | when | outcome | reason | technique | why | rests on |"
    yield "|---|---|---|---|---|---|---|---|"
    for number, row in enumerate(protocol.rows, 1):
        yield _table_row(number, row)
    yield "\n## Indications (the article's list)\n"
    yield "| id | article wording | region | only on its own words | ICD-10-CM (suggested) |"
    yield "|---|---|---|---|---|"
    for entry in protocol.indications.values():
        codes = ", ".join(code["code"] for code in entry.icd10cm)
        catch_all = "yes" if entry.catch_all else ""
        yield f"| {entry.id} | {entry.article_wording} | {entry.region} | {catch_all} | {codes} |"
    yield "\n## Red flags\n"
    yield "| id | what it may be | tier | source |"
    yield "|---|---|---|---|"
    for tier in Tier:
        for flag in (f for f in protocol.red_flags.values() if f.tier is tier):
            yield f"| {flag.id} | {flag.name} | {tier.value} | {flag.source.title} |"
    yield "\n## Precautions\n"
    yield from (f"- {p.id}: {p.name} ({p.source.title})" for p in protocol.precautions.values())
    yield "\nRead and agreed by: ______________________  Date: ____________"


def _table_row(number: int, row: Row) -> str:
    sources = "; ".join(source.title for source in row.sources)
    technique = row.technique or "–"
    when = " **or** ".join(_condition(alternative) for alternative in row.when)
    cells = (str(number), row.id, when, row.outcome.value, row.reason, technique, row.why, sources)
    return f"| {' | '.join(cells)} |"


def _condition(alternative: Mapping[str, Iterable[str]]) -> str:
    if not alternative:
        return "anything else"
    return " and ".join(f"{fact} = {'/'.join(sorted(values))}" for fact, values in alternative.items())
