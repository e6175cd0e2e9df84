"""A patient at the HTTP API."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

CONVERSATIONS = "/api/v1/conversations"
HEALTHY = {
    "pain_site": "my hip hurts",
    "referred_pain": "no, it stays in one place",
    "red_flags": "none of these",
    "age": "41",
    "needle_phobia": "needles don't bother me",
    "precautions": "none of these",
    "tolerance": "no",
}


class Patient:
    """One conversation, from its beginning on."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        begun = client.post(CONVERSATIONS, json={})
        assert begun.status_code == 201, begun.text
        self.id: str = begun.json()["conversation_id"]
        self.token: str = begun.json()["token"]
        self.newest: list[dict[str, Any]] = begun.json()["messages"]

    @property
    def address(self) -> str:
        """Return where the conversation's messages are."""
        return f"{CONVERSATIONS}/{self.id}/messages"

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that allow into the conversation."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def asking(self) -> str | None:
        """Return the id of the question that waits for an answer."""
        return next((m["asking"] for m in reversed(self.newest) if m["asking"]), None)

    def post(self, **request: Any) -> Response:
        """Send a message of any form."""
        response = self.client.post(self.address, headers=self.headers | request.pop("headers", {}), **request)
        if response.status_code == 200:
            self.newest = response.json()["messages"]
        return response

    def say(self, text: str) -> list[dict[str, Any]]:
        """Say something that is taken in, and return the answer."""
        response = self.post(json={"text": text})
        assert response.status_code == 200, response.text
        return self.newest

    def answer_until(self, question: str) -> None:
        """Answer as one with whom nothing is wrong, until a question is asked."""
        for _ in range(len(HEALTHY) + 1):
            if self.asking == question:
                return
            self.say(HEALTHY[self.asking or ""])
        raise AssertionError(f"{question} was never asked")

    def transcript(self) -> list[dict[str, Any]]:
        """Return the whole talk."""
        response = self.client.get(self.address, headers=self.headers)
        assert response.status_code == 200, response.text
        return list(response.json()["messages"])

    def erase(self) -> Response:
        """Have everything erased."""
        return self.client.delete(f"{CONVERSATIONS}/{self.id}", headers=self.headers)
