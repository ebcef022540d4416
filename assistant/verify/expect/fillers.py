"""Words around a value that leave it as it is: `prints`, `→`, `as well`."""

from __future__ import annotations

import re

_LEADS = re.compile(
    r"\s*(?:(?:on|off|enabled|disabled),? (?:i\.e\.|that is|meaning|so),?\s+"
    r"|(?:\((?:[a-hj-z]|[ivx]{1,4})\)|\[[a-z]\]|(?:[a-z]|[ivx]{1,4}|\d{1,2})\)(?=\s)"
    r"|[QA]\d{1,2}[:.)]|\d{1,2}\.(?=\s+(?:torch\.|tensor\(|[\[(]\d)))\s+|(?:→|->|=>|⇒|➜|▶|-->|==>|>>>?|<-{1,3}|←|=(?!=)|\*|[✓✔✅☑])\s*|(?:yes|no|nope|yep|right"
    r"|sure)[,:]\s+"
    r"|(?:[Oo]ut\s?\[\d*\]|answer|ans\.?)\s*[:=]?\s+|(?:re)?sets? (?:back )?to\s+|(?:back"
    r"|down) to\s+"
    r"|(?:truncat|round|floor|ceil|wrap|clamp|clip|saturat|collaps|simplifi|overflow|underflow)e?s"
    r" (?:up |down |around |over |back )?to\s+"
    r"|(?:starts|ends|stays) (?:at|with)\s+"
    r"|(?:(?:which|that|and|this|it|so) )?(?:gives|yields|returns|leaves|shows) (?:us|you|me"
    r"|back|only)\s+"
    r"|(?:works out|comes(?: out)?|adds up|averages(?: out)?|amounts|boils down|totals) (?:to"
    r"|at|as)\s+"
    r"|(?:of course|naturally|obviously|clearly|definitely|certainly|sure enough|so yes"
    r"|lives on|sits on|inferred as|default, so|default,|therefore|which is|a (?:nested |plain "
    r"|flat )?list"
    r"|list|tuple|a tuple|(?:a )?(?:pair|triple)(?: of)?|vector|there (?:is|are)|and so|that makes"
    r"|makes)\b\s*[,:]?\s+"
    r"|[^\W\d][\w' ]{1,40}\?\s+(?=True\b|False\b|tensor\(|torch\.)"
    r"|i (?:get|got|see)\s+|(?:out(?:put)?|result(?: is)?|prints?(?: out)?|printed(?: as)?"
    r"|returns?|gives?|yields?|now|still|also|value|expected|expect(?: to (?:see|get))?"
    r"|(?:you|we) should (?:see|get|have)"
    r"|observed"
    r"|shows?|displays?|so|hence|thus|therefore|namely|i\.e\.|that is|that's|it's|always|again|only"
    r"|just"
    r"|simply|you (?:get|see)|we (?:get|see|expect|have)|must be|will be|comes? out (?:as|to)"
    r"|(?:the )?(?:result|answer|output|value|total) (?:is|=)|is (?:now|still)|turns? (?:in)?to"
    r"|evaluates to|becomes?|will print|(?:(?:this|it|that) )?should (?:be|print|give)"
    r"|this (?:is|prints|gives)|it is"
    r"|the same(?=\s+[-−]?[\d(\[])"
    r"|stays|remains|equals?|is|ausgabe|ergebnis|ergibt|salida|resultado|sortie|résultat|saída"
    r"|вывод|результат|输出|结果(?:是)?|出力|結果|출력|결과)\b\s*[:：]?\s+)",
    re.IGNORECASE,
)
# Words behind a value that leave it as it is.
_FILLER = re.compile(
    r",?\s+(?:as well|too|again|now|here|still|of course|as (?:expected|before|always|above|usual"
    r"|it should be)"
    r"|in both cases|either way|this time|once (?:more|again)|each time|every time|both times"
    r"|throughout"
    r"|(?:out|in)side(?:(?: of)? (?:the |a )?(?:block|context|with|function|loop"
    r"|manager)(?: \w+)?)?|(?:in|out) here"
    r"|by now|at this point|so far|yet|for now|at first|to begin with|initially|up to here"
    r"|right now|afterwards|after all|at the end|in the end|regardless|no surprise|not a surprise"
    r"|everywhere else"
    r"|unsurprisingly|by (?:default|construction|definition|symmetry|convention|design|hand)"
    r"|from (?:here|now)(?: on)?|for sure|indeed|exactly)\s*[.!]*$",
    re.IGNORECASE,
)


def without_fillers(text: str) -> str:
    """A text without the words at its end that change nothing, if something is left."""
    before = ""
    while text != before:
        before = text
        text = _FILLER.sub("", text) or text
    return text


def strip_leads(text: str) -> tuple[str, bool]:
    """Drops arrows and words like `prints` in front, and says whether there were any."""
    led = False
    while (found := _LEADS.match(text)) is not None and found.end() < len(text):
        text, led = text[found.end() :], True
    return text, led
