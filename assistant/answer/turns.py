"""What a turn of a conversation is to those before it, told from its wording alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.answer.announced import announced, without_politeness
from index import language
from index.lexical import SYNONYMS

TurnKind = Literal["fresh", "returns", "corrects", "leans", "alone", "unsure"]
"""`fresh`: another subject is announced; `returns`: an earlier one is; `corrects`: the last turn is
put right; `leans`: it cannot be understood by itself; `alone`: it names its own subject; `unsure`:
a whole question whose wording does not tell."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A turn read.

    Attributes:
        kind: what it is to what was said before.
        said: the turn without what announces or corrects.
        content: its words that say what it is about, in English as far as the glossary goes.
    """

    kind: TurnKind
    said: str
    content: tuple[str, ...]


_ON_THE_ANSWER = re.compile(
    r"\byour?\b(?=\s+(?:answer|code|example|snippet|(?:first|second|third|fourth|last|final"
    r"|\w+th)\b"
    r"|point|list|table|explanation|line|step|mean|meant|said|say|wrote|mention|showed|show\b"
    r"(?!\s+me)|just|call|print))|\b(?:line|step|point|item|bullet)\s+\d+\b"
    r"|\bthe\s+(?:first|second|third|fourth|fifth|last|final|\d+(?:st|nd|rd|th))\s+"
    r"(?:line|step|point|sentence|paragraph|bullet|item|row|example|snippet|argument|command)s?\b",
    re.IGNORECASE,
)
"""A question about the answer itself."""

_EXPLETIVE = re.compile(
    r"\b(?:is|be|was|makes?|would)\s+it\s+(?:\w+ly\s+|ever\s+|still\s+|also\s+"
    r"|not\s+)?(?:possible|ok(?:ay)?"
    r"|safe|bad|good|better|best|worth|necessary|true|important|common|normal|an?\s+(?:good|bad)\s+"
    r"idea|recommended|wise|allowed|useful|wrong|right|easy|hard)\b(?=.*\b(?:to|that|if|when"
    r"|\w+ing)"
    r"\b)|\bit\s+make(?:s)?\s+(?:any\s+)?sense\s+to\b|\bit\s+takes?\s+to\b",
    re.IGNORECASE,
)
"""`it` that stands for nothing said before."""

_THAT = (
    r"(?:(?<=^)|(?<=\b(?:is|do|in|on|at|by|to|of|or))\s|(?<=\b(?:was|did|for|can|how|why|and"
    r"|but))\s|"
    r"(?<=\b(?:does|with|from|than|like|will|when))\s|(?<=\b(?:about|after|would|could|where))\s|"
    r"(?<=\b(?:before|should|what's|during))\s)(?:that|this)\b|"
    r"\b(?:that|this)(?=\s*(?:[?.!,;:]|$)|\s+(?:off|on|out|up|down|work|happen|mean|one|way|case"
    r"|same"
    r"|be|so|too|either|again|anyway|then|now|always|still|also|really)\b)"
)
_POINTS_BACK = re.compile(
    rf"""
    {_THAT} | \bthese\b | \bthose\b | \bthem\b | \bboth\b(?!.*\band\b) | \bformer\b | \blatter\b
    | \b(?:as|the)\ above\b | \babove\W*$ | \bprevious\ (?:answer|question|example|point|code|one)\b
    | \binstead\b(?!\ of) | \bthe\ (?:two|three|others?)\b(?!\s+\w+\s+of) | \beither\W*$
    | \bneither\b
    | \b(?:which|what|that|this|first|second|third|last|other|another|each|either|any|right|better
        |best|new|old|same)\ ones?\b
    | (?<!of\ )(?<!with\ )(?<!all\ )(?<!and\ )(?<!or\ )(?<!zero\ )(?<!zeros\ )\bones?\W*$
    | \bone\ (?:in)?to\ the\ other\b | \bthe\ (?:first|second|last|other|same)(?=\W*$)
    | \b(?:damit|dabei|dafür|davon|darin|dazu|dagegen|letztere\w*|erstere\w*|stattdessen)\b
    | \b(?:eso|esto|ambos|lo\ mismo|ça|cela|celui-ci|celle-ci|isso|isto|questo|quello)\b
    | \b(?:это|этого|этим|этот|его|он|они|их)\b | 它 | 这(?!个问题) | それ | これ | इसे | इसका | वह
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STRONGLY = re.compile(
    r"\b(?:former|latter|neither|the two|(?:which|that|this|first|second|last|other|same) ones?"
    r"|the others?"
    r"(?=\W*$|\s+(?:is|are|do|does|can|has|have)\b)|of (?:them|these|those)|"
    r"(?:what|who|where|how|anything|anyone) else)\b"
    r"|^(?:and |so |but )?(?:what(?:'s| is) )?(?:the )?differen(?:t|ce) (?:to|from|with)\b",
    re.IGNORECASE,
)
"""Words that mean nothing without what was said before, whatever stands beside them."""
_IT = re.compile(r"\b(?:it|its|they|their)\b", re.IGNORECASE)
_OBJECT_IT = re.compile(r"\bit(?=\s*(?:[?.!,;:]|$)|\s+(?!\w+s\b|can|will|was|had|would|gets))")

