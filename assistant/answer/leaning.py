"""Whether a turn leans on those before it, told from the signs that it shows."""

from __future__ import annotations

import re
from typing import Literal

from assistant.answer.asking import asks, shares_both_sides
from assistant.answer.content import content_of, names
from assistant.answer.omitting import half_said, leaves_out, says_little
from assistant.answer.parts import speaks_of_a_part
from assistant.answer.pointing import points
from assistant.answer.subjects import is_general, is_subject, names_all

Stand = Literal["leans", "alone", "unsure"]
_ON_THE_ANSWER = re.compile(
    r"(?<!would )(?<!could )(?<!should )\byour?\b(?=\s+(?:answer|code|example|snippet"
    r"|(?:first|second|third|fourth|last|final"
    r"|\w+th)\b"
    r"|point|list|table|explanation|line|step|mean|meant|said|say|wrote|mention|showed|show\b"
    r"(?!\s+me)|just|call|print))|\b(?:line|step|point|item|bullet)\s+\d+\b"
    r"|(?<!\bat\s)(?<!\bfrom\s)(?<!\bafter\s)(?<!\bin\s)(?<!\bsince\s)(?<!\bbefore\s)"
    r"\bthe\s+(?:first|second|third|fourth|fifth|last|final|\d+(?:st|nd|rd|th))\s+"
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
    | \bwalk\ (?:me|us)\ through\ (?:it|that|this|an\ example|the\ (?:code|steps))\W*$
    | ^\s*show\ me\b[\s?.!]*(?:please|pls|how)?[\s?.!]*$
    | ^\s*(?:(?:can|could)\ you\ )?(?:show|give|write)\ (?:me\ )?(?:the\ |an?\ |some\ )?
      (?:(?:concrete|simple|small|short|real|quick|full)\ )?(?:codes?|examples?)
      \ (?:with|in|using|where|that|on|without)\b
    | (?:zeig|muéstra|enséña|montre|mostra|mostre|покажи|显示|给我看).{0,20}
      (?:code|beispiel|c[oó]digo|ejemplo|codice|esempio|exemplo|exemple|код|пример|代码|例子)
    | ^\W*(?:beispiel(?:code)?|c[oó]digo|ejemplo|exemple|codice|esempio|exemplo|код|пример)\b.{0,9}$
    | コードを?見せ | कोड\ दिखा
    """,
    re.IGNORECASE | re.VERBOSE,
)
_RELATIONAL = re.compile(
    r"^(?:(?:and|so|but)\s+)?(?:what|which)(?:'s|\s+is|\s+are|\s+would be)\s+(?:the|its|some)\s+"
    r"(?:\w+\s+)?(?:alternative|advantage|disadvantage|benefit|downside|drawback|upside|default|purpose|cost"
    r"|price|catch|reason|effect|risk|limit|limitation|trade-?off|syntax|signature|complexity|point"
    r"|problem|solution|consequence|gain|use|idea)s?\b(?!.*\b(?:of|for|between|behind|in|with|to)\b)",
    re.IGNORECASE,
)
"""Asks for the advantage, the default, … and does not say whose."""
_OWN_SUBJECT = re.compile(
    r"^(?:(?:how|why|when|where) (?:do|does|should|must|can|is|are)|what (?:happens|changes"
    r"|goes wrong) (?:to|with|for|in|inside)|when (?:do|should|would) (?:i|we|you|people) use)\s+"
    r"(?!i\b|we\b|you\b|one\b|people\b|the\b|it\b|they\b|this\b|that\b|these\b|those\b|my\b)"
    r"[\w.]{3,}",
    re.IGNORECASE,
)
"""A noun without an article is what is asked about: “how does broadcasting work”."""
_WHY_OWN = re.compile(
    r"^(?:so\s+)?why (?:do|does|are|is)(?:n'?t)?\s+"
    r"(?!i\b|we\b|you\b|one\b|people\b|the\b|it\b|they\b"
    r"|this\b|that\b|these\b|those\b|my\b|there\b|(?:py)?torch\b|not\b|using\b)(?P<noun>[\w.]{3,})\s+\w+",
    re.IGNORECASE,
)
_IN_OTHER_WORDS = re.compile(
    r"\bin (?:one|a|two|few(?:er)?|other|plain|simple\w*|short) (?:sentences?|words?|lines?|english"
    r"|terms|nutshell)\W*$|\b(?:in )?one sentence\W*(?:please|pls)?\W*$|^too long\b"
    r"|\blike i'?(?:m| am) (?:five|an? \w+|\d+)\W*$|\b(?:shorter|simpler"
    r"|in short|once more|by default|more \w+)\W*(?:please|pls|plz)?\W*$",
    re.IGNORECASE,
)
"""Asks for what was said in another form, or for what is usual where nothing is named."""
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
_ARTICLE = re.compile(
    r"^[\W]*(?:an?|the|eine?|der|die|das|el|la|los|las|une?|les?|l'|uma?|os?|il|lo|gli|i)\s+|\s*\bthen\W*$",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^(?:(?:so|and|ok|also)[\s,]+)?(?:(?:do|did) you know(?=\s+(?:what|how|why|when|which|if)\b)"
    r"|(?:can|could|may|shall) (?:we|you|i) (?:please )?(?:talk|speak|ask(?: you)?) about"
    r"|(?:can|could|would) you (?:please |kindly )?(?:tell|explain to) (?:me|us)"
    r"(?=\s+(?:what|which|who|how|why|when|where|whether|if)\b)"
    r"|i(?:'d like| would like| want| wanna| need) to (?:know|ask|learn|understand)(?: about)?"
    r"|i(?:'m| am) (?:wondering|curious)(?: about)?|i wonder"
    r"|(?:they|the interviewers?|an? interviewer|interviewers?|someone|my \w+)"
    r"(?:,? (?:once|also|then|even))?(?: asked(?: me)?| wanted to know)(?: about)?"
    r"|(?:i have )?a?\s*question (?:about|on))[\s,:]+"
    r"(?!(?:it|this|that|these|those|them)\b)",
    re.IGNORECASE,
)
"""How a question is led up to."""
_VERSUS = re.compile(r"\b(?:vs\.?|versus|between)\s", re.IGNORECASE)
_MY_OWN = re.compile(r"^why\s+(?:(?:is|are|does|do|did|has)(?:n'?t)?\s+)?my\s", re.IGNORECASE)
_TOLD_FIRST = re.compile(
    r"^(?P<told>[^!?]{12,}?[.!])\s+(?P<asked>[^.!?]*\b(?:it|this|that|they)\b[^.!?]*\?)$",
    re.IGNORECASE,
)
"""“I have read that X. Is it true?”: what the pronoun stands for is told first."""
_SOMEBODY = re.compile(r"^(?:i|we|they|my|some|someone|people|everyone)\b", re.IGNORECASE)
_BARE_NOT = re.compile(
    r"\b(is|are|was|were|does|do|did|has|have|could|would|should|ca|wo)nt\b", re.IGNORECASE
)
"""“doesnt”, as it is typed."""
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
    question = _BARE_NOT.sub(r"\1n't", question)
    asked = _PREAMBLE.sub("", question, count=1)
    if asked != question:
        return stand(asked, content_of(asked))
    bare = _LEADS_ON.sub("", question, count=1).lstrip(" ,")
    leads = bare != question.lstrip(" ,")
    if names_all(question, leads=leads):
        return "alone"
    if _ASKS_ANEW.match(question) and is_subject(_anew(question)):
        return "alone"
    claim = _TOLD_FIRST.match(question)
    if (
        claim
        and not leads
        and (names(claim["told"]) or _SOMEBODY.match(question))
        and len(content_of(claim["asked"])) <= 2
    ):
        first = content_of(claim["told"])
        if len(first) > 1 and not points(claim["told"], first, leads=False):
            return stand(claim["told"], first)
    if _says_nothing(question, content):
        return "leans"
    if points(question, content, leads=leads):
        return "leans"
    if _MY_OWN.match(question) and len(content) > 1:
        return "alone" if asks(bare) else "unsure"
    if leaves_out(question, bare, content, leads=leads):
        return "leans"
    if shares_both_sides(bare):
        told = len(content) > 2 or (len(content) > 1 and bool(_VERSUS.search(bare)))
        return "alone" if not leads and (asks(bare) or told) else "unsure"
    if half_said(bare, content):
        return "leans"
    if _ASKS_ANEW.match(bare) or _OWN_SUBJECT.match(bare):
        return "alone"
    why = _WHY_OWN.match(question)
    if why and len(content) > 1 and not is_general(why["noun"]):
        return "alone"
    if leads and not (asks(bare) and len(content) > 2):
        return "unsure"
    return "unsure" if says_little(bare, content) else "alone"


def _anew(question: str) -> str:
    """What a question asks for anew: “a VAE” of “what is a VAE, explain it simply”."""
    named = _ASKS_ANEW.sub("", question).partition(",")[0]
    return _ARTICLE.sub("", named)


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
