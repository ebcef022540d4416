"""What can be asked (entries with key points, predictions, bugs, tasks), and the choice of it."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.interview.types import KINDS, LEVELS, Kind, Level, Plan, RubricPoint
from corpus import editing
from corpus.exercises import Task
from corpus.predictions import Prediction
from corpus.types import Entry

_KIND_OF: Mapping[str, Kind] = {
    "comparison": "compare",
    "design": "design",
}
"""How an entry is asked; every other kind of entry is to be explained."""
_MINUTES: Mapping[Kind, int] = {"explain": 4, "compare": 4, "design": 8, "predict": 2}


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be asked.

    Attributes:
        id: `<kind>/<id of the entry, prediction or task>`.
        prompt: Markdown, as the candidate sees it.
        minutes: what it should take.
        entry: id of the entry that explains it, where one does.
        source: where it comes from, with the answer.
    """

    id: str
    kind: Kind
    topic: str
    level: Level
    prompt: str
    minutes: int
    entry: str | None
    source: Entry | Prediction | Task


@dataclass(frozen=True, slots=True)
class Role:
    """Whom an interview is for: what is asked more often than the rest.

    `topics` and `kinds` weigh how likely each is drawn; what is not named weighs 1, and 0 is never
    drawn.
    """

    title: str
    topics: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[Kind, float] = field(default_factory=dict)


ROLES: Mapping[str, Role] = {
    "research": Role(
        "research engineer",
        {"autograd": 3, "losses": 2, "optimizers": 2, "attention-transformers": 3, "generative": 2,
         "reproducibility-testing": 2},
        {"code": 2, "explain": 1.5},
    ),
    "ml": Role(
        "machine learning engineer",
        {"training-loop": 3, "data-loading": 3, "nn-modules": 2, "losses": 2, "checkpointing": 2,
         "debugging-profiling": 2, "transfer-learning-peft": 2},
        {"debug": 2},
    ),
    "performance": Role(
        "inference and performance engineer",
        {"compile-export-deploy": 3, "quantization-pruning": 3, "gpu-cuda": 3, "mixed-precision": 2,
         "debugging-profiling": 2, "dtypes-and-memory": 2, "llm-systems": 2},
        {"design": 2, "predict": 1.5},
    ),
    "llm": Role(
        "LLM training engineer",
        {"distributed": 3, "attention-transformers": 3, "llm-systems": 3, "mixed-precision": 2,
         "checkpointing": 2, "transfer-learning-peft": 2, "optimizers": 1.5},
        {"design": 2},
    ),
}  # fmt: skip


def rubric_of(entry: Entry) -> tuple[RubricPoint, ...]:
    """The key points of an entry, then its common mistakes, numbered."""
    found: list[RubricPoint] = []
    counts = {False: 0, True: 0}
    for point in editing.points(entry):
        counts[point.mistake] += 1
        found.append(
            RubricPoint(
                f"{'m' if point.mistake else 'k'}{counts[point.mistake]}",
                point.text,
                point.mistake,
                0.0 if point.mistake else 1.0,
                point.checks,
            )
        )
    return tuple(sorted(found, key=lambda point: point.mistake))


