"""The assistant: a message in, the assistant's messages out, with Rasa's agent as a library behind it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import metrics
from bot.intake.database import empty_log
from bot.intake.repository import IntakeRepository
from bot.intake.staff_talk import staff_messages
from bot.runtime.actions import ActionError, InProcessActions, failures
from bot.runtime.answers import Answer, answers_of
from bot.runtime.choices import Choice, NotOffered
from bot.runtime.messages import ABOUT, Message, from_events, own_words, with_staff
from bot.runtime.rasa_inside import make_rasa_quick
from bot.runtime.repeats import Key, KeyReused, first_answer
from bot.runtime.timing import stage
from bot.runtime.tracker_store import EventStore
from bot.runtime.turns import Turns
from bot.triage.model import Reading
from bot.triage.reading import reading_of

logger = logging.getLogger(__name__)


class ModelMissing(RuntimeError):
    """There is no trained model, or it cannot be loaded."""


class TurnFailed(RuntimeError):
    """A turn could not be finished; nothing of it was kept."""


class Assistant:
    """Conversations with a trained model over a database.

    Raises:
        ModelMissing: no model at `model_path`, or it does not load.
    """

    def __init__(
        self, model_path: Path, engine: sa.engine.Engine, intakes: IntakeRepository, redis_url: str | None = None
    ) -> None:
        make_rasa_quick()
        self._actions = InProcessActions()
        self._engine = engine
        self._store = EventStore(engine)
        self._intakes = intakes
        self._turns = Turns(redis_url)
        if not model_path.exists():
            raise ModelMissing(f"no model at {model_path}: run `make train`")
        try:
            self._agent = Agent.load(str(model_path), action_endpoint=self._actions, tracker_store=self._store)
        except Exception as error:  # Rasa raises whatever its loading code meets
            reason = f"the model at {model_path} does not load ({type(error).__name__}): run `make train`"
            raise ModelMissing(reason) from error
        if self._agent.processor is None:
            raise ModelMissing(f"the model at {model_path} does not load: run `make train`")
        # Rasa wraps every store so that errors fall back to memory unseen; ours fails openly.
        self._agent.processor.tracker_store = self._store
        self._agent.tracker_store = self._store
        self._store.domain = self._agent.domain

    async def start(self, conversation_id: str) -> list[Message]:
        """Begin a conversation and return the greeting with the first question.

        Raises:
            TurnFailed: an action or the store failed; nothing was kept.
        """
        return await self._turn(conversation_id, None)

    async def hear(self, conversation_id: str, text: str, key: Key | None = None) -> list[Message]:
        """Take in what the patient wrote or chose and return what the assistant answers; once only for each key.

        Raises:
            KeyReused: the key came with another message.
            NotOffered: the choice is not offered now that the turn begins.
            TurnFailed: the reading, an action or the store failed; the conversation is as it was before.
        """
        return await self._turn(conversation_id, text, key)

    async def warm_up(self) -> None:
        """Hold a short talk that is not kept, so that the first patient does not wait for what loads at first use."""
        failures.set([])
        tracker = await self._processor.fetch_tracker_with_initial_session("warm-up")
        for text in (None, "hello"):
            await self._predict_and_run(tracker, await self._read(text, None))

    def answers(self, conversation_id: str) -> list[Answer]:
        """Return the answers held, in the order in which they are asked for."""
        return answers_of(self._store.events(conversation_id))

    def messages(self, conversation_id: str) -> list[Message]:
        """Return the whole talk so far."""
        talk = from_events(self._store.events(conversation_id))
        return with_staff(talk, staff_messages(self._engine, conversation_id))

    async def read(self, text: str) -> tuple[str, Reading]:
        """Return intent and findings of words that belong to no conversation, such as a caller's."""
        parsed = await self._processor.parse_message(UserMessage(own_words(text)))
        return parsed["intent"]["name"], reading_of(parsed["entities"])

    def newest_messages(self, conversation_id: str) -> list[Message]:
        """Return the messages of the last turns."""
        return from_events(self._store.newest_events(conversation_id))

    def first_answer(self, conversation_id: str, key: Key | None) -> list[Message] | None:
        """Return what a message with this key was answered, or None; raises KeyReused where it was another message."""
        if key is None or not self._store.took_in(conversation_id, key.key):
            return None
        return first_answer(self._store.events(conversation_id), key)

    def erase(self, conversation_id: str) -> None:
        """Erase everything held about a conversation."""
        self._store.erase(conversation_id)
        self._intakes.erase(conversation_id)
        empty_log(self._engine)

    @property
    def _processor(self) -> Any:
        return self._agent.processor

    async def _read(self, text: str | None, key: Key | None) -> UserUttered:
        """Return the message as understood; None is the opening."""
        if text is None:
            return UserUttered.create_external("start", [])
        # Here rather than in a channel of Rasa's, which would take commands.
        with stage("nlu"):
            parsed = await self._processor.parse_message(UserMessage(own_words(text)))
        if parsed["intent"]["name"] == "nlu_fallback":
            metrics.fallbacks.inc()
        kept = key.as_metadata() if key else None
        parsed |= {"text": text}
        parsed.pop("intent_ranking", None)  # half of what is kept of a message, and nobody reads it
        return UserUttered(text, parsed["intent"], parsed["entities"], parsed, input_channel="chat", metadata=kept)

    async def _turn(self, conversation_id: str, text: str | None, key: Key | None = None) -> list[Message]:
        """Run a turn that is kept whole or not at all, and return the assistant's messages."""
        failures.set([])
        try:
            with metrics.turn_seconds.time(), metrics.turns_open.track_inprogress():
                messages = await self._wait_and_take(conversation_id, text, key)
        except (KeyReused, NotOffered):
            raise
        except Exception as error:  # noqa: BLE001 - the outermost entry to Rasa: whatever it raises gives the turn up
            metrics.TURNS["failed"].inc()
            # Without its cause, whose message may repeat what was typed, and would be logged with this one.
            raise TurnFailed(", ".join(failures.get()) or type(error).__name__) from None
        metrics.TURNS["kept"].inc()
        return messages

    async def _wait_and_take(self, conversation_id: str, text: str | None, key: Key | None) -> list[Message]:
        async with AsyncExitStack() as held:
            with stage("lock"):
                await held.enter_async_context(self._turns.alone(conversation_id))
            if (first := self.first_answer(conversation_id, key)) is not None:
                return first
            tracker, messages = await self._take(conversation_id, text, key)
        if (tracker.get_slot("talk") or {}).get("forgotten"):
            self.erase(conversation_id)
        return messages

    async def _take(
        self, conversation_id: str, text: str | None, key: Key | None
    ) -> tuple[DialogueStateTracker, list[Message]]:
        with stage("store"):
            tracker = await self._processor.fetch_tracker_with_initial_session(conversation_id)
            if isinstance(text, Choice):  # here, for the turns before this one may have asked something else
                text = text.words(self.newest_messages(conversation_id))
        before = len(tracker.events)
        heard = await self._read(text, key)
        with stage("dialogue"):
            await self._predict_and_run(tracker, heard)
        if failures.get() or tracker.latest_action_name != ACTION_LISTEN_NAME:  # what does not end would never again
            raise ActionError("an action failed, or the dialogue came to no end")
        new = list(islice(tracker.events, before, None))
        _forget_placeholders(new)
        with stage("store"):
            await self._processor.save_tracker(tracker)
        messages = [message for message in from_events(e.as_dict() for e in new) if message.sender == "assistant"]
        for outcome in (message.triage["outcome"] for message in messages if message.triage):
            metrics.OUTCOMES[outcome].inc()
        return tracker, messages

    async def _predict_and_run(self, tracker: DialogueStateTracker, heard: UserUttered) -> None:
        channel = CollectingOutputChannel()
        tracker.update(heard, self._agent.domain)
        # Rasa would look here for what fills its slots, but only our actions do (tests/test_consistency.py).
        await self._processor._run_prediction_loop(channel, tracker)


def _forget_placeholders(events: Iterable[Event]) -> None:
    """Keep of each message's details only ours: what its placeholders stood for, half of it all, is in its text."""
    for event in events:
        if isinstance(event, BotUttered):
            event.metadata = {name: value for name, value in event.metadata.items() if name in ABOUT}
