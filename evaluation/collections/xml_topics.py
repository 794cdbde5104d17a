"""Topics as XML, such as those of TREC-COVID: read as a stream, document types refused."""

from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from evaluation.collections.limits import MAX_LINE_BYTES
from evaluation.collections.records import Query, checked_id, checked_text, extra_text
from evaluation.collections.sources import Reading, SourceFile
from evaluation.errors import InputError

CHUNK = 1 << 16
TOPIC = ("topic", "top", "query")
NUMBER = ("number", "num", "id", "qid", "topicid", "query_id")
TEXT = ("query", "title", "question", "text", "description", "summary")
NAMES = {"desc": "description", "narr": "narrative"}
ADVICE = 'Write <topics><topic number="1"><query>text</query></topic> ... </topics>.'


def xml_topics(reading: Reading, file: SourceFile) -> Iterator[Query]:
    """Read topics: the elements `topic` (also `top` or `query`) below the outermost one.

    The id is an attribute or an element called number, num or id. The text is the first there is
    of query, title, question, text, description and summary; without any, all that the topic
    holds. Other elements are kept as further columns. Nothing outside of the file is ever opened:
    a document type, which could name other files or define entities that grow, is refused.

    Raises:
        InputError: the XML is broken, has a document type, or a topic has no number or text.
    """
    topics = _Topics(file.name)
    with reading.open(file) as stream:
        while chunk := stream.read(CHUNK):
            yield from topics.feed(chunk)
    yield from topics.feed(b"", last=True)


class _Topics:
    """A parser that is fed bytes and gives the topics that end in them."""

    def __init__(self, name: str) -> None:
        self.name, self.found = name, list[Query]()
        self.depth, self.size, self.field = 0, 0, ""
        self.fields: dict[str, list[str]] | None = None  # None outside of topics
        self.attributes: dict[str, str] = {}
        self.taken = 0  # bytes
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, last: bool = False) -> list[Query]:
        """Take some bytes; gives the topics that are complete by now and were not given yet."""
        self.taken += len(chunk)
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            reason = expat.errors.messages.get(error.code, "broken")
            raise self.fault(f"This is not sound XML ({reason}).", ADVICE) from None
        except (LookupError, ValueError):  # an encoding that nobody knows
            raise self.fault("The encoding is not known.", "Save the file as UTF-8.") from None
        if self.taken - self.parser.CurrentByteIndex > MAX_LINE_BYTES:
            raise self.fault(  # the parser holds all of it, and reads it again with every chunk
                f"A tag or comment is longer than {MAX_LINE_BYTES // 10**6} MB.", "Close it."
            )
        found, self.found = self.found, []
        return found

    def fault(self, what: str, advice: str) -> InputError:
        """Make the error for something wrong at the present line."""
        return InputError(f"{self.name}, line {self.parser.CurrentLineNumber}: {what} {advice}")

    def _doctype(self, *_: object) -> NoReturn:
        raise self.fault(
            "The file declares a document type, which could name other files.",
            "Delete the <!DOCTYPE ...> and everything in it.",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        name = name.rpartition(":")[2].lower()
        if self.depth == 2 and name in TOPIC:
            self.fields, self.size, self.field = {}, 0, ""
            lower = {key.lower(): value for key, value in attributes.items()}
            self.attributes = {k: v for k, v in lower.items() if not k.startswith("xmlns")}
        elif self.depth == 3:
            self.field = NAMES.get(name, name)
        self._text(" ")  # words of neighbouring elements are no one word

    def _end(self, name: str) -> None:
        self._text(" ")
        self.depth -= 1
        if self.depth == 2:
            self.field = ""
        elif self.depth == 1 and self.fields is not None:
            self.found.append(self._topic(self.fields))
            self.fields = None

    def _text(self, text: str) -> None:
        if self.fields is None:
            if text.strip():
                raise self.fault("There is text outside of topics.", ADVICE)
            return
        self.size += len(text)
        if self.size > MAX_LINE_BYTES:
            raise self.fault(
                f"The topic is longer than {MAX_LINE_BYTES // 10**6} MB.", "Close each topic."
            )
        self.fields.setdefault(self.field, []).append(text)

    def _topic(self, fields: dict[str, list[str]]) -> Query:
        texts = {name: " ".join("".join(parts).split()) for name, parts in fields.items()}
        known = self.attributes | {name: texts.pop(name) for name in NUMBER if texts.get(name)}
        number = next((known.pop(name) for name in NUMBER if known.get(name)), None)
        own = texts.pop("", "")
        named = next((name for name in TEXT if texts.get(name)), "")
        text = texts.pop(named, "") or own or " ".join(texts.values())
        return Query(
            checked_id(number, "number", self),
            checked_text(text or None, "query", self),
            extra_text({name: value for name, value in (known | texts).items() if value}, self),
        )
