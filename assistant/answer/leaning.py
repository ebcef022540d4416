"""Whether a turn leans on those before it, told from the signs that it shows."""

from __future__ import annotations

import re
from typing import Literal

from assistant.answer.content import content_of, names
from assistant.answer.parts import speaks_of_a_part
from assistant.answer.pointing import points
from assistant.answer.subjects import names_all

Stand = Literal["leans", "alone", "unsure"]

_ON_THE_ANSWER = re.compile(
    r"(?<!would )(?<!could )(?<!should )\byour?\b(?=\s+(?:answer|code|example|snippet"
    r"|(?:first|second|third|fourth|last|final"
    r"|\w+th)\b"
    r"|point|list|table|explanation|line|step|mean|meant|said|say|wrote|mention|showed|show\b"
    r"(?!\s+me)|just|call|print))|\b(?:line|step|point|item|bullet)\s+\d+\b"
    r"|\bthe\s+(?:first|second|third|fourth|fifth|last|final|\d+(?:st|nd|rd|th))\s+"
    r"(?:line|step|point|sentence|paragraph|bullet|item|row|example|snippet|argument|command)s?\b",
    re.IGNORECASE,
)
"""A question about the answer itself."""

_LEADS_ON = re.compile(
    r"""
    ^\s*[¿¡(]*(?:(?:yes|yeah|yep|right|sure|true|exactly),?\ +but
    |and|but|so|also|or|then|plus|what\ if|how\ come|really|same|in\ that\ case|why
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
    | ^\s*(?:show|give|write|print)\ (?:me\ |us\ )?(?:the|an?)\ (?:whole|full
      |complete|entire|finished)\ (?:\w+\ )?(?:thing|version|script|codes?|program|example|snippet
      |listing)\b
    | ^\s*show\ me\b[\s?.!]*(?:please|pls|how)?[\s?.!]*$
    | ^\s*(?:show|give|write)\ (?:me\ )?(?:the\ |an?\ |some\ )?(?:codes?|examples?)
      \ (?:with|in|using|where|that|on|without)\b
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
_RELATIONAL = re.compile(
    r"^(?:(?:and|so|but)\s+)?(?:what|which)(?:'s|\s+is|\s+are|\s+would be)\s+(?:the|its|some)\s+"
    r"(?:\w+\s+)?(?:alternative|advantage|disadvantage|benefit|downside|drawback|upside|default|purpose|cost"
    r"|price|catch|reason|effect|risk|limit|limitation|trade-?off|syntax|signature|complexity|point"
    r"|problem|solution|consequence|gain|use|idea)s?\b(?!.*\b(?:of|for|between|behind|in|with|to)\b)",
    re.IGNORECASE,
)
"""Asks for the advantage, the default, … and does not say whose."""
_COMPARES = re.compile(
    r"\b(?:\w{2,}er|better|other|another|alternative)\s+(?:way|option|method|approach|solution)s?\W*$|"
    r"^(?:which|who|what|welche\w*)(?:'s| is| are| was| would be| does| do) (?:[a-z]{2,}er|better|"
    r"worse|best|more|less)\b(?!.*\b(?:than|for|when|to|of)\b)|"
    r"^(?:would|will|can|could|does|do)\s+\S+(?:\s+\S+)?\s+(?:do|help|work|suffice)\W*$|"
    r"^(?:is|would|does|do|will|can)\b(?!.*\bthan\b)(?!.*\bmakes?\s+(?!it\b|that\b|this\b|them\b))"
    r".*\b(?:better|worse|more|less|faster|slower|enough)\W*$",
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
_OF_THE = re.compile(
    r"^(?:(?:why|how|when|where)\s+)?(?:is|are|was|were|do|does|did|can|could|should|must|will|would"
    r"|has|have)\s+the\s+[a-z]+(?!\s+of\b)",
    re.IGNORECASE,
)
"""The same where `the` something does it."""
_HOW_MANY = re.compile(
    r"^(?:how (?:many|much|long|often|big|large|far|deep)|which|whose)\b(?!.*\b(?:for|do|does"
    r"|did|is|are|"
    r"can|should|must|will|would|has|have|to|vs|or)\b)(?:\W+\w+){0,4}\W*$",
    re.IGNORECASE,
)
"""Asks for the number or the kind of something, and leaves out what it is for."""
_OWN_SUBJECT = re.compile(
    r"^(?:(?:how|why|when|where) (?:do|does|should|must|can|is|are)|what (?:happens|changes"
    r"|goes wrong) (?:to|with|for|in|inside)|when (?:do|should|would) (?:i|we|you|people) use)\s+"
    r"(?!i\b|we\b|you\b|one\b|people\b|the\b|it\b|they\b|this\b|that\b|these\b|those\b|my\b)"
    r"[\w.]{3,}",
    re.IGNORECASE,
)
"""A noun without an article is what is asked about: “how does broadcasting work”."""
_BARE_DIFFERENT = re.compile(
    r"\bhow\b(?!.*\b(?:from|to|than|between|and|vs|versus|or)\b).*\bdiffer(?:s|ent)?\W*$",
    re.IGNORECASE,
)
_WITHOUT_MAIN = re.compile(
    r"^(?:even|unless|because|except|although|(?:(?:and|but|or|so)\s+)?(?:if|while|once|when(?!\s+(?:do"
    r"|does|did|is|are|can|could|should|would|will|must)\b)))\b"
    r"(?!.*\b(?:what|which|who|where|why|how)\b)"
    r"(?!.*[,:]\s*(?:then\s+)?(?:do|does|did|is|are|can|could|should|would|will|must)\b)",
    re.IGNORECASE,
)
"""A clause that hangs on a sentence which is not there."""
_ASKS_AT_THE_END = re.compile(
    r"^(?:\w+\s+){0,3}(?:by|with|to|from|for|of|in|at|on|than)\s+(?:what|which|whom|how much)\W*$"
    r"|^(?!(?:what|which|who|why|how|is|are|do|does|can|will)\b).*\bth(?:ough|o)\W*$",
    re.IGNORECASE,
)
_IN_OTHER_WORDS = re.compile(
    r"\bin (?:one|a|two|few(?:er)?|other|plain|simple\w*|short) (?:sentences?|words?|lines?|english"
    r"|terms|nutshell)\W*$|\b(?:in )?one sentence\W*(?:please|pls)?\W*$|^too long\b"
    r"|\blike i'?(?:m| am) (?:five|an? \w+|\d+)\W*$|\b(?:shorter|simpler"
    r"|in short|once more|by default)\W*$",
    re.IGNORECASE,
)
"""Asks for what was said in another form, or for what is usual where nothing is named."""
_WHICH = re.compile(
    r"^(?:which|what|whose)\s+\w+\s+(?:must|should|do|does|did|can|would|will|shall)\b"
    r"(?!.*\b(?:for|in|of|with|on|to)\b)|\bthe\s+(?:[\w-]+\s+)?[\w-]+(?=\W*$|\s+(?:is|are|in|on|at|to"
    r"|then|first|now|must|should|can)\b)",
    re.IGNORECASE,
)
"""Chooses among what was spoken of, or says `the` of something that is not named further."""
_AMONG = re.compile(r"\bthe\s+(?:first|second|third|last|other)\b", re.IGNORECASE)
"""May choose among what was spoken of, or count something of its own."""
_ONE_OF_ITS_OWN = re.compile(r"\b(?:an?|the)\s+\w+\s+ones?\b(?![-\w])", re.IGNORECASE)
_ASKS_ANEW = re.compile(
    r"^(?:(?:can|could|would) you |please )?(?:what(?:'s| is| are| was| were| does| do)|define"
    r"|explain|describe|tell me (?:about|what|how|why)|who (?:is|are|was|won|\w+ed)\b"
    r"|was (?:ist|sind|macht|bedeutet)|erklär\w*"
    r"|qu[eé] (?:es|son|hace)|"
    r"explica|qu'?est-ce qu\w*|explique|o que (?:é|são)|cos'?[eè]|che cos'?[eè]|spiega|что такое"
    r"|объясни)"
    r"(?!\s+(?:happens|about|if|else|more|why|please|again)\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\b(?:what|which|who|when|where|why|how|do|does|did|is|are|can|could|should|would|will"
    r"|whats|hows|was|wie|wozu|wofür|warum|wann|wer|welche\w*|qu[eé]|c[oó]mo|cu[aá]l\w*|cu[aá]ndo"
    r"|quoi|comment|quel\w*|quand|pourquoi|cosa|come|quale|quando|perch[eé]|qual|quais)\b"
    r"|что|как|зачем|когда|почему",
    re.IGNORECASE,
)
_SETS_APART = re.compile(
    r"\bbetween\s+\S+.*\band\s+\S+|\S+\s+(?:vs\.?|versus|or|oder|ou)\s+\S+"
    r"|\S+\s+and\s+\S+.*\b(?:same|differ\w*)\b|\bdiffer\w*\b.*\S+\s+and\s+\S+",
    re.IGNORECASE,
)
"""Both sides of a comparison are named: nothing is left to be understood."""

_PREAMBLE = re.compile(
    r"^(?:(?:so|and|ok|also)[\s,]+)?(?:(?:do|did) you know(?=\s+(?:what|how|why|when|which|if)\b)"
    r"|(?:can|could|may|shall) (?:we|you|i) (?:please )?(?:talk|speak|ask(?: you)?) about"
    r"|i(?:'d like| would like| want| wanna| need) to (?:know|ask|learn|understand)(?: about)?"
    r"|i(?:'m| am) (?:wondering|curious)(?: about)?|i wonder"
    r"|(?:they|the interviewers?|an? interviewer|interviewers?|someone|my \w+)"
    r"(?: once)? asked(?: me)?(?: about)?|(?:i have )?a?\s*question (?:about|on))[\s,:]+"
    r"(?!(?:it|this|that|these|those|them)\b)",
    re.IGNORECASE,
)
"""How a question is led up to."""
_VERSUS = re.compile(r"\b(?:vs\.?|versus|between)\s", re.IGNORECASE)
_MY_OWN = re.compile(r"^why\s+(?:(?:is|are|does|do|did|has)(?:n'?t)?\s+)?my\s", re.IGNORECASE)
_JOINS_ON = re.compile(r"^\s*[¿¡]*(?:and|or|und|oder|y|e|et|ou|o)\s", re.IGNORECASE)
_REPORTS = re.compile(
    r"\bi(?:'ve| have)?\s+(?:already\s+|just\s+)?(?:looked|checked|tried|verified|tested|did)\W*$"
    r"|^(?:i(?:'ve| have)?\s+)?(?:already\s+)?(?:tried|did|checked)\b(?!.*\?)",
    re.IGNORECASE,
)
"""Says what came of the answer."""
_WITHOUT_WHO = re.compile(
    r"^¿?(?:funciona[n]?|sirven?|valen?|comparten?|cambian?|necesitan?|precisam?|ocupan?|tardan?"
    r"|afectan?|servono|serve|funzionano?|compartilham?|muda|ajudam?)\s*(?:$|\?|(?:junto|tambi[eé]n"
    r"|tamb[eé]m|anche|pure|con|com|en|em|in|na|no|para|per|por|sin|sem|senza|si|se|mejor|melhor)\b)",
    re.IGNORECASE,
)
"""Begins with the verb, where a language leaves its pronoun out."""
_LIBRARY = frozenset({"pytorch", "torch"})
"""What everything here is about, which names no subject."""


def stand(question: str, content: tuple[str, ...]) -> Stand:
    """Whether a turn that announces nothing leans on the conversation.

    It leans only if it shows it: by a pronoun without a noun of its own, by what it leaves out, by
    a comparison with one side.  A question with its own subject and no such sign stands alone,
    however short it is; `unsure` are those whose signs are weak.

    Args:
        question: the turn without politeness.
        content: its words that say what it is about.
    """
    asked = _PREAMBLE.sub("", question, count=1)
    if asked != question:
        return stand(asked, content_of(asked))
    bare = _LEADS_ON.sub("", question, count=1).lstrip(" ,")
    leads = bare != question.lstrip(" ,")
    if names_all(question, leads=leads):
        return "alone"
    if _says_nothing(question, content):
        return "leans"
    if points(question, content, leads=leads):
        return "leans"
    if _MY_OWN.match(question) and len(content) > 1:
        return "alone" if asks(bare) else "unsure"
    if _leaves_out(question, bare, content, leads=leads):
        return "leans"
    if shares_both_sides(bare):
        told = len(content) > 2 or (len(content) > 1 and bool(_VERSUS.search(bare)))
        return "alone" if not leads and (asks(bare) or told) else "unsure"
    if _half_said(bare, content):
        return "leans"
    if _ASKS_ANEW.match(bare) or _OWN_SUBJECT.match(bare):
        return "alone"
    if leads and not (asks(bare) and len(content) > 2):
        return "unsure"
    return "unsure" if _says_little(bare, content) else "alone"


def is_fragment(text: str) -> bool:
    """Whether a turn is a piece of a sentence that begins with a preposition."""
    return bool(_FRAGMENT.match(text)) and not asks(text)


def asks(text: str) -> bool:
    """Whether a turn has a word that asks."""
    return bool(_QUESTION.search(text))


def shares_both_sides(question: str) -> bool:
    """Whether a question compares two things and names both."""
    return bool(_SETS_APART.search(question))


def _says_nothing(question: str, content: tuple[str, ...]) -> bool:
    """Whether a turn asks for code, for more, or about the answer, or has no words of its own."""
    if not content and not names(question) and not re.search(r"\d", question):
        return True
    if _RELATIONAL.match(question) and len(content) <= 3:
        return True
    if any(sign.search(question) for sign in (_SHOW, _ABOUT, _ON_THE_ANSWER)):
        return True
    if speaks_of_a_part(question, content):
        return True
    again = _IN_OTHER_WORDS.search(question)
    return bool(again) and _LIBRARY.issuperset(
        word.lower() for word in content_of(_IN_OTHER_WORDS.sub(" ", question))
    )


def _leaves_out(question: str, bare: str, content: tuple[str, ...], *, leads: bool) -> bool:
    """Whether a turn is a piece of a sentence."""
    few, words = len(content), len(bare.split())
    if _ASKS_AT_THE_END.search(bare) or (few <= 4 and _WITHOUT_MAIN.match(question)):
        return True
    if few <= 4 and (_REPORTS.search(question) or _WITHOUT_WHO.match(bare)) and not names(bare):
        return True
    if few <= 3 and question.lower().startswith("what if ") and not names(question):
        return True
    if few <= 3 and _TRAILS.search(bare) and not shares_both_sides(bare):
        return True
    if asks(bare):
        return few <= 3 and words <= 7 and bool(_FRAGMENT.match(bare)) and "(" not in bare
    if words <= 10 and few <= 4 and _FRAGMENT.match(bare) and "(" not in bare:
        return True
    if leads and few <= (6 if _JOINS_ON.match(question) else 3):
        return True
    return bare.rstrip().endswith("?") and words <= 3 and not shares_both_sides(bare)


def _half_said(bare: str, content: tuple[str, ...]) -> bool:
    """Whether a turn compares with something unnamed, or leaves out what its `the` is of."""
    if _BARE_DIFFERENT.search(bare) or (len(content) <= 3 and _COMPARES.search(bare)):
        return True
    if names(bare):
        return False
    few = len(content)
    if few <= 2 and (_HOW_MANY.match(bare) or _OF_THE.match(bare)):
        return True
    return few <= 1 and bool(_POLAR.search(bare))


def _says_little(bare: str, content: tuple[str, ...]) -> bool:
    """Whether a turn that does not point back may still mean more than it says."""
    few = len(content)
    if not asks(bare):
        return few <= 1 or (few <= 3 and bool(_WHICH.search(bare)))
    if few <= 4 and _AMONG.search(bare):
        return True
    if names(bare) or _ONE_OF_ITS_OWN.search(bare):
        return False
    if few <= 2 and _WHICH.search(bare):
        return True
    return (few <= 1 and not re.search(r"\d", bare)) or (few <= 3 and bool(_POLAR.search(bare)))
