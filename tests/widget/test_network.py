"""What goes wrong on the way: reload, two tabs, a restart, no network, a slow one, answers that get lost."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from bot.intake.database import open_database
from bot.intake.desk_tables import staff_messages_table
from tests.widget.serving import ChatServer
from tests.widget.visitor import Visitor


def test_the_talk_is_back_after_a_reload(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder").tap("It stays in one place")
    page.reload()
    expect(visitor.of("patient")).to_have_count(2)
    assert visitor.said() == ["my left shoulder", "It stays in one place"]
    visitor.tap("None of these", "How old")


def second_tab(browsing: BrowserContext, server: ChatServer) -> Visitor:
    """Open the chat in another tab, in which the one message of the talk is shown."""
    second = Visitor(browsing.new_page())
    second.page.goto(server.address)
    expect(second.of("patient")).to_have_count(1)
    return second


def test_a_second_tab_shows_the_same_talk_and_follows_it(
    visitor: Visitor, browsing: BrowserContext, server: ChatServer
) -> None:
    visitor.say("my left shoulder")
    second = second_tab(browsing, server)
    second.tap("It stays in one place")
    expect(visitor.of("patient")).to_have_count(2)
    visitor.tap("None of these")
    expect(second.log).to_contain_text("How old")
    assert second.said() == visitor.said()


def test_what_one_tab_erases_is_gone_from_the_other(
    visitor: Visitor, browsing: BrowserContext, server: ChatServer
) -> None:
    visitor.say("my left shoulder")
    second = second_tab(browsing, server)
    visitor.button("Menu").click()
    visitor.button("Delete my data").click()
    visitor.button("Yes").click()
    expect(second.of("patient")).to_have_count(0)
    second.greeted()


def test_a_restart_in_the_middle_loses_and_doubles_nothing(visitor: Visitor, server: ChatServer) -> None:
    visitor.say("my left shoulder")
    server.stop()
    try:
        visitor.button("It stays in one place").click()
        expect(visitor.page.get_by_role("status").first).to_contain_text("No connection")
    finally:
        server.start()
    expect(visitor.log).to_contain_text("any of these?", timeout=20_000)
    expect(visitor.page.get_by_role("status").first).to_have_text("Connected again.")
    assert visitor.said() == ["my left shoulder", "It stays in one place"]


def test_offline_and_back(visitor: Visitor, browsing: BrowserContext) -> None:
    browsing.set_offline(True)
    visitor.box.fill("my left shoulder")
    visitor.box.press("Enter")
    expect(visitor.page.get_by_role("status").first).to_contain_text("No connection")
    expect(visitor.of("patient")).to_have_text(["You: my left shoulder"])
    browsing.set_offline(False)
    expect(visitor.log).to_contain_text("stay in one place")
    assert visitor.said() == ["my left shoulder"]


def test_an_answer_that_was_lost_is_fetched_and_the_message_not_taken_in_twice(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder")
    lost: list[str] = []

    def lose(route: Route) -> None:
        """Let the server take the message in, and drop its answer the first time."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().text())
            route.abort()
        else:
            route.fallback()

    page.route("**/messages", lose)
    visitor.button("It stays in one place").click()
    expect(visitor.log).to_contain_text("any of these?")
    assert lost
    page.reload()
    expect(visitor.of("patient")).to_have_count(2)
    assert visitor.said() == ["my left shoulder", "It stays in one place"]


