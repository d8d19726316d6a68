"""Payee names as text: one form to compare, one to group by, and the identifiers that publishers put inside.

Nothing here knows any body (`resolve` does) or what sorts there are (`families` does). All functions are
pure, and quick enough for hundreds of thousands of names.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from totalplace.terms import first_up

# Each entry: what files write -> what it stands for. Only words of public bodies; in any position.
_WORDS = {
    "AUTH": "AUTHORITY",
    "AUTHY": "AUTHORITY",
    "AUTHORTY": "AUTHORITY",
    "BOR": "BOROUGH",
    "BORO": "BOROUGH",
    "CCG": "CLINICAL COMMISSIONING GROUP",
    "CNCL": "COUNCIL",
    "CNTY": "COUNTY",
    "COMISSIONER": "COMMISSIONER",
    "COMMISIONER": "COMMISSIONER",
    "COUNCL": "COUNCIL",
    "CSU": "COMMISSIONING SUPPORT UNIT",
    "DEPT": "DEPARTMENT",
    "GOVT": "GOVERNMENT",
    "HOSP": "HOSPITAL",
    "HOSPIT": "HOSPITAL",
    "HOSPITALS": "HOSPITAL",
    "HOSPS": "HOSPITAL",
    "ICB": "INTEGRATED CARE BOARD",
    "MCR": "MANCHESTER",
    "NHSF": "NHS FOUNDATION",
    "NHSFT": "NHS FOUNDATION TRUST",
    "NHST": "NHS TRUST",
    "OPCC": "OFFICE OF THE POLICE AND CRIME COMMISSIONER",
    "SERV": "SERVICE",
    "SERVS": "SERVICES",
    "SVC": "SERVICE",
    "SVCS": "SERVICES",
    "TRST": "TRUST",
    "TRUS": "TRUST",
    "TST": "TRUST",
    "UNI": "UNIVERSITY",
    "UNIV": "UNIVERSITY",
}
# As above, but only after another word: 'BC Media' and 'DC Leisure' are companies, 'Wyre BC' is not.
_LATER_WORDS = {
    "BC": "BOROUGH COUNCIL",
    "DC": "DISTRICT COUNCIL",
    "FT": "FOUNDATION TRUST",
    "LB": "LONDON BOROUGH",
    "LBC": "LONDON BOROUGH COUNCIL",
    "MB": "METROPOLITAN BOROUGH",
    "MBC": "METROPOLITAN BOROUGH COUNCIL",
    "MDC": "METROPOLITAN DISTRICT COUNCIL",
}
# As above, but only at the head: 'LB Newham', 'R B Kingston upon Thames'.
_FIRST_WORDS = {"LB": "LONDON BOROUGH OF", "RB": "ROYAL BOROUGH OF"}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The narrowest field at which ledgers cut names (resolve.WIDTHS): a shorter name has lost nothing of its 'Limited'.
_FIELD = 30
_COMPANY_WORDS = {"LIMITED": "LTD", "LIMTED": "LTD", "LTD": "LTD", "COMPANY": "CO"}
_COMPANIES = frozenset(_COMPANY_WORDS)
_CUT_LIMITED = ("LT", "LIM", "LIMI", "LIMIT", "LIMITE")

# What account departments add behind a name in brackets; says nothing of who is paid.
_ACCOUNT_NOTES = _set(
    "A ACC ACCOUNT ACCOUNTS ACCTS AC ACCS AR BACS CHAPS CREDITOR DD DEBIT DIRECT DOMESTIC GENERAL INACTIVE "
    "INCOME MAIN NDR NNDR NON ONLY PAYMENT PAYMENTS RATES RECEIPTS RECEIVABLE RECEIVABLES RECEIVEABLE THE"
)

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘`´ʼ′#\\"))
_SPACES = str.maketrans(dict.fromkeys('!"$%()*+,./:;<=>?@[]^_{|}~-–—¦·•\t\r\n\xa0', " ") | {"&": " AND "})
_PUNCTUATION = _SPACES | dict.fromkeys(_APOSTROPHES)
_CODE_FIRST = re.compile(
    r"^(?:[A-Z]{2,3}(?=[0-9A-Z]*\d)[0-9A-Z]{7,11}\s*:\s*|\d{6}\s?(?=[A-Z]{3})|\(\s*DD\b[^)]*\)\s*)"
)
_CARD_DATE = re.compile(r"\s+\d{6}\s+\d{1,2}$")
_BRACKETS_LAST = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]?\s*$")
_CODE_LAST = re.compile(r"\s*(?:\(\d+\)|\[\d+\])$")
_FORMERLY = re.compile(r"\s*[-,(\[]*\s*\b(?:FORMERLY|FORMALLY|PREVIOUSLY|KNOWN AS|WAS KNOWN AS)\b.*$")
_CARE_OF = re.compile(r"\s+(?:C/O\b.*|T/AS?\s*)$")
_DIGITS = re.compile(r"\d{4}").search
_CODE = re.compile(r"[A-Z]{0,4}\d[0-9A-Z /-]*$")


def plain(name: str) -> str:
    """The form in which names are compared: upper case, punctuation folded, public-body words in full.

    Code prefixes, payee codes in brackets, accounting notes, former names and 'c/o' tails are taken off:
    ``'NHS0000RJ701 : St Georges Healthcare NHST'`` gives ``'ST GEORGES HEALTHCARE NHS TRUST'``. Idempotent.
    """
    return forms(name)[0]


def supplier_key(name: str) -> str:
    """The form by which any supplier is grouped: as published, but for case, punctuation, codes and company
    words.

    ``'A.J. Kitchens Limited (201234)'`` and ``'AJ KITCHENS LTD.'`` give ``'AJ KITCHENS LTD'``. Idempotent; a
    name without a letter or figure of the Latin alphabet gives an empty key.
    """
    return forms(name)[1]


def forms(name: str) -> tuple[str, str]:
    """`plain` and `supplier_key` of a name at once, in little more than the time of one."""
    text = _without_codes(_upper(name))
    words = _words(text)
    bare = _whole_name(text)
    expanded = " ".join(_expand(words if bare == text else _words(bare)))
    if text[-1:].isdigit():
        words = _words(_CARD_DATE.sub("", text))
    return expanded, " ".join(_company_words(words, cut=len(name) >= _FIELD))


def _whole_name(text: str) -> str:
    """Without former names ('formerly ...') and who it is sent through ('c/o ...')."""
    if "ORMERLY" in text or "FORMALLY" in text or "KNOWN AS" in text or "PREVIOUSLY" in text:
        text = _FORMERLY.sub("", text) or text
    if "/" in text:
        text = _CARE_OF.sub("", text).replace("M/CR", "MCR")
    return text


def _company_words(words: list[str], cut: bool) -> list[str]:
    if len(words) < 2:
        return words
    if not _COMPANIES.isdisjoint(words):
        words = [_COMPANY_WORDS.get(word, word) for word in words]
    if cut and words[-1] in _CUT_LIMITED:
        words = [*words[:-1], "LTD"]
    if words[-1] == "CO" and words[-3:] == ["PUBLIC", "LTD", "CO"]:
        words = [*words[:-3], "PLC"]
    if words[-1] == "PARTNERSHIP" and words[-3:] == ["LTD", "LIABILITY", "PARTNERSHIP"]:
        words = [*words[:-3], "LLP"]
    return words[:-1] if words[-1] in ("01", "02") and words[-2] in ("LTD", "PLC") else words


_VOWELS = frozenset("AEIOUY")
_SMALL = _set("a and at by for in of on or the to upon with")
_SHORT = _set(
    "AIR ALL ANN ARM ART BAY BE BED BEN BIG BOX BUS BUY CAR CAT CO DAN DAY DO DOG DR EYE FIT FOX GAS GO HAM "
    "HUB ICE IS JAM JAY JOB JOY KEY LAW LEE LTD MAN MAX ME MR MRS MS MY NEW NO NOW OAK OLD ONE OUR OUT PAN "
    "PAY RAY RED RUN SEA SIR SKY SO SON ST SUN TAX TEA TED TEN TOM TOP TOY TWO UP US VAN WAY WE WEB YOU ZOO"
)


def tidy(key: str) -> str:
    """A supplier key in letters for people: ``'ISG CONSTRUCTION LTD'`` gives ``'ISG Construction Ltd'``."""
    text = " ".join(map(_tidied, key.split()))
    return first_up(text)


@lru_cache(maxsize=65_536)
def _tidied(word: str) -> str:
    if word.lower() in _SMALL:
        return word.lower()
    if word in _SHORT:
        return word.capitalize()
    # Initials stay as they are: three letters or fewer, or none of them a vowel.
    return word if len(word) <= 3 or word[0].isdigit() or not _VOWELS & set(word) else word.capitalize()


def codes_in(name: str) -> dict[str, str]:
    """The identifiers inside a name, by scheme of terms.CODE_SCHEMES.

    Kingston Hospital's ledger writes ``NHS0000RJ701 :`` (an NHS code and a site suffix) and
    ``UK0956718601 :`` (a company number and a suffix, as the companies' register confirms); GSS codes and VAT
    numbers are taken where they stand in full.
    """
    if not _DIGITS(name):
        return {}
    found = {}
    for scheme, pattern in _CODES_IN:
        match = pattern.search(name.upper())
        code = normal_code(scheme, match[1]) if match else None
        if code:
            found[scheme] = code
    return found


_CODES_IN = (
    ("ods", re.compile(r"^NHS0*([0-9A-Z]{3})[0-9A-Z]{2}\s*:")),
    ("company", re.compile(r"^UK([0-9]{8})[0-9]{2}\s*:")),
    ("gss", re.compile(r"\b([EWSN]\d{8})\b")),
    ("vat", re.compile(r"\b(?:VAT\s*(?:NO|REG)?[. :]*|GB\s?)(\d{3}\s?\d{4}\s?\d{2})\b")),
)


def normal_code(scheme: str, text: str) -> str | None:
    """An identifier in its one form, or None where it is not one ('NA', 'Redacted', a sum of noughts)."""
    code = re.sub(r"[^0-9A-Z]", "", text.upper())
    if not code or not code.strip("0"):
        return None
    if scheme == "vat":
        code = code.removeprefix("GB")
        return code[:9] if re.fullmatch(r"\d{9}(\d{3})?", code) else None
    if scheme == "company":
        code = code.zfill(8) if code.isdigit() else code
        return code if re.fullmatch(r"\d{8}|[A-Z]{2}\d{6}", code) else None
    if scheme == "ods":
        return code if re.fullmatch(r"[0-9A-Z]{3,8}", code) and code not in ("REDACTED", "NULL") else None
    if scheme == "gss":
        return code if re.fullmatch(r"[EWSN]\d{8}", code) else None
    return None


def field_lengths(name: str) -> set[int]:
    """How long a ledger's field may be that a published name fills: without a code in brackets after it, with
    and without one before it.
    """
    text = name.strip()
    match = _CODE_LAST.search(text)
    text = text[: match.start()] if match else text
    before = _CODE_FIRST.match(text.upper())
    return {len(text), len(text) - before.end()} if before else {len(text)}


def initials(text: str) -> str:
    """The first letters of a name's words."""
    return "".join(word[0] for word in _words(text))


def is_subsequence(short: str, long: str) -> bool:
    """Whether the letters of one word stand in another in their order, as initials do."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _upper(name: str) -> str:
    if not name.isascii():
        # Curly quotes go before the fold, which would leave nothing of them; accents lose their marks.
        name = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES).replace("\xa0", " ").replace("–", "-"))
        name = name.replace("—", "-").encode("ascii", "ignore").decode()
    return name.upper()


def _without_codes(text: str) -> str:
    text = text.strip()
    if ":" in text or text[:1].isdigit() or text[:3] in ("(DD", "( D"):
        text = _CODE_FIRST.sub("", text)
    while "(" in text or "[" in text:
        match = _BRACKETS_LAST.search(text)
        if not match or match.start() == 0 or not _is_note(match[1].strip(), text[: match.start()]):
            break
        text = text[: match.start()]
    return text


def _is_note(inside: str, before: str) -> bool:
    if not inside or _CODE.match(inside):
        return True
    words = _words(inside)
    if all(word in _ACCOUNT_NOTES for word in words):
        return True
    return len(words) == 1 and 2 <= len(words[0]) <= 6 and is_subsequence(words[0], initials(before))


def _words(text: str) -> list[str]:
    """Words without punctuation; runs of single letters joined ('L B' -> 'LB'); a leading THE dropped."""
    plainly = text if text.replace(" ", "").isalnum() else text.translate(_PUNCTUATION)
    words = plainly.split()
    if 1 in map(len, words):
        words = _joined(words)
    return words[1:] if len(words) > 1 and words[0] == "THE" else words


def _joined(words: list[str]) -> list[str]:
    out: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            out.append(run)
            run = ""
        if word:
            out.append(word)
    return out


_SHORTENED = frozenset(("PCC", *_WORDS, *_LATER_WORDS, *_FIRST_WORDS))


def _expand(words: list[str]) -> list[str]:
    if _SHORTENED.isdisjoint(words):
        return words
    out: list[str] = []
    for place, word in enumerate(words):
        if word in _WORDS:
            out += _WORDS[word].split()
        elif place and word in _LATER_WORDS:
            out += _LATER_WORDS[word].split()
        elif not place and word in _FIRST_WORDS and len(words) > 1:
            out += _FIRST_WORDS[word].split()[: 2 if words[1] == "OF" else 3]
        elif word == "PCC" and len(words) > 1 and not {"CHURCH", "ST", "SAINT", "PARISH"} & set(words):
            out += ["POLICE", "AND", "CRIME", "COMMISSIONER"]
        else:
            out.append(word)
    return out