class Bank:
    """Everything that can be asked."""

    def __init__(
        self,
        entries: Iterable[Entry],
        tasks: Iterable[Task] = (),
        predictions: Iterable[Prediction] = (),
    ) -> None:
        self._items: dict[str, Item] = {}
        self._entries = {entry.id: entry for entry in entries if rubric_of(entry)}
        for item in (
            *(_of_entry(entry) for entry in self._entries.values()),
            *(_of_task(task) for task in tasks),
            *(_of_prediction(prediction) for prediction in predictions),
        ):
            self._items[item.id] = item

    def __len__(self) -> int:
        return len(self._items)

    def get(self, item: str) -> Item | None:
        """The item of that id; None if it has gone since."""
        return self._items.get(item)

    def entry(self, entry: str) -> Entry | None:
        """The entry of that id, if it has key points."""
        return self._entries.get(entry)

    @property
    def entries(self) -> list[Entry]:
        """Every entry that can be asked about."""
        return list(self._entries.values())

    @property
    def items(self) -> list[Item]:
        """Everything that can be asked."""
        return list(self._items.values())

    @property
    def topics(self) -> list[str]:
        """Every topic of which something can be asked, in order."""
        return sorted({item.topic for item in self._items.values()})

    def fitting(self, plan: Plan) -> list[Item]:
        """What may be asked under a plan, in order of ids."""
        role = ROLES.get(plan.role, Role(""))
        return [
            item
            for _, item in sorted(self._items.items())
            if (not plan.topics or item.topic in plan.topics)
            and (not plan.levels or item.level in plan.levels)
            and item.kind in plan.kinds
            and role.kinds.get(item.kind, 1.0) > 0
            and role.topics.get(item.topic, 1.0) > 0
        ]

    def choose(
        self,
        plan: Plan,
        asked: Sequence[str],
        level: Level,
        seconds: float,
        known: Collection[str] = (),
    ) -> Item | None:
        """The next question; None when nothing is left that fits.

        Drawn by weight: near the level called for, of a kind and a topic that have not just been
        asked, not met in an earlier interview, and to be done in the time left.  The same plan
        with the same questions before it gives the same choice.

        Args:
            plan: what the candidate chose.
            asked: ids of what was asked in this interview, in order.
            level: what the answers so far call for.
            seconds: time left.
            known: ids of what was asked in earlier interviews.
        """
        left = [item for item in self.fitting(plan) if item.id not in asked]
        if not left:
            return None
        left = [item for item in left if 60 * item.minutes <= seconds] or [
            min(left, key=lambda item: item.minutes)
        ]
        role = ROLES.get(plan.role, Role(""))
        before = [item for item in map(self.get, asked) if item is not None]
        kinds = [item.kind for item in before]
        per_kind = {kind: sum(item.kind == kind for item in left) for kind in KINDS}
        weights = [
            role.topics.get(item.topic, 1.0)
            * role.kinds.get(item.kind, 1.0)
            / per_kind[item.kind]
            * 0.2 ** abs(LEVELS.index(item.level) - LEVELS.index(level))
            * 0.3 ** kinds[-2:].count(item.kind)
            * 0.3 ** [one.topic for one in before].count(item.topic)
            * (0.2 if item.id in known else 1.0)
            * (0.0 if item.entry and item.entry in {one.entry for one in before} else 1.0)
            for item in left
        ]
        if not sum(weights):
            weights = [1.0] * len(left)
        rng = random.Random(f"{plan.seed}/{'/'.join(asked)}")
        return rng.choices(left, weights)[0]


def _of_entry(entry: Entry) -> Item:
    kind = _KIND_OF.get(entry.kind or "", "explain")
    return Item(
        f"{kind}/{entry.id}",
        kind,
        entry.topic or "",
        _level(entry.level),
        entry.question,
        _MINUTES[kind],
        entry.id,
        entry,
    )


def _of_task(task: Task) -> Item:
    prompt = f"**{task.title}**\n\n{task.statement}"
    if task.kind == "debug":
        code = task.starter.strip()
        prompt = f"{task.statement}\n\nFind the bug and mend it.\n\n```python\n{code}\n```"
    elif task.signature:
        prompt += f"\n\n```python\n{task.signature}\n```"
    return Item(
        f"{task.kind}/{task.id}", task.kind, task.topic, _level(task.level), prompt, task.minutes,
        task.entry, task,
    )  # fmt: skip


def _of_prediction(item: Prediction) -> Item:
    prompt = f"{item.ask}\n\n```python\n{item.code.strip()}\n```"
    return Item(
        f"predict/{item.id}", "predict", item.topic, _level(item.level), prompt,
        _MINUTES["predict"], item.entry, item,
    )  # fmt: skip


def _level(name: str | None) -> Level:
    return next((level for level in LEVELS if level == name), "mid")