_SUBJECT_IT = re.compile(
    r"^\s*(?:(?:and|but|so|then|now|if|why|how|when|is|does|did|can|will|would|should)\s+)*"
    r"(?:it|they|this|that|these|those)\s+(?:is|are|was|were|has|had|does|do|did|will|would|can|"
    r"could|should|must|says?|gives?|still|also|only|always|never|\w+s)\b",
    re.IGNORECASE,
)
"""A sentence about something that is not named, however much it says of it."""
_ASKED_OF_IT = re.compile(
    r"^(?!.*\b(?:if|when|once|while|after|because)\b.*\b(?:it|they)\b).*"
    r"\b(?:do|does|did|is|are|was|were|can|could|should|will|would|has|have|must)(?:n't)?\s+"
    r"(?:it|they|these|those)\b",
    re.IGNORECASE,
)
"""The same as a question: what comes before the verb is what is asked for, not who does it."""
_SENSIBLE = re.compile(
    r"^(?:what(?:'s| is| are| would be)|which is)\s+(?:an?|the|some)?\s*(?:good|sensible|typical"
    r"|usual|"
    r"reasonable|normal|right|best|recommended|common|safe|default|proper|correct)\s+\w+\W*$",
    re.IGNORECASE,
)
"""Asks for a good value of something that is not named."""

