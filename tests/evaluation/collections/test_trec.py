import gzip
from pathlib import Path

import pytest
from hypothesis import given as random_cases
from hypothesis import settings
from hypothesis import strategies as st

from evaluation.collections import trec
from evaluation.collections.collection import Collection
from evaluation.collections.records import Document, Judgement
from evaluation.collections.sources import Reading
from evaluation.errors import InputError
from evaluation.workspace import Workspace
from tests.evaluation.collections.reading import given
from tests.evaluation.collections.uploads import import_upload

VASWANI = Path(__file__).parents[2] / "data" / "vaswani"


def documents(text: str) -> list[Document]:
    return list(trec.documents(Reading(), given(text)))


def test_title_and_text_are_told_apart_and_tags_dropped() -> None:
    text = """<DOC>
<DOCNO> FT911-3 </DOCNO>
<DATE>910514</DATE>
<HEADLINE>
FT  14 MAY 91 / A &lt;new&gt; start
</HEADLINE>
<TEXT>
One <b>two</b>
   three &amp; four 1 < 2
</TEXT>
</DOC>
"""
    assert documents(text) == [
        Document("FT911-3", "FT 14 MAY 91 / A <new> start", "One two three & four 1 < 2")
    ]


def test_without_text_elements_everything_but_the_title_is_the_text() -> None:
    text = "<doc><docno>1</docno>a <title>t</title> b</doc><DOC><DOCNO>2</DOCNO></DOC>"
    assert documents(text) == [Document("1", "t", "a b"), Document("2", "", "")]


def test_several_text_elements_are_joined() -> None:
    text = "<DOC><DOCNO>1</DOCNO><TEXT>a</TEXT><X>no</X><TEXT>b</TEXT></DOC>"
    assert documents(text) == [Document("1", "", "a b")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<DOC><DOCNO>1</DOCNO>", "line 1: The last <DOC> does not end"),
        ("<DOC>\nx</DOC>", "line 2: The document that ends here has 0 <DOCNO>"),
        ("<DOC><DOCNO>1</DOCNO><DOCNO>2</DOCNO></DOC>", "has 2 <DOCNO>"),
        ("hello\n<DOC><DOCNO>1</DOCNO></DOC>", "line 1: There is text outside of <DOC>"),
        ("<DOC><DOCNO> </DOCNO></DOC>", "`DOCNO` is empty"),
    ],
)
def test_broken_documents_are_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        documents(text)


def test_judgements_are_cut_at_blanks_or_tabs() -> None:
    text = "1 0 d1 2\n1\tQ0\td 2\t0\r\n 2  0  d\u00a03 \t-1 \n"
    found = list(trec.judgements(Reading(), given(text)))
    assert found == [
        Judgement("1", "d1", 2),
        Judgement("1", "d 2", 0),
        Judgement("2", "d\u00a03", -1),
    ]


@random_cases(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_an_escaped_text_is_read_back_exactly(text: str) -> None:
    assert trec.plain(f"\n{trec.escaped(text)}\n") == text


@pytest.fixture
def vaswani(workspace: Workspace) -> tuple[Workspace, str]:
    names = ("doc-text.trec.gz", "query-text.trec", "qrels")
    outcome = import_upload(workspace, {name: (VASWANI / name).read_bytes() for name in names})
    return workspace, outcome.collection


def test_the_vaswani_collection_is_read_as_published(vaswani: tuple[Workspace, str]) -> None:
    collection: Collection = vaswani[0].collection(vaswani[1])
    assert collection.corpus is not None
    assert len(collection.corpus) == 11_429
    assert len(collection.queries) == 93
    assert len(collection.qrels["test"]) == 2_083
    first, tenth, last = (collection.corpus.texts(row, row + 1)[0] for row in (0, 9, 11_428))
    assert first.startswith("compact memories have flexible capacities a digital data storage")
    assert first.endswith("and random and or sequential access is described")
    assert tenth == "highspeed microwave switching of semiconductors part"
    assert last.startswith("pattern detection and recognition both processes have been carried out")
    assert last.endswith("for reading handlettered sansserif alphanumeric characters")
    assert collection.queries.texts[9] == (
        "METHODS OF CALCULATING INSTANTANEOUS POWER DISSIPATION IN REACTIVE CIRCUITS"
    )


def test_the_vaswani_collection_is_the_same_from_trec_and_from_beir_files(
    vaswani: tuple[Workspace, str],
) -> None:
    workspace, collection_id = vaswani
    beir = import_upload(
        workspace,
        {
            "corpus.jsonl": gzip.decompress((VASWANI / "corpus.jsonl.gz").read_bytes()),
            "queries.jsonl": gzip.decompress((VASWANI / "queries.jsonl.gz").read_bytes()),
            "qrels/test.tsv": (VASWANI / "test.tsv").read_bytes(),
        },
    )
    prints = [
        workspace.collection_record(one).record["fingerprints"]
        for one in (collection_id, beir.collection)
    ]
    assert prints[0] == prints[1]