def test_a_message_on_its_way_survives_a_reload(visitor: Visitor, page: Page, browsing: BrowserContext) -> None:
    page.route("**/messages", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    visitor.box.fill("my left shoulder")
    visitor.box.press("Enter")
    expect(visitor.page.get_by_role("status").first).to_contain_text("No connection")
    page.unroute("**/messages")
    page.reload()
    expect(visitor.log).to_contain_text("stay in one place")
    assert visitor.said() == ["my left shoulder"]


def test_a_reload_after_the_server_took_the_message_in_doubles_nothing(visitor: Visitor, page: Page) -> None:
    def take_in(route: Route) -> None:
        """Let the server answer, but not this page."""
        if route.request.method == "POST":
            route.fetch()
        else:
            route.fallback()

    page.route("**/messages", take_in)
    visitor.box.fill("my left shoulder")
    with page.expect_request("**/messages"):
        visitor.box.press("Enter")
    page.wait_for_timeout(1_000)
    page.unroute("**/messages")
    page.reload()
    expect(visitor.log).to_contain_text("stay in one place")
    page.wait_for_timeout(500)
    assert visitor.said() == ["my left shoulder"]
    assert page.get_by_text("stay in one place, or does it travel").count() == 1


def test_what_is_typed_before_the_talk_has_begun_stays_in_the_field(page: Page, server: ChatServer) -> None:
    page.route("**/conversations", lambda route: None)
    page.goto(server.address)
    box = page.get_by_role("textbox", name="Your message")
    box.fill("my left shoulder")
    box.press("Enter")
    expect(box).to_have_value("my left shoulder")
    expect(page.get_by_role("alert").nth(1)).to_be_empty()


def test_on_a_slow_network_it_says_that_somebody_writes(visitor: Visitor, page: Page) -> None:
    held: list[Route] = []
    page.route("**/messages", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    visitor.box.fill("my left shoulder")
    visitor.box.press("Enter")
    expect(page.get_by_text("The assistant is writing")).to_be_visible()
    visitor.box.fill("a second message")
    visitor.box.press("Enter")
    expect(visitor.box).to_have_value("a second message")  # one at a time: it waits in the field
    held[0].fallback()
    expect(visitor.log).to_contain_text("stay in one place")
    expect(page.get_by_text("The assistant is writing")).to_be_hidden()
    assert visitor.said() == ["my left shoulder"]


def test_a_refusal_says_why_and_gives_the_words_back(visitor: Visitor, page: Page) -> None:
    body = '{"title": "Too Large", "status": 413, "detail": "The message is too long."}'
    problem = {"status": 413, "content_type": "application/problem+json", "body": body}
    page.route("**/messages", lambda r: r.fulfill(**problem) if r.request.method == "POST" else r.fallback())
    visitor.box.fill("my left shoulder")
    visitor.box.press("Enter")
    expect(page.get_by_role("alert").nth(1)).to_contain_text("The message is too long.")
    expect(visitor.box).to_have_value("my left shoulder")
    expect(visitor.of("patient")).to_have_count(0)


@pytest.mark.parametrize("status", [429, 503])
def test_where_the_server_asks_for_time_it_gets_it(visitor: Visitor, page: Page, status: int) -> None:
    refused: list[int] = []

    def refuse_once(route: Route) -> None:
        if route.request.method == "POST" and not refused:
            refused.append(status)
            body = f'{{"title": "Wait", "status": {status}, "detail": "Please wait."}}'
            route.fulfill(status=status, headers={"Retry-After": "1"}, content_type="application/json", body=body)
        else:
            route.fallback()

    page.route("**/messages", refuse_once)
    visitor.box.fill("my left shoulder")
    visitor.box.press("Enter")
    expected = "needs a moment" if status == 429 else "Please wait. The assistant needs a moment"
    expect(page.get_by_role("status").first).to_contain_text(expected)
    expect(visitor.log).to_contain_text("stay in one place")
    assert (refused, visitor.said()) == ([status], ["my left shoulder"])


def test_a_talk_that_is_gone_from_the_server_begins_anew(visitor: Visitor, page: Page) -> None:
    visitor.say("my left shoulder")
    page.evaluate(
        "async () => { const [{ id, token }] = JSON.parse(Object.values(localStorage)[0]);"
        " await fetch(`/api/v1/conversations/${id}`,"
        " { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } }); }"
    )
    visitor.button("It stays in one place").click()
    expect(page.get_by_role("alert").nth(1)).to_contain_text("a new one has begun")
    expect(visitor.of("patient")).to_have_count(0)
    visitor.greeted()


def _staff_write(page: Page, database_url: str, text: str) -> None:
    """Write into this page's talk as the front desk does."""
    (kept,) = page.evaluate("JSON.parse(Object.values(localStorage)[0])")
    row = {"conversation_id": kept["id"], "at": time.time(), "author": "Sam Reyes", "text": text}
    with open_database(database_url).begin() as connection:
        connection.execute(staff_messages_table.insert().values(**row))


def test_what_the_front_desk_writes_comes_by_itself_with_its_author(
    visitor: Visitor, page: Page, database_url: str
) -> None:
    visitor.say("my left shoulder")
    _staff_write(page, database_url, "Shall we call you?")
    expect(visitor.of("staff")).to_contain_text("Sam Reyes")
    expect(visitor.of("staff")).to_contain_text("Shall we call you?")
    expect(page.get_by_role("status").first).to_have_text("The front desk has written to you.")
    visitor.tap("It stays in one place", "any of these?")
    page.reload()
    expect(visitor.of("staff")).to_have_count(1)
    assert visitor.said() == ["my left shoulder", "It stays in one place"]


def test_without_a_stream_the_history_is_looked_at(visitor: Visitor, page: Page, database_url: str) -> None:
    page.route("**/events", lambda route: route.fulfill(status=404))
    page.reload()
    visitor.greeted()
    _staff_write(page, database_url, "Shall we call you?")
    expect(visitor.of("staff")).to_contain_text("Shall we call you?")
