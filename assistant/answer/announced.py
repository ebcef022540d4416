"""What a turn says of itself: that its subject is another, an earlier one, or put right."""

from __future__ import annotations

import re
from typing import Literal

Announcement = Literal["fresh", "returns", "corrects"]

_PAUSE = (
    r"(?:ok(?:ay)?|so|well|now|and|but|(?:many\s)?thanks|thank\syou|great|cool|alright|all\sright|fine|hm+|good|"
    r"nice|perfect|interesting|awesome|excellent|amazing|wow|makes\ssense|sure|understood|got\sit|gotcha|i\ssee|yeah|yep|lol|a?ha(?:ha)+h?|danke|gracias|vale|merci|bien|grazie|obrigad[oa]"
    r"|спасибо|"
    r"谢谢|好的?|ありがとう|acc?ha|th(?:ee|i)k\shai|shukriya|seriously|anyways?|cheers|thx|ty)"
)
_APOLOGY = (
    r"(?:sorry|(?:my\s)?apologies|wait|ah|oh|oops|hm+|actually|rather|entschuldigung|moment|pardon|perd[oó]n|desculpa|"
    r"scusa|извини\w*|抱歉)"
)
_POLITE = re.compile(
    rf"^(?:(?!(?:and|but|so|now)\b){_PAUSE}\b[\s,.!;:-]*|sorry[\s,]+|wait[\s,]+|pl(?:ea)?[sz]e?\b[\s,]+"
    r"|(?:that|this|it)(?:'s|\sis)?\s(?:all\s|very\s|really\s)?(?:help(?:s|ed|ful)|clear(?:er)?|great|good"
    r"|useful|perfect|nice)\b[^.!?,]{0,12}[.!]+\s+"
    r"|(?:great|good|nice|excellent|perfect|clear|helpful)"
    r"\s(?:explanation|answer|example|point|to know)\b[.!,]+\s+"
    rf"|actually[\s,]+)+(?=\w)",
    re.IGNORECASE,
)

