"""`q`: what is looked for in words, and what a misspelt one may have meant."""

from collections.abc import Mapping

from pydantic import Field

from app.api.parameters import Parameter, ParameterError
from app.api.requests import written
from app.store.search import MOST_RANKED
from app.store.wanted import TooManyWordsError, Wanted, wanted
from app.values import Face

BLANK = " \t\r\n\f\v"
WRITTEN = {"type": "string", "minLength": 1, "pattern": r"[^ \t\r\n\f\v]"}
EXAMPLES = ["Nomonhan", '"Chinese Eastern Railway" -sale', "張鼓峰", "neutral*"]

# What meta says of a search.
RANKED = f"Records in the order of rank, at most {MOST_RANKED:,}, however many match; null in another order."
REASON = "Why nothing is found; null where something is."
MEANT = "What q may have meant, where a word of it occurs nowhere or little is found."


class Respelling(Face):
    """Another spelling of a query."""

    q: str = Field(description="The query as it may have been meant.")
    url: str = Field(description="Path that asks it.")


def read_words(text: str) -> Wanted:
    """The words of a query."""
    if not text.strip(BLANK):
        raise ParameterError("write what to look for: a name, a place, a word", EXAMPLES)
    try:
        return wanted(text)
    except TooManyWordsError as error:
        raise ParameterError(str(error), EXAMPLES) from None


def words_parameter(*, required: bool = False, example: str = "Nomonhan") -> Parameter:
    """The parameter that looks for words."""
    described = (
        'Words to look for, all of them, in names of every language and in texts: word, "a phrase" (as written), '
        "-word (without it), begin* (goes on). Case, marks and other punctuation do not matter (Togo finds Tōgō); "
        "outside quotes nor do romanisation, plurals and simplified characters (Khalkin-Gol finds Khalkhin Gol). "
        "At most 32 words."
    )
    return Parameter("q", described, WRITTEN, read_words, example=example, required=required)


def reason(asked: Wanted, total: int) -> str | None:
    """Why nothing is found."""
    if total:
        return None
    every = "all of these words" if len(asked.terms) > 1 else "this word"
    return asked.reason or f"no record has {every} under the filters given"


def respelling(meant: str | None, path: str, texts: Mapping[str, list[str]]) -> dict[str, str] | None:
    """What the query of a request may have meant, with its path."""
    if meant is None:
        return None
    kept = {name: several for name, several in texts.items() if name != "cursor"}
    return {"q": meant, "url": written(path, {**kept, "q": [meant]})}
