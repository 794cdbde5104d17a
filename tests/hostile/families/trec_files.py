"""TREC and SMART documents, topics and judgements: tags without end, entities, slow patterns."""

from functools import partial

from tests.hostile.actions import GOOD, Act, Built, as_corpus, as_topics
from tests.hostile.case import Case

SOUND = "".join(f"<DOC>\n<DOCNO>d{n}</DOCNO>\nthe text\n</DOC>\n" for n in range(1, 6))
TOPICS = (
    "<top>\n<num> Number: q1\n<title> first\n</top>\n"
    "<top>\n<num>q2</num>\n<title>second</title>\n</top>\n"
)
LOL = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def docs(build: Built) -> Act:
    """Import documents between tags."""
    return as_corpus("docs.trec", build)


def documents(**more: str) -> dict[str, object]:
    """Give the collection of the sound file with further documents."""
    return GOOD | {"documents": {f"d{n}": "the text" for n in range(1, 6)} | more}


def xml(body: str, head: str = "") -> Act:
    """Import topics in XML."""
    return as_topics("topics.xml", lambda: f"{head}<topics>{body}</topics>")


def encoded_in(name: str) -> str:
    """Write topics that claim an encoding."""
    return f'<?xml version="1.0" encoding="{name}"?><topics>{topic("")}</topics>'


def topic(inside: str) -> str:
    """Write two sound topics and something beside."""
    return f'<topic number="q1">first</topic><topic number="q2">second</topic>{inside}'


