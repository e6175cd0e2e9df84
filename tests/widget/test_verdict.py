"""The verdict as a card: steps, places, reasons, sources; print, text, the front desk; corrections."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.widget.visitor import Visitor


def test_the_two_techniques_as_drawn_steps(visitor: Visitor) -> None:
    visitor.answer_all()
    lists = visitor.of("verdict").locator(".technique")
    assert [each.get_by_role("heading").inner_text() for each in lists.all()] == ["Deep needling", "Shallow needling"]
    assert [each.get_by_role("listitem").count() for each in lists.all()] == [6, 4]
    assert [each.locator("svg").count() for each in lists.all()] == [6, 4]
    expect(lists.nth(1)).to_contain_text("30 seconds")
    expect(lists.nth(1)).to_contain_text("2 minutes")


def test_the_shallow_one_comes_first_where_it_fits(visitor: Visitor) -> None:
    visitor.answer_all(cramp="Yes")
    expect(visitor.of("verdict").locator(".technique").first).to_contain_text("Fits what you said")
    expect(visitor.of("verdict").locator(".technique").first).to_contain_text("Shallow needling")


def test_where_it_hurts_and_where_it_travels(visitor: Visitor) -> None:
    visitor.say("my left shoulder").say("yes, it travels to my left elbow").answer_all()
    picture = visitor.of("verdict").get_by_role("img")
    assert picture.get_attribute("aria-label") == "Hurts: my left shoulder. Travels to: my left elbow"
    assert picture.locator(".sore").count() == 1
    assert picture.locator(".along").count() == 2  # in front and at the back


def test_the_facts_are_in_the_patient_s_words_and_can_be_changed(visitor: Visitor) -> None:
    visitor.answer_all()
    facts = visitor.of("verdict").get_by_role("definition")
    expect(facts.first).to_contain_text("shoulder painmy left shoulder")
    visitor.of("verdict").get_by_role("button", name="Change: Cramps or stiffens easily").click()
    expect(visitor.of("assistant").last).to_contain_text("cramp or stiffen")
    visitor.tap("Yes")
    verdicts = visitor.of("verdict")
    expect(verdicts).to_have_count(2)
    expect(verdicts.first.locator(".actions")).to_be_hidden()
    expect(verdicts.last).to_contain_text("Fits what you said")


def test_what_rests_on_the_article_is_told_apart(visitor: Visitor) -> None:
    visitor.say("my left shoulder, I am 41, it does not travel, needles are fine").tap("None of these")
    visitor.page.get_by_role("checkbox", name="An allergy to metal.").check()
    visitor.tap("Send picked answers")
    card = visitor.of("verdict")
    expect(card.get_by_role("heading", name="Goes beyond the article")).to_be_visible()
    expect(card.get_by_role("heading", name="From the article", exact=True)).to_have_count(0)
    link = card.get_by_role("link").first
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert (link.get_attribute("href") or "").startswith("https://")


def test_saved_as_text_it_reads_as_a_letter(visitor: Visitor, page: Page, tmp_path: Path) -> None:
    visitor.answer_all()
    with page.expect_download() as saving:
        visitor.button("Save as text").click()
    saving.value.save_as(tmp_path / "result.txt")
    text = (tmp_path / "result.txt").read_text(encoding="utf-8")
    code = visitor.of("verdict").locator(".code b").inner_text()
    assert saving.value.suggested_filename == f"{code}.txt"
    assert text.startswith("Dry needling may be worth asking about\n")
    for part in ("shoulder pain", "A thin needle in a small tube", "From the article", code, "my left shoulder"):
        assert part in text
    assert "Change" not in text and "Delete" not in text


def test_printing_prints_the_card_alone(visitor: Visitor, page: Page) -> None:
    visitor.answer_all()
    page.evaluate("""() => {
      window.printed = [];
      const append = ShadowRoot.prototype.append;
      ShadowRoot.prototype.append = function (...nodes) {
        append.apply(this, nodes);
        for (const node of nodes) if (node.contentWindow) node.contentWindow.print = () => {
          window.printed.push(node.contentDocument.body.innerText);
          node.contentWindow.dispatchEvent(new Event('afterprint'));
        };
      };
    }""")
    visitor.button("Print or save as PDF").click()
    (printed,) = page.evaluate("window.printed")
    assert "Dry needling may be worth asking about" in printed
    assert "A thin needle in a small tube" in printed  # unfolded
    assert "Your message" not in printed and "Delete my data" not in printed
    assert page.locator("iframe").count() == 0


def test_sent_to_the_front_desk_from_the_card(visitor: Visitor) -> None:
    visitor.answer_all()
    visitor.tap("Send to the front desk", "What name")
    visitor.tap("Skip", "What phone number").tap("Skip", "have been passed to the front desk")


def test_sent_later_after_a_first_no(visitor: Visitor) -> None:
    visitor.answer_all()
    visitor.tap("No, thanks", "passed nothing on")
    visitor.tap("Send to the front desk", "What name")
