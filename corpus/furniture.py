"""What is no content on a page: adverts, menus, share buttons, banners, comment forms.

Whether a line is content is decided for precision: a line is cut for what it says as a whole, never
for a single word in it, and a line that speaks of the subject is kept when in doubt.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.clean import plain
from corpus.foreign import foreign_furniture
from corpus.literals import one_of


def lone_symbols(text: str) -> bool:
    """Whether a line has nothing to read in it."""
    return not any(char.isalnum() for char in text)


_SITES = (
    r"(?:twitter|x|facebook|linked ?in|reddit|whats ?app|telegram|pinterest|e-?mail|youtube|"
    r"discord|medium|github|instagram)"
)
_NAVIGATION = re.compile(
    r"(?:(?:<|«|‹|←|\|)?\s*(?:prev|previous)(?: (?:page|post|question|article|lesson|chapter))?"
    r"(?:\s*[|/·]?\s*next(?: (?:page|post|question|article|lesson|chapter))?)?|"
    r"next(?: (?:page|post|question|article|lesson|chapter))?|home|menu|main menu|"
    r"toggle navigation|"
    r"skip to (?:main )?content|(?:back to )?top|back|on this page|in this article|"
    r"(?:table of )?contents|search(?:\.\.\.|…)?|log ?in|log ?out|sign ?in|sign ?up|register|"
    r"my account|log ?in(?: / | or | \| )(?:sign ?up|register)|loading(?:\.\.\.|…)?|show more|"
    r"load more|view all|see all|read more|edit(?: this page)?(?: on github)?|"
    r"report (?:an? )?(?:issue|error|problem)|copy(?: code| link)?|copied!?|print(?: this page)?|"
    r"download pdf|expand all|collapse all|open in colab|privacy policy|terms(?: of (?:service|"
    r"use))?|"
    r"contact(?: us)?|about(?: us)?|site ?map|cookie (?:policy|settings|preferences)|rss|"
    r"accept(?: all)?(?: cookies)?|reject(?: all)?(?: cookies)?|manage (?:cookies|preferences)|"
    r"(?:next|previous|prev)(?: up| (?:page|lesson|chapter|article|post|question|tutorial))\s*"
    r"[:→»]\s*[^.?!]{1,80}|show (?:the )?(?:answer|solution|hint)|hide (?:the )?answer|"
    r"(?:difficulty|level)\s*:\s*(?:very )?(?:easy|medium|hard|difficult|beginner|intermediate|"
    r"advanced|expert|junior|senior)|(?:tags?|filed under|posted in)\s*:\s*"
    r"[\w .#+-]{1,30}(?:[,|·] ?[\w .#+-]{1,30}){0,8}|"
    r"previous\s*[|/·]\s*next|home(?:\s*[>›»/]\s*[\w&' -]{1,40}){1,6})",
    re.IGNORECASE,
)
_SHARING = re.compile(
    rf"(?:share(?: (?:this|it))?(?: (?:article|post|page|question|answer|lesson|story))?"
    rf"(?: (?:on|via|with) [\w ,&/]{{1,60}})?|tweet(?: this)?|pin it|like(?: this)?|"
    rf"{_SITES}(?:\s*[|·,/]?\s+{_SITES})+|follow (?:us|me)(?: on [\w ,&/]{{1,60}})?|"
    rf"\d+ (?:shares?|likes?|upvotes?|claps?|views?)|(?:shares?|likes?|upvotes?|claps?)(?: \d+)?|"
    rf"views? \d+)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:\d+ )?(?:comments?|discussions?|replies|responses)(?:\s*(?:&|and)\s*discussions?)?"
    r"(?: ?\(\d+\))?|(?:leave|post|add|write) an? (?:comment|reply|response)|reply|"
    r"join the discussion|"
    r"view (?:all )?(?:\d+ )?comments|no comments yet|be the first to comment|"
    r"your email address will not be published.*|required fields are marked.*|"
    r"save my name, e-?mail.*|"
    r"(?:you must|please) (?:be logged|log|sign) in to (?:post|comment|reply|leave|vote).*",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"(?:more )?(?:related|similar|recommended|suggested|popular|trending|recent|latest|other) "
    r"(?:interview )?(?:questions?|posts?|articles?|topics?|reads?|reading|pages?|tutorials?|"
    r"courses?|"
    r"content|stories|links)|hot (?:network )?questions|"
    r"you (?:may|might) also (?:like|enjoy|be interested in)|"
    r"recommended (?:for you|from [\w ]{1,40})|people also ask|more from [\w ]{1,40}|keep reading|"
    r"(?:students|readers|people|others|users) also (?:viewed|read|studied|liked|asked)|"
    r"up next|read next|"
    r"linked(?: questions)?",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(
    r"\b(?:subscribe (?:to|for) (?:our|my|the|this) |(?:join|sign up (?:for|to)|get) (?:our|my|the)"
    r"(?: \w+)? (?:newsletter|mailing list|weekly|digest)|enter your e-?mail|"
    r"(?:straight|delivered|right) (?:to|in) your inbox|no spam|unsubscribe (?:at )?any ?time|"
    r"newsletter)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:(?:we|this (?:web)?site) uses? cookies|by (?:continuing|using|"
    r"browsing) (?:to )?[\w ]{0,30}"
    r"(?:site|website|page)\b[^.]{0,40}(?:agree|accept|consent)|accept (?:all )?cookies|"
    r"cookies? to (?:improve|enhance|personali[sz]e|ensure|give|provide))",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\b(?:experience|website|this site|privacy|policy|accept|consent|traffic|personali[sz]\w*|"
    r"analytics|ads|advertising|browsing|preferences)\b",
    re.IGNORECASE,
)
_HOUSEKEEPING = re.compile(
    r"(?:©.*|copyright (?:©|\(c\)|\d{4}).*|.{0,60}all rights reserved\.?|powered by \w+.{0,40}|"
    r"(?:last )?(?:updated|modified|published|posted)(?: on| at|:)? "
    r"(?:[a-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2} [a-z]{3,9}\.? \d{4}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4}).{0,20}|"
    r"(?:[\w .]{1,40} · )?\d+ min(?:ute)?s? read(?: · .{0,40})?|advertisements?|"
    r"sponsored(?: content)?|"
    r"ad|promoted|was this (?:page|article|answer|post|question)? ?helpful\??.*|"
    r"did you find this (?:page|article|answer|post)? ?(?:helpful|useful)\??.*|"
    r"rate this (?:page|article|answer|post).*|"
    r"(?:could not|couldn't|can't|cannot|did not|didn't) find what you (?:were|"
    r"are) looking for\?.*|"
    r"(?:have|got) (?:a|any) (?:question|suggestion|correction|feedback)s?\?"
    r" (?:let us|contact|write|send|drop).*|"
    r"if you (?:liked|enjoyed|found) (?:this|my) (?:article|post|page|answer|guide|tutorial|"
    r"story|blog).*|if (?:you (?:liked|enjoyed) (?:this|it|what you)|this helped you)\b.*"
    r"\b(?:follow|subscribe|share|clap|support|star|coffee|sign up|join|donate)\b.*|"
    r".{0,40}\bbuy (?:me|us) a coffee\b.{0,80}|(?:don't|do not) miss (?:a|an|any|our) (?:post|"
    r"update"
    r"|issue|article|video)s?.{0,80}|"
    r"(?:written|posted|published|reviewed) by .{1,60}|"
    r"by [A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2} [·|•–—-] .{3,80}|"
    r"[\w.-]{2,30},? (?:\d{1,2} )?"
    r"(?-i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
    r" \d{1,4}(?:,? '?\d{2,4})?(?:,? \d{1,2}:\d\d(?: ?[ap]m)?)?|"
    r"(?:terms|cards) in this (?:set|deck)(?: ?\(\d+\))?|"
    r"(?:answered|asked|edited|posted|commented) (?:on )?(?:\w{3,9}\.? \d{1,2}(?:,? \d{2,4})?|"
    r"\d{1,2} \w{3,9}(?: \d{2,4})?)(?: at \d{1,2}:\d\d)?.{0,60}|"
    r"(?:updated|published) (?:daily|weekly|monthly|regularly|recently)\b.{0,40}|"
    r"made with (?:\W|love)*\b(?:by|in) .{1,60}|"
    r"(?:(?:asked|viewed|answered|modified|edited) .{0,24}?(?:ago|times|today|yesterday)\W*)+)",
    re.IGNORECASE | re.DOTALL,
)
_PLEA = re.compile(
    r"(?:thanks? (?:you )?for reading\b.*|"
    r"(?:please )?(?:don't forget to|remember to|please) (?:like|subscribe|share|clap|follow)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_ADVERT = re.compile(
    r"\breferral (?:link|bonus|code|program(?:me)?)|\baffiliate (?:link|commission|program)|"
    r"\b(?:promo|coupon|discount|voucher|referral) code\b|"
    r"\b(?:use|with|enter) (?:the )?code (?-i:[A-Z][A-Z0-9]{3,})\b|"
    r"\bsign(?:ing)? up (?:using|with|via|through|at) (?:the|my|our|this) (?:referral |"
    r"affiliate )?link|"
    r"\b(?:get|claim|grab|receive|earn|win|redeem)(?: (?:your|a|an|one|my|up to))*(?: \w+)? ?"
    r"(?:free (?:stock|share|gift|e-?book|course|trial|access|account|month|credits?|copy)|"
    r"[$€£]\d+|cash ?back)|\b(?:get|claim|grab|redeem) your (?:\w+ )?(?:bonus|reward|discount)\b|"
    r"\bfree (?:equity )?stocks?\b|[$€£]\d+(?:\.\d\d)? (?:bonus|credit|off|voucher|gift)|"
    r"\b\d+ ?% (?:off|discount) (?:on |for |with |y?our |all |today|the course|everything)|"
    r"\b(?:limited|special)[- ](?:time )?(?:offer|deal|discount)|"
    r"\b(?:buy|order|enrol?l|shop|invest|register|apply|join|book|subscribe|download|sign up|"
    r"start learning|try it) (?:now|today)\b(?: (?:in|at|for|and|with|on)\b.{0,60})?[!.]*(?:\W|$)|"
    r"\b(?:trade|buy|invest in|trading) (?:stocks|crypto(?:currenc(?:y|ies))?|shares|bitcoin|"
    r"ETFs)\b|"
    r"\b(?:book|schedule|reserve|claim) (?:your|a|an) (?:free )?(?:\w+ )?(?:session|call|demo|"
    r"consultation|seat|spot|webinar)\b|\bour (?:career )?(?:coaches|mentors|graduates|alumni)\b|"
    r"\bfor (?:only |just )?(?:[$€£] ?\d+|\d+ ?[$€£])|"
    r"\bmoney[- ]back guarantee|\bstart your (?:\d+[- ]day )?free\b|\bfree trial\b|"
    r"\b(?:go|get|upgrade to|unlock|try) (?:premium|pro|full access)\b|"
    r"\b(?:master|land|ace|crack) your (?:dream |next )?(?:job|interview|"
    r"coding interview)s? (?:with|now|today)|"
    r"\b(?:bootcamp|masterclass|certification course|micro-investing|brokerage)\b",
    re.IGNORECASE,
)
_PROMOTION = re.compile(
    r"\b(?:find|explore|see|get|view|browse|read|check out|discover|practi[cs]e|access|download|"
    r"unlock)"
    r"\b.{0,30}\ball \d+\+? (?:answers|questions|problems|solutions|lessons)\b|"
    r"\b(?:find|explore|see|get|view|browse|read|check out|discover|practi[cs]e|"
    r"download) (?:more|all) "
    r"(?:[\w-]+ ){0,4}(?:questions|answers)\b.{0,30}(?:here|at|on our|👉|\]\()",
    re.IGNORECASE,
)
_OPENING_WORDS = one_of(
    (
        *(
            "< « ‹ ← prev next home menu main toggle skip back top on in table contents search log "
            "sign register my load show view see read edit report copy copied print download "
            "expand collapse open privacy terms contact about site cookie rss accept reject manage "
            "hide difficulty level tag filed posted share tweet pin like twitter x facebook linked "
            "reddit whats telegram pinterest e-mail email youtube discord medium github instagram "
            "follow upvote clap comment discussion repl respon leave post add write join no be "
            "your required save you please more related similar recommended suggested popular "
            "trending recent latest other hot people keep student reader user up"
        ).split(),
    )
)
"""Menus, buttons, comment forms and related links in English begin with one of these or a digit."""
_ORDERING = one_of(
    "ignore disregard forget override system assistant attention important please dear note any "
    "all every ai llm gpt chat language if".split()
)
"""Every instruction to software begins with one of these."""
_BULLETIN = one_of(
    ["subscri", "newsletter", "mailing", "weekly", "digest", "mail", "inbox", "spam"]
)
_LISTED = one_of(["answers", "questions", "problems", "solutions", "lessons"])
"""What newsletter boxes, and promotions of further questions, speak of."""
_SUSPECT = one_of(
    (
        *(
            "cookie site page newsletter subscribe sign mailing email e-mail inbox spam join "
            "get © copyright rights powered made updated modified published posted read advert "
            "sponsor promoted helpful useful rate question suggestion correction feedback "
            "enjoyed liked found please forget remember ago times yesterday required address "
            "log referral affiliate code free $ € £ % offer deal discount now today claim grab "
            "receive earn win redeem trade trading buy invest guarantee trial premium upgrade "
            "unlock master land ace crack bootcamp brokerage explore see view browse check "
            "discover practi access download all reply coffee"
        ).split(),
        *("find what", "save my", "this helped", "miss a", "miss our", "by ", "ed on", "in this"),
    )
)
"""Every pattern that is tried last needs one of these, a day of the month, or `ad` alone."""
_DATED = re.compile(
    r"ed \w{3,9}\.? \d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d"
)
_SELLING = one_of(
    (
        *(
            "referral affiliate free $ € £ % cash bonus reward discount limited special now "
            "today stocks crypto shares bitcoin etfs book schedul reserve claim coaches mentors "
            "graduates alumni guarantee premium unlock bootcamp masterclass certification "
            "micro-invest brokerage coupon voucher"
        ).split(),
        *("promo code", "use code", "with code", "enter code", "the code", "sign up", "signing up"),
        *("get pro", "go pro", "try pro", "upgrade to", "full access", "master your", "land your"),
        *("ace your", "crack your"),
    )
)
"""Every advert holds one of these."""
_SUBJECT = re.compile(
    r"\b(?:torch|pytorch|tensors?|gradients?|autograd|backprop\w*|optimi[sz]ers?|loss(?:es)?|"
    r"epochs?|"
    r"batch(?:es|_size)?|layers?|neural|models?|training|inference|cuda|gpus?|dtype|python|numpy|"
    r"modules?|parameters?|datasets?|dataloaders?|weights?|learning rate|def|import|class|function|"
    r"convolution\w*|transformers?|embeddings?|logits?|accuracy|memory|shape|code)\b",
    re.IGNORECASE,
)


def speaks_of_subject(text: str) -> bool:
    """Whether a line speaks of programming or machine learning."""
    return _SUBJECT.search(text) is not None


def is_advert(text: str) -> bool:
    """Whether a line sells something; one on the subject must do so twice."""
    if not _SELLING.search(text.lower()):
        return False
    hits = sum(1 for _ in _ADVERT.finditer(text))
    # the words of the advert itself (`referral code`) are no subject
    return hits >= 2 or (hits == 1 and not speaks_of_subject(_ADVERT.sub(" ", text)))


_ORDERS = re.compile(
    r"\W*(?:(?:system|assistant|attention|important)(?: (?:prompt|message|note|instructions?))?"
    r"\W+)?(?:please )?(?:ignore|disregard|forget|override) (?:all |any |every )?(?:of )?"
    r"(?:(?:the|your|these) )?(?:(?:previous|prior|above|earlier|preceding|system|original) )*"
    r"(?<!the )(?:instructions?|prompts?|guidelines|directives)(?:\W*$|\W+(?:and|then|instead|"
    r"you)\b)|"
    r"\W*(?:dear |attention,? |note to )?(?:any |all |every )?"
    r"(?:AI|LLMs?|GPT|chat ?bots?|language models?)"
    r"(?:[- ](?:assistants?|models?|agents?|bots?|systems?|crawlers?))?,? "
    r"(?:(?:that|who|which|when|if|you) )?(?:are )?"
    r"(?:read(?:s|ing)?|process(?:es|ing)?|summari[sz](?:es?|ing)|index(?:es|ing)?|"
    r"quot(?:es?|ing)) "
    r"(?:this|the) (?:page|text|document|article|site|content)\b|"
    r"\W*if you are (?:an? )?(?:AI|LLM|language model|chat ?bot|assistant)\b",
    re.IGNORECASE,
)
ORDERS = "an instruction to software that reads the page"


def gives_orders(text: str) -> bool:
    """Whether a line speaks to software that reads the page, to have it do something else."""
    return _ORDERS.match(text) is not None


_OPENING = 12
"""Characters within which a banner that also names the subject must ask for consent, and within
which other letters are looked for that pass for English ones."""
_WORD = re.compile(r"\w")
_LONGEST_FURNITURE = 1000  # characters with markup; adverts and notices are shorter


def _suspect(small: str) -> bool:
    """Whether a line in small letters may be what the patterns that are tried last find."""
    if _SUSPECT.search(small) or small == "ad":
        return True
    return _DATED.search(small) is not None


@lru_cache(maxsize=16_384)
def furniture(text: str) -> str:
    """Why a line is page furniture and not content; empty when it is not."""
    if len(text) > _LONGEST_FURNITURE:
        return ""
    line = plain(text).strip(" *|·•:-–—>«»‹›←→↑↓⬆⇧🔝👉🔗✕×")
    if not line:
        return "symbols only" if lone_symbols(text) else ""
    small = line.lower()
    # in other alphabets some letters pass for English ones
    ascii_only = line.isascii()
    if len(line) <= 120 and (
        not (ascii_only or line[:_OPENING].isascii())
        or line[0].isdigit()
        or _OPENING_WORDS.match(small) is not None
    ):
        bare = line.rstrip(".…! ")
        for pattern, reason in (
            (_NAVIGATION, "page navigation"),
            (_SHARING, "share buttons"),
            (_COMMENTS, "comment form"),
            (_RELATED, "related links"),
        ):
            if pattern.fullmatch(bare) or (bare != line and pattern.fullmatch(line)):
                return reason
    consent = _CONSENT.search(line) if "cookie" in small or "by " in small else None
    if (
        consent
        and len(line) <= 400
        and (consent.start() < _OPENING or (not speaks_of_subject(line) and _BANNER.search(line)))
    ):
        return "cookie banner"
    word = _WORD.search(small)
    ordering = word is not None and _ORDERING.match(small, word.start()) is not None
    if (ordering or not ascii_only) and gives_orders(line):
        return ORDERS
    foreign = foreign_furniture(line)
    if foreign and not (line.isascii() and speaks_of_subject(line)):
        return foreign
    if not _suspect(small):
        return ""
    if (
        len(line) <= 250
        and (not ascii_only or _BULLETIN.search(small))
        and _NEWSLETTER.search(line)
        and not speaks_of_subject(line)
    ):
        return "newsletter box"
    if _COMMENTS.fullmatch(line):
        return "comment form"
    if len(line) <= 250 and _HOUSEKEEPING.fullmatch(line):
        return "page furniture"
    if len(line) <= 250 and _PLEA.fullmatch(line) and not speaks_of_subject(line):
        return "page furniture"
    if len(line) <= 250 and (not ascii_only or _LISTED.search(small)) and _PROMOTION.search(line):
        return "advertisement"
    if is_advert(line):
        return "advertisement"
    return ""