DTD = "<!DOCTYPE topics [{}]>"
CASES = (
    Case(
        "a million documents that begin on one line",
        docs(lambda: SOUND + "<DOC>" * 1_000_000 + "\n"),
        "longer than 10 MB|does not end|DOCNO",
    ),
    Case(
        "300,000 documents on one line",
        docs(lambda: SOUND + "<DOC></DOC>" * 300_000 + "\n"),
        "docs.trec, line 21: .*0 <DOCNO>",
    ),
    Case(
        "a million numbers that begin and never end",
        docs(lambda: SOUND + "<DOC>\n" + "<DOCNO>" * 1_000_000 + "\n</DOC>\n"),
        "docs.trec, line 23: .*0 <DOCNO>",
    ),
    Case(
        "a million titles that begin and never end",
        docs(lambda: SOUND + "<DOC>\n<DOCNO>d6</DOCNO>" + "<title>" * 1_000_000 + "\n</DOC>\n"),
        gives=documents(d6=""),
    ),
    Case(
        "tags of many names that never end",
        docs(
            lambda: (
                SOUND
                + "<DOC>\n<DOCNO>d6</DOCNO>"
                + "<hl><ti><headline><title>" * 200_000
                + "\n</DOC>\n"
            )
        ),
        gives=documents(d6=""),
    ),
    Case(
        "a million brackets",
        docs(lambda: SOUND + "<DOC>\n<DOCNO>d6</DOCNO>" + "<a " * 1_000_000 + "\n</DOC>\n"),
        gives=documents(d6=" ".join(["<a"] * 1_000_000)),
    ),
    Case(
        "a tag whose name has a million letters",
        docs(lambda: SOUND + "<DOC>\n<DOCNO>d6</DOCNO><" + "a" * 1_000_000 + "\n</DOC>\n"),
        gives=documents(d6="<" + "a" * 1_000_000),
    ),
    Case(
        "an end without a beginning",
        docs(lambda: SOUND + "</DOC>\n<DOC><DOCNO>d6</DOCNO>x</DOC>\n"),
        gives=documents(d6="x"),
    ),
    Case(
        "text between documents",
        docs(lambda: SOUND + "lost\n"),
        "docs.trec, line 21: There is text outside of <DOC>",
    ),
    Case(
        "two numbers in a document",
        docs(lambda: "<DOC><DOCNO>a</DOCNO><DOCNO>b</DOCNO></DOC>"),
        "has 2 <DOCNO>",
    ),
    Case("a number of blanks", docs(lambda: "<DOC><DOCNO> \t </DOCNO></DOC>"), "`DOCNO` is empty"),
    Case(
        "a number with an entity that is a line break",
        docs(lambda: "<DOC><DOCNO>a&#10;b</DOCNO></DOC>"),
        "cannot be in an id",
    ),
    Case(
        "entities of NUL, of half a pair and beyond Unicode",
        docs(lambda: SOUND + "<DOC><DOCNO>d6</DOCNO>&#0; &#xD800; &#9999999; &amp;amp;</DOC>"),
        gives=documents(d6="&#0; &#xD800; &#9999999; &amp;"),
    ),
    Case(
        "a document of 11 MB",
        docs(lambda: SOUND + "<DOC>\n" + ("x" * 99 + "\n") * 110_000 + "</DOC>"),
        "longer than 10 MB",
    ),
    Case(
        "300,000 fields of one name in a topic",
        as_topics(
            "topics.txt",
            lambda: TOPICS + "<top>\n<num>q3\n" + "<title>word\n" * 300_000 + "</top>\n",
        ),
        gives=GOOD
        | {"queries": {"q1": "first", "q2": "second", "q3": " ".join(["word"] * 300_000)}},
    ),
    Case(
        "a topic without a number",
        as_topics("topics.txt", lambda: TOPICS + "<top><title>x</top>"),
        "topics.txt, line 9: `num` is missing",
    ),
    Case(
        "a topic of brackets alone",
        as_topics("topics.txt", lambda: TOPICS + "<top><<<>>></top>"),
        "`num` is missing",
    ),
    Case(
        "a topic that is not closed",
        as_topics("topics.txt", lambda: TOPICS + "<top><num>q3"),
        "does not end",
    ),
    Case(
        "a billion laughs",
        xml(topic('<topic number="q3">&l9;</topic>'), DTD.format(LOL)),
        "topics.xml, line 1: The file declares a document type",
    ),
    Case(
        "an entity that is a file of the server",
        xml(
            topic('<topic number="q3">&x;</topic>'),
            DTD.format('<!ENTITY x SYSTEM "file:///etc/passwd">'),
        ),
        "declares a document type",
    ),
    Case(
        "an entity on another machine",
        xml(
            topic('<topic number="q3">&x;</topic>'),
            DTD.format('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'),
        ),
        "declares a document type",
    ),
    Case(
        "a parameter entity",
        xml(topic(""), DTD.format('<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;')),
        "declares a document type",
    ),
    Case(
        "a document type of another file",
        xml(topic(""), '<!DOCTYPE topics SYSTEM "file:///etc/passwd">'),
        "declares a document type",
    ),
    Case(
        "an include of a file",
        xml(
            topic(
                '<topic number="q3"><xi:include href="file:///etc/passwd" parse="text" xmlns:xi="http://www.w3.org/2001/XInclude"/>third</topic>'
            )
        ),
        gives=GOOD | {"queries": {"q1": "first", "q2": "second", "q3": "third"}},
    ),
    Case(
        "an entity that nobody has declared",
        xml(topic('<topic number="q3">&x;</topic>')),
        "topics.xml, line 1: This is not sound XML",
    ),
    Case(
        "XML nested 200,000 times",
        xml(
            topic('<topic number="q3">' + "<a>" * 200_000 + "third" + "</a>" * 200_000 + "</topic>")
        ),
        gives=GOOD | {"queries": {"q1": "first", "q2": "second", "q3": "third"}},
    ),
    Case(
        "an attribute of 15 MB",
        xml(topic('<topic number="q3" x="' + "y" * 15_000_000 + '">third</topic>')),
        "topics.xml, line 1: A tag or comment is longer than 10 MB",
    ),
    Case(
        "a comment of 15 MB",
        xml(topic("<!--" + "y" * 15_000_000 + "-->")),
        "topics.xml, line 1: A tag or comment is longer than 10 MB",
    ),
    Case(
        "100,000 attributes",
        xml(
            topic(
                '<topic number="q3" '
                + " ".join(f'a{n}="{n}"' for n in range(100_000))
                + ">third</topic>"
            )
        ),
        gives=GOOD | {"queries": {"q1": "first", "q2": "second", "q3": "third"}},
    ),
    Case(
        "one attribute twice",
        xml(topic('<topic number="q3" number="q4">x</topic>')),
        "not sound XML \\(duplicate attribute\\)",
    ),
    *(
        Case(
            f"XML in the encoding {name}",
            as_topics("topics.xml", partial(encoded_in, name)),
            "topics.xml, line 1: The encoding is not known|not sound XML",
        )
        for name in ("x-nothing", "utf-7", "hex", "undefined", "zip", "punycode")
    ),
    Case(
        "XML topics of tabs and lists",
        xml(topic("<topic><number>q3</number><query><b>third</b></query><query>2</query></topic>")),
        gives=GOOD | {"queries": {"q1": "first", "q2": "second", "q3": "third 2"}},
    ),
)
