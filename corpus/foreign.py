"""Page furniture in languages other than English, and the words that mark questions there."""

from __future__ import annotations

import re

from corpus.literals import one_of

QUESTION_WORDS = (
    "pregunta|pergunta|frage|domanda|vraag|pytanie|soru|вопрос|питання|问题|問題|質問|题目|질문|"
    "câu hỏi"
)
"""Words that stand before a question's number."""
ANSWER_WORDS = (
    "respuesta|réponse|resposta|risposta|antwort|antwoord|odpowiedź|cevap|ответ|відповідь|答案|"
    "回答|解答|答|답변|답"
)
"""Words that stand before an answer."""

_NAVIGATION = re.compile(
    r"(?:saltar al contenido|aller au contenu|zum inhalt springen|pular para o conteúdo|"
    r"salta al contenuto|перейти к содержанию|inicio|accueil|startseite|início|главная|главное "
    r"меню|"
    r"首页|ホーム|홈|menú|menü|меню|菜单|メニュー|메뉴|"
    r"anterior|siguiente|próximo|précédent|suivant|zurück|weiter|vorherige seite|nächste seite|"
    r"precedente|successivo|vorige|volgende|назад|вперёд|вперед|далее|предыдущая|следующая|"
    r"上一[篇页章]|下一[篇页章]|前へ|次へ|前の記事|次の記事|이전|다음|"
    r"anterior\s*[|/·]\s*siguiente|précédent\s*[|/·]\s*suivant|zurück\s*[|/·]\s*weiter|"
    r"buscar|rechercher|suche|suchen|поиск|搜索|検索|검색|"
    r"iniciar sesión|registrarse|se connecter|s'inscrire|connexion|anmelden|registrieren|"
    r"войти|регистрация|登录|注册|ログイン|로그인|"
    r"(?:mentions légales|impressum|datenschutz(?:erklärung)?|aviso legal|kontakt|contacto|contato|"
    r"nous contacter|política de privacidad|политика конфиденциальности|контакты|"
    r"隐私政策|プライバシーポリシー|お問い合わせ)(?:\s*[|·•/-]\s*[\w' ]{3,40}){0,5}|"
    r"[上下]一[篇页章]\s*[:：]\s*.{1,60})",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"(?:compartir|partager|condividi|compartilhar|delen|udostępnij|поделиться|分享|"
    r"シェア(?:する)?|"
    r"공유)(?:\s*(?:en|sur|su|no|op|na|в|到|:|：)?\s*[\w ,&/:：]{0,60})?|"
    r"(?:auf|bei|via) [\w ,&/]{1,40} teilen|teilen(?: auf [\w ,&/]{1,40})?",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"\W*(?:suscr[ií]b(?:e|a)(?:te|nse|se)|abonnez-vous|inscrivez-vous|abonnieren sie|abonniere|"
    r"jetzt abonnieren|melde(?:n sie sich| dich)|inscreva-se|assine|iscriviti|abbonati|"
    r"schrijf je in|zapisz się|abone ol|подпи[сш]\w+|订阅|关注|關注|登録|購読|구독)",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"newsletter|bolet[ií]n|lettre d['’]information|infolettre|notiziario|nieuwsbrief|biuletyn|"
    r"bülten|рассылк|канал|групп|телеграм|telegram|youtube|kanal|canal\b|chaîne|blog\b|"
    r"公众号|频道|邮件|メールマガジン|メルマガ|チャンネル|채널|뉴스레터",
    re.IGNORECASE,
)
_HOUSEKEEPING = re.compile(
    r".{0,60}(?:todos los derechos reservados|tous droits réservés|alle rechte vorbehalten|"
    r"todos os direitos reservados|tutti i diritti riservati|все права защищены|版权所有|"
    r"無断転載(?:を)?禁(?:止|じます))\W*",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(?:cookies?|куки|файлы cookie)\b.{0,120}(?:acept|accept|akzept|zustimm|aceit|accett|"
    r"соглаш|приним|同意|utiliza|utilise|verwend|verwenden|usa\b|использу)|"
    r"(?:acept|accept|akzept|utiliza|utilise|verwend|usamos|используе)\w*.{0,60}\bcookies?\b|"
    r"(?:使用|利用).{0,10}(?:cookie|クッキー)",
    re.IGNORECASE,
)
_OPENING_WORDS = one_of(
    (
        "saltar aller zum pular salta inicio accueil startseite anterior siguiente suivant weiter "
        "vorherige precedente successivo vorige volgende buscar rechercher such iniciar registr "
        "se s'inscrire connexion anmelden impressum datenschutz aviso kontakt conta nous auf bei "
        "via teilen compart partager condividi delen suscr abon inscri jetzt melde inscreva "
        "assine iscriviti abbonati schrijf zapisz"
    ).split()
)
"""Furniture without a letter beyond ASCII begins with one of these, adverts of rights aside."""
_WORD = re.compile(r"\w")
_RIGHTS = one_of(["direitos", "derechos", "droits", "rechte", "diritti", "права", "版权", "無断"])
_COOKIES = one_of(["cookie", "куки", "クッキー"])
"""Every line that the patterns above find holds one of these."""
_LONGEST = 160


def foreign_furniture(line: str) -> str:
    """Why a line in another language is page furniture; empty when it is not.

    Args:
        line: without markup, on one line.
    """
    if len(line) > _LONGEST:
        return ""
    small = line.lower()
    word = _WORD.search(small)
    if not line.isascii() or (word and _OPENING_WORDS.match(small, word.start())):
        bare = line.rstrip(".…!！。 ")
        if len(line) <= 80:
            if _NAVIGATION.fullmatch(bare):
                return "page navigation"
            if _SHARING.fullmatch(bare) and len(bare.split()) <= 8:
                return "share buttons"
        if _JOIN.match(line) and _CHANNEL.search(line):
            return "newsletter box"
    if _RIGHTS.search(small) and _HOUSEKEEPING.fullmatch(line):
        return "page furniture"
    asked = _COOKIES.search(small) and _CONSENT.search(line)
    return "cookie banner" if asked else ""