_TOPIC = (
    r"(?:topic|subject|question|thing|matter|note|one|point|problem|issue|error|bug|area|stuff"
    r"|(?:run|model|project|script|file|code|job|experiment|machine)(?=\s*[:,–—-]\s))"
)
_FRESH = re.compile(
    rf"""
    ^(?:(?:{_PAUSE}|{_APOLOGY}|(?:what|how)\ about(?=\ (?:an|some)(?:other|thing)\b)
    |let'?s\ (?:talk|speak)\ about(?=\ (?:an|some)?other|\ some)
    |i\ have|an?|on
    |one|a?\ ?quick|completely
        |totally|entirely|here'?s)\b[\s,.!:-]*)*
    (?: (?:other|another|new|different|next|unrelated|separate|quick)\ {_TOPIC}\b
      | (?:something|anything)\ (?:else|different)\b
        (?!\ (?:to|i|we|you|worth|that|in|on|with|here)\b)
      | something\ (?:about|on)\b | ye\ batao\b | by\ the\ way\b | btw\b | unrelated\b
      | (?:then\ )?let'?s\ (?:talk|speak|chat|discuss|do|cover|look\ at|go\ (?:over|through))
        (?:\ about)?\b(?!\ (?:it|that|this|them|the\ \w+\ one|those|an?)\b)
      | never\ ?mind\b | scratch\ that\b | forget\ (?:that|it|about)\b | (?<=\bon\ )to\b
      | (?:chang(?:e|ing)|switch(?:ing)?)\ (?:of\ |the\ )?(?:topics?|subjects?|gears)\b
      | moving\ on(?:\ to)?\b | (?:let'?s|we)\ (?:move\ on|go\ on|switch|turn)\ to\b
      | leaving\ that\b | enough\ (?:of|about|with)\b[^.,:;!?]*(?=[.,:;!?])
      | now\s*[:,-] | now\ (?=[\w\ ]{{3,30}}:) | next\s*[:,-]
      | (?:one\ |a\ )?last(?:\ one|\ thing)?\s*:
      | now,?\ (?:tell|explain|show|let'?s)(?:\ me|\ us)?(?:\ talk)?(?:\ about)?\b
      | (?:eine?\ |was\ )?(?:ganz\ )?(?:ander|neu|nächst)e[sr]?\ (?:thema|frage|sache)\b
      | (?:zu\ )?(?:et)?was\ (?:ganz\ )?anderes\b | themenwechsel\b | übrigens\b | apropos\b
      | (?:una\ )?(?:otra|nueva|siguiente)\ (?:pregunta|cosa|duda)\b | otro\ tema\b
      | cambi(?:o|ando|emos)\ de\ tema\b | por\ cierto\b
      | (?:une\ )?(?:autre|nouvelle)\ (?:question|chose)\b | (?:un\ )?autre\ sujet\b | au\ fait\b
      | chang(?:eons|ement)\ de\ sujet\b | question\ suivante\b | rien\ à\ voir\b
      | (?:uma\ )?(?:outra|nova|próxima)\ (?:pergunta|coisa|dúvida)\b | outro\ assunto\b
      | mudando\ de\ assunto\b | a\ prop[oó]sito\b
      | (?:un'?\ ?)?(?:altra|nuova|prossima)\ (?:domanda|cosa)\b | altro\ argomento\b
      | cambi(?:o|ando|amo)\ (?:di\ )?argomento\b | andere\ vraag\b | ander\ onderwerp\b
      | trouwens\b | (?:другой|новый|следующий)\ вопрос\b | другая\ тема\b | сменим\ тему\b
      | кстати\b | 换个?(?:话题|问题) | (?:另|下)一个问题 | 另外问一下 | 顺便问(?:一下)? | 对了
      | 別の(?:質問|話)(?:です(?:が)?)? | 話は変わ\w* | ところで | 次の質問 | 다른\ 질문 | 그런데
      | (?:एक\ )?(?:और|दूसरा|अलग|नया)\ सवाल
    )[\s,:;.!?、。，：-]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What announces another subject; what was said before it has no part in the new one."""

_BY_THE_WAY = re.compile(
    r"[\s,;(-]+(?:by the way|btw|übrigens|por cierto|au fait|a prop[oó]sito|кстати)\b[\s.?!)]*$",
    re.IGNORECASE,
)

_NTH = r"(?:first|second|third|fourth|last|previous|earlier|original|other)"
_THING = r"(?:one|topic|subject|question|thing|problem|point|issue)"
_RETURNS = re.compile(
    rf"""
    ^(?:(?:{_PAUSE}|{_APOLOGY}|(?:one\ )?last\ (?:one|thing|question)(?=,))\b[\s,.!:-]*)*
    (?: (?:can\ we\ |could\ we\ |let'?s\ |let\ (?:me|us)\ |i'?d\ like\ to\ |i\ want\ to\ |to\ )?
        (?:(?:go(?:ing)?|com(?:e|ing)|get(?:ting)?|return(?:ing)?|jump(?:ing)?|circl(?:e|ing))\ )?
        back\ to\b
      | (?:to\ )?return(?:ing)?\ to\b | (?:earlier|before)\ (?:you|we|i)\b
      | as\ (?:you|we)\ said\ (?:earlier|before)\ (?:about|on|of)\b
      | (?:another|one\ (?:more|last)|last|a\ (?:last|further))\ (?:(?:thing|question|word)\ )?
        (?:on|about)\b
      | re:\s | (?:once\ )?again\ (?:about|on|regarding)\b
      | (?:you|we)\ (?:said|mentioned|talked\ about)\ (?:earlier|before)\b
      | (?:you|we|i)\ (?:mentioned|talked\ about|discussed|asked(?:\ about)?)\s
        (?=[^,:;?]{{2,40}}\b(?:earlier|before|at\ the\ (?:start|beginning))\b)
      | (?=[^?]{{1,60}}\b(?:you|we|i)\ (?:mentioned|said|talked\ about|discussed|asked(?:\ about)?)
        \ (?:earlier|before|at\ the\ (?:start|beginning))\b)
      | remember\ (?=[^,:;?.!]{{1,40}}[,:;?.!–-]\s*\S)
      | (?:(?:noch\ ?mal|nochmals|wieder|kommen\ wir|ich\ komme)\ )?zurück\ zu[mr]?\b
      | (?:noch\ ?mal|nochmals|noch\ (?:et)?was|noch\ eine\ frage)\ zu[mr]?\b
      | (?:volv(?:iendo|amos|er)|vuelvo|regres(?:ando|emos|o))\ a(?:l|\ la|\ los|\ las)?\b
      | (?:pour\ (?:en\ )?reven(?:ir)|reven(?:ons|ant)|retour(?:nons)?|je\ reviens|on\ revient)
        (?:\ en\ arrière)?\ (?:à(?:\ la)?|aux?)\b
      | (?:de\ volta|voltando|voltemos|vamos\ voltar|volto)\ (?:a[os]?|à)s?\b
      | (?:torn(?:ando|iamo|o)|ritorn(?:ando|iamo))\ a(?:l(?:l[aeo'])?|i|gli)?\b
      | terug\ naar\b | (?:возвращаясь|верн[её]мся|вернусь|назад)\ ко?\b
      | 回到 | 再说(?:说|回) | (?=.{{1,30}}(?:に|の話に)戻)
    )[\s,:]*
    | ^(?:{_PAUSE}\b[\s,.!:-]*)*(?:about|regarding|concerning|on|with|as\ for)\b
      (?=[^,:;?.]*\bagain[,:;.])
    | ^(?:(?:{_PAUSE}|{_APOLOGY})\b[\s,.!:-]*)*(?=[^,:;?.!]{{1,40}}\bagain\s*[,:;–—-]\s*\S)
      (?!\W*(?:and|once|what|how|why|again)\b)
    | ^(?=.*\b(?:those|these|that|the\ (?:two|one|first|second)|you|we|i)\b
      .*\b(?:from|at|in)\ the\ (?:very\ )?(?:beginning|start|first\ place)\W*$)
      (?:(?:and|so|but|now)\ )*(?:for\ |with\ |in\ |about\ )?(?!.*\b(?:train\w*|scratch)\b)
    | ^(?:{_PAUSE}\b[\s,.!:-]*)*
      (?=(?:about\ )?(?:the|my|your)\ {_NTH}\ {_THING}\ (?:again|from\ (?:before|earlier))\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What announces that an earlier subject is taken up again."""

_CORRECTS = re.compile(
    rf"""
    ^(?:(?:{_PAUSE}|{_APOLOGY})\b[\s,.!:;-]*)*
    (?: (?:no|nope|nah|nein|não|нет)\b(?=\s*[,.!:;-]|\s+(?:no|sorry|wait|i|not)\b)[\s,.!:;-]*
        (?:(?:no|nope|{_APOLOGY})\b[\s,.!:;-]*)*(?:{{meant}})?
      | {{meant}}
      | (?:correction|typo)\s*:\s* | you\ (?:mis(?:understood|read)|got\ (?:me|it)\ wrong)\b[\s,.:]*
      | rather\ (?=(?:for|in|with|on|the)\b)
      | (?=not\s+(?:the|a|an|my|in|on|for|about)?\s*[^,;]{{{{1,40}}}}[,;]\s*(?:but\s+)?(?:the|a
      |an|in|on|for)\b)
      | 不是?[\s,，、]+ | いえ[\s,，、]* | いや[\s,，、]*
    )
    """.format(
        meant=r"""(?:(?:what\ )?i\ (?:actually\ |really\ )?(?:meant|mean|was\ asking\ (?:about|for))
        |ich\ mein(?:t)?e|quer[ií]a\ decir|je\ voulais\ dire|je\ parlais\ de|quis\ dizer|intendevo
        |я\ имел\w*\ в\ виду|我(?:的意思)?是(?:指|说)?)[\s,:]*"""
    ),
    re.IGNORECASE | re.VERBOSE,
)
"""What takes the last turn back and says what was meant."""

_DENIED = re.compile(
    r"^not\s+(?:the\s+|an?\s+)?[^,;:]{1,40}[,;:]\s*(?:but\s+|rather\s+|i\s+mean(?:t)?\s+)*(?=\w)"
    r"|\s*[,;]\s*(?:and\s+)?not\s+(?:the\s+|an?\s+|in\s+|for\s+)?[\w .()]{1,30}$",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth")
_BY_ORDER = re.compile(
    rf"^(?:about\s+)?(?:the|my|your)\s+(?:very\s+)?(?P<nth>{_NTH})\s+{_THING}\b", re.IGNORECASE
)

_BEFORE: tuple[tuple[Announcement, re.Pattern[str]], ...] = (
    ("returns", _RETURNS),
    ("fresh", _FRESH),
    ("corrects", _CORRECTS),
)


def announced(question: str) -> tuple[Announcement, str] | None:
    """What a turn announces, and what it says beside; None where it announces nothing."""
    for kind, pattern in _BEFORE:
        match = pattern.match(question)
        if match and match.end() < len(question) and (match.end() or kind != "fresh"):
            return kind, question[match.end() :].lstrip()
    aside = _BY_THE_WAY.search(question)
    if aside and aside.start() > 0:
        return "fresh", question[: aside.start()]
    return None


def without_politeness(question: str) -> str:
    """A turn without the thanks and the hesitation that it begins with."""
    polite = _POLITE.match(question)
    return question[polite.end() :] if polite else question


def affirmed(correction: str) -> str:
    """A correction without what it denies: “not the loss, the gradients”."""
    return _DENIED.sub("", correction) or correction


def by_order(said: str) -> int | None:
    """Which subject of a conversation a turn goes back to by its place, as an index; or None.

    The first is 0; those counted from the end are negative, and -1 is the one spoken of now.
    """
    match = _BY_ORDER.match(said)
    if not match:
        return None
    nth = match["nth"].lower()
    if nth == "original":
        return 0
    return _ORDINALS.index(nth) if nth in _ORDINALS else -2


def taken_up(said: str) -> str:
    """The part of a turn going back that names the subject gone back to."""
    return re.split(r"[,:;?–—]|\bagain\b", said, maxsplit=1)[0]
