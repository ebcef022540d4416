"""Which words ascribe which property.

To add one, put a `Recogniser` among those of its theme: the words it answers to, in a clause as
`clauses.plain` leaves it, and its test.  Where two answer to a clause, the one whose words stand
first is taken, then the one that comes first here.
"""

from __future__ import annotations

from assistant.verify.properties.counts import COUNTS
from assistant.verify.properties.filled import FILLED
from assistant.verify.properties.graph import GRAPH
from assistant.verify.properties.holds import HOLDS
from assistant.verify.properties.kinds import KINDS
from assistant.verify.properties.lines import LINES
from assistant.verify.properties.memory import MEMORY
from assistant.verify.properties.modes import MODE
from assistant.verify.properties.ranges import RANGES
from assistant.verify.properties.recogniser import Recogniser
from assistant.verify.properties.registered import REGISTERED
from assistant.verify.properties.relations import RELATIONS
from assistant.verify.properties.settings import SETTINGS
from assistant.verify.properties.structure import STRUCTURE
from assistant.verify.properties.sums import SUMS
from assistant.verify.properties.zeroed import ZEROED

REGISTRY: tuple[Recogniser, ...] = (
    *REGISTERED, *HOLDS, *MODE, *SETTINGS, *ZEROED, *LINES, *RELATIONS, *MEMORY, *SUMS, *FILLED,
    *RANGES, *GRAPH, *STRUCTURE, *COUNTS, *KINDS,
)  # fmt: skip