_LEADS_ON = re.compile(
    r"""
    ^\s*[¿¡(]*(?:and|but|so|also|or|then|plus|what\ if|how\ come|really|same|in\ that\ case|why
    |und|aber|oder
    |auch|warum|wieso|weshalb|y|e|ed|o|pero|tambi[eé]n|por\ ?qu[eé]|et|mais|ou|aussi|pourquoi|mas
    |tamb[eé]m|perch[eé]|ma|anche|а|и|но|или|почему|зачем|en|waarom)\b
    | ^\s*(?:那|那么|为什么|为何|还有|では|じゃあ|なぜ|どうして|और|क्यों|लेकिन)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT = re.compile(
    r"^\s*(?:and |but |so |ok(?:ay)?,? )?(?:what|how) about\b|^\s*¿?y qu[eé] (?:tal|pasa con)\b"
    r"|^\s*et (?:pour|avec)\b|^\s*(?:und )?was ist mit\b|^\s*e (?:per|quanto)\b",
    re.IGNORECASE,
)
_SHOW = re.compile(
    r"""
    ^\s*(?:can\ you\ |could\ you\ |please\ |now\ )*(?:show|give|write|print|see)?\s*(?:me|us)?\s*
    (?:(?:can|may|could)\ i\ (?:see|have|get)\ )?(?:the|some|an?|any|your|more|full|whole|small
    |short|working
    |minimal|complete)*\s*
    (?:codes?|examples?|snippets?|sample|demo|show\ me)\b[\s?.!,]*(?:please|pls|plz)?[\s?.!]*$
    | ^\s*show\ me\b[\s?.!]*(?:please|pls|how)?[\s?.!]*$
    | ^\s*(?:show|give|write)\ me\ (?:the\ |an?\ |some\ )?(?:codes?|examples?)\ (?:with|in|using
    |where|that|on|without)\b
    | (?:zeig|muéstra|enséña|montre|mostra|mostre|покажи|显示|给我看).{0,20}
      (?:code|beispiel|c[oó]digo|ejemplo|codice|esempio|exemplo|exemple|код|пример|代码|例子)
    | ^\W*(?:beispiel(?:code)?|c[oó]digo|ejemplo|exemple|codice|esempio|exemplo|код|пример)\b.{0,9}$
    | コードを?見せ | कोड\ दिखा
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FRAGMENT = re.compile(
    r"^\s*(?:even|with|without|by|of|over|under|inside|behind|through|into|via|for|in|on|at|to"
    r"|from|versus|vs\.?|than|every|each|only|still|not"
    r"|during|"
    r"after|before|if|unless|while|as|same|per|like|mit|ohne|bei|für|auch|sin|con|para|avec|sans"
    r"|pour|"
    r"sem|com|senza|per|с|без|для)\s+(?=\S)",
    re.IGNORECASE,
)
_TRAILS = re.compile(
    r"\b(?:as well|too|then|(?:in |up )?there|here|instead|either|again|already|though|anyway"
    r"|after all"
    r"|auch|"
    r"también|aussi|também|anche|тоже|也)\W*$|也(?:是|要|需要)?",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"^(?:which|who|what|welche\w*)(?:'s| is| are| was| would be| does| do)? \S*(?:\w{2,}er|better|"
    r"worse|best|more|less)\b(?!.*\b(?:than|for|when|to|of)\b)|"
    r"^(?:would|will|can|could|does|do)\s+\S+(?:\s+\S+)?\s+(?:do|help|work|suffice)\W*$|"
    r"^(?:is|would|does|do|will|can)\b(?!.*\bthan\b).*\b(?:better|worse|more|less|faster|slower"
    r"|enough)"
    r"\W*$",
    re.IGNORECASE,
)
"""Compares with something that is not named."""
_POLAR = re.compile(
    r"^(?:is|are|was|were|do|does|did|can|could|should|must|will|would|has|have|why (?:is|are"
    r"|was|does|"
    r"do|did)|how (?:is|are|was)|when (?:is|are|was)|where (?:is|are|was))\b.*\bthe\s+[a-z]",
    re.IGNORECASE,
)
"""Asks about `the` something, as if it had been spoken of."""
_HOW_MANY = re.compile(
    r"^(?:how (?:many|much|long|often|big|large|far|deep)|which|whose)\b(?!.*\b(?:for|do|does"
    r"|did|is|are|"
    r"can|should|must|will|would|has|have|to|vs|or)\b)(?:\W+\w+){0,4}\W*$",
    re.IGNORECASE,
)
"""Asks for the number or the kind of something, and leaves out what it is for."""
_ASKS_ANEW = re.compile(
    r"^(?:(?:can|could|would) you |please )?(?:what(?:'s| is| are| does| do)|define|explain"
    r"|describe|tell me "
    r"(?:about|what|how|why)|who (?:is|are)|was (?:ist|sind|macht|bedeutet)|erklär\w*"
    r"|qu[eé] (?:es|son|hace)|"
    r"explica|qu'?est-ce qu\w*|explique|o que (?:é|são)|cos'?[eè]|che cos'?[eè]|spiega|что такое"
    r"|объясни)"
    r"(?!\s+(?:happens|about|if|else|more|why|please|again)\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\b(?:what|which|who|when|where|why|how|do|does|did|is|are|can|could|should|would|will)\b",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\bbetween\s+\S+.*\band\s+\S+|\S+\s+(?:vs\.?|versus|or|oder|ou)\s+\S+"
    r"|\S+\s+and\s+\S+.*\b(?:same|differ\w*)\b|\bdiffer\w*\b.*\S+\s+and\s+\S+",
    re.IGNORECASE,
)
"""Both sides of a comparison are named: nothing is left to be understood."""

_NAMES = re.compile(r"[A-Za-z_]+\.[A-Za-z_.]+|\w*_\w+|\b[A-Z]+[a-z]*[A-Z]\w*|\b[A-Z]{2,}\b|`[^`]+`")
_WORD = re.compile(r"[A-Za-z]{2,}")
_LONG = 4
"""Letters from which a word is taken to say something unless it is known not to."""
_SHORT = frozenset(
    """
    api bce bug cnn cpu gan gpu gpus gru jit llm log max min mlp mps nan net numpy rnn sum svd tpu
    vae
    """.split()
).union(SYNONYMS)
"""Short words that say what a question is about."""
_FILLER = frozenset(
    """
    about actually again along also already always
    another anyway back because best better between bot
    h
    build built call called calls code codes come comes compare compared could did differ
    difference different does doing done each either else ever every exactly example examples
    explain fine first former from give goes good happen happened happens have help here instead
    into just keep kind last later latter like longer made make makes many maybe mean means
    meant more most must myself need needed needs never next once ones only other others please
    pls possible rather really right same second should show shown simply some something sorry
    sort still such sure tell than thank thanks that their them then there these they thing
    things third this those time today true used uses using usually very wait want well were
    what when where which while with without work works would write wrong your yours
    """.split()
)


def read_turn(question: str) -> Wording:
    """What `question` is to the turns before it, of which there must be some."""
    told = announced(question)
    if told:
        kind, said = told
        return Wording(kind, said, content_of(said))
    said = without_politeness(question)
    content = content_of(said)
    return Wording(_kind(said, content), said, content)


def shares_both_sides(question: str) -> bool:
    """Whether a question compares two things and names both."""
    return bool(_SETS_APART.search(question))


def content_of(question: str) -> tuple[str, ...]:
    """Words that say what a question is about, in English as far as the glossary goes."""
    read = language.read(question, ())
    words = [w for w in _WORD.findall(read.text) if _says_something(w.lower())]
    if read.foreign:
        return tuple(words)
    short = [
        w
        for w in _NAMES.findall(question)
        if not _WORD.fullmatch(w) or not _says_something(w.lower())
    ]
    return (*words, *short)


def _says_something(word: str) -> bool:
    return word in _SHORT or (len(word) >= _LONG and word not in _FILLER)


def _kind(question: str, content: tuple[str, ...]) -> TurnKind:
    bare = _LEADS_ON.sub("", question, count=1).lstrip(" ,")
    named = bool(_NAMES.search(question))
    few = len(content)
    if (not few and not named) or _SHOW.search(question) or _ABOUT.search(question):
        return "leans"
    if _ON_THE_ANSWER.search(question):
        return "leans"
    plain = _EXPLETIVE.sub(" ", question)
    leads = bool(_LEADS_ON.search(question))
    points = _points_back(plain)
    strongly = (_SUBJECT_IT, _ASKED_OF_IT, _STRONGLY, _SENSIBLE)
    if any(pattern.search(plain) for pattern in strongly) or (
        points and (few <= 3 or (leads and few <= 5))
    ):
        return "leans"
    if few <= 3 and _FRAGMENT.match(bare) and "(" not in bare and bare.count(" ") < 7:
        return "leans"
    if shares_both_sides(bare):
        return "alone" if not leads else "unsure"
    if few <= 3 and (_TRAILS.search(bare) or _COMPARES.search(bare)):
        return "leans"
    if _HOW_MANY.match(bare) and not named:
        return "leans"
    if few <= 3 and _POLAR.search(bare) and not named:
        return "leans"
    if _ASKS_ANEW.match(bare):
        return "alone"
    asks = bool(_QUESTION.search(bare))
    if leads and few <= 2 and not asks:
        return "leans"
    if bare.rstrip().endswith("?") and not asks and len(bare.split()) <= 3:
        return "leans"
    return "unsure"


def _points_back(question: str) -> bool:
    if _POINTS_BACK.search(question):
        return True
    pronoun = _IT.search(question)
    if not pronoun:
        return False
    # Behind a noun of its own, only what `it` is done to must have been spoken of before.
    before = content_of(question[: pronoun.start()])
    return not before or bool(_OBJECT_IT.search(question))
