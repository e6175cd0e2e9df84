"""Run the custom actions in this process instead of on an action server."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.runtime.timing import stage

PACKAGE = "actions"

# The failures of the turn that this task is running.
failures: ContextVar[list[str]] = ContextVar("failures")


class ActionError(RuntimeError):
    """A custom action failed; the turn must not be kept."""


class InProcessActions(EndpointConfig):
    """An action endpoint that calls the actions directly.

    Rasa records a failed action as done and goes on ("sent" though nothing was sent), so a failure is noted in
    `failures` for the caller, which then gives the turn up.
    """

    def __init__(self) -> None:
        super().__init__(url="in-process")
        self._executor = ActionExecutor()
        self._executor.register_package(PACKAGE)

    async def request(self, *args: Any, json: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Run the action that Rasa asks for and return its events and messages.

        Raises:
            ActionError: the action failed.
        """
        try:
            with stage("action"):
                return await self._executor.run(json)
        except Exception as error:  # noqa: BLE001 - whatever an action raises gives the turn up
            failures.get().append(type(error).__name__)
            raise ActionError(type(error).__name__) from None

