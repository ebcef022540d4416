"""The drill of the Interview tab: cards that are due, one after the other."""

from __future__ import annotations

from assistant.interview.bank import Item
from assistant.interview.report import model_answer
from assistant.interview.schedule import Statement, rating_of
from assistant.interview.terminal import span
from assistant.web import sitting as show
from assistant.web.desk import Desk
from assistant.web.notices import good_html
from assistant.web.stage import Here, View

LUCKY = 0.8
"""What a statement called rightly counts for: half of them are, by luck, so never "easy"."""


class Drilling:
    """Deals cards and judges the answers; `here` is where the page is, `owner` whose cards."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._room = desk.room
        self._stage = desk.stage

    def next(self, here: Here, owner: str) -> View:
        """The next card; the lobby where nothing more is due."""
        sitting = self._room.sitting(owner, here["topics"], here["aside"])
        card = self._room.card(sitting.keys[0]) if sitting.keys else None
        if card is None:
            done = good_html("Nothing more is due. Come back tomorrow.")
            return self._desk.lobby(owner) | {self._stage.notice: done}
        return self._stage.in_drill(here, sitting.keys[0], card, len(sitting.keys))

    def aside(self, here: Here, owner: str) -> View:
        """Puts the card aside for this sitting."""
        return self.next({**here, "aside": [*here["aside"], here["card"]]}, owner)

    def called(self, here: Here, owner: str, *, said: bool) -> View:
        """Judges whether a statement was rightly called true or false."""
        card = self._room.card(here["card"])
        if not isinstance(card, Statement):
            return self.next(here, owner)
        right = said == card.true
        due = self._reviewed(card.key, LUCKY if right else 0.0, owner)
        item = self._room.explained(card.entry)
        why = model_answer(item) if item else card.question
        return self._told(here, owner, card, show.statement_told(card, right, due), why)

    def answered(self, here: Here, owner: str, item: Item | None, text: str) -> View:
        """Judges an answer in words or code."""
        if item is None:
            return self.next(here, owner)
        result = self._room.examiner.judge(item, [text])
        due = self._reviewed(item.id, result.score, owner) if result.score is not None else ""
        told = show.result_html(result, result.score, 0, skipped=False)
        told += f'<p class="tp-quiet">{due}</p>' if due else ""
        return self._told(here, owner, item, told, model_answer(item))

    def _reviewed(self, key: str, score: float, owner: str) -> str:
        now = self._room.now()
        due = self._room.drill(owner).review(key, rating_of(score), now)
        return f"Due again in {span((due - now) / 86_400)}."

    def _told(self, here: Here, owner: str, card: Statement | Item, told: str, answer: str) -> View:
        without = [*here["aside"], here["card"]]
        left = len(self._room.sitting(owner, here["topics"], without).keys)
        return self._stage.card_told(card, left, told, answer)
