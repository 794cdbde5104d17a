import pytest

from evaluation.collections.detection import detect, name_splits
from evaluation.collections.part import Part
from evaluation.errors import InputError
from tests.evaluation.collections.reading import given
from tests.evaluation.collections.uploads import CORPUS, QRELS, QUERIES, RUN

TREC = "<DOC>\n<DOCNO>1</DOCNO>\n</DOC>\n"
TOPICS = "<TOP>\n<num>1</num>\n"
KINDS = [
    ("corpus.jsonl", CORPUS, "corpus", "beir"),
    ("anything.jsonl", CORPUS, "corpus", "beir"),
    ("queries.jsonl", QUERIES, "queries", "beir"),
    ("test.tsv", QRELS, "qrels", "beir"),
    ("qrels/dev.tsv", "q1\td1\t1\nq1\td2\t0\n", "qrels", "beir"),
    ("qrels/dev.tsv", "q1\t0\td1\t1\nq1\t0\td2\t0\n", "qrels", "trec"),
    ("qrels.txt", "1 0 d1 1\n", "qrels", "trec"),
    ("docs.trec", TREC, "corpus", "trec"),
    ("anything", f"\n\n{TREC}", "corpus", "trec"),
    ("topics", TOPICS, "queries", "trec"),
    ("topics-rnd1.xml", '<topics task="x">\n<topic number="1">\n', "queries", "xml"),
    ("anything.xml", '<?xml version="1.0"?>\n<q><topic id="1">\n', "queries", "xml"),
    ("topics.dl20.txt", "1030303\twho is aziz\r\n", "queries", "tab"),
    ("cran.all.1400", ".I 1\n.T\nx\n", "corpus", "smart"),
    ("cran.qry", ".I 001\n.W\nx\n", "queries", "smart"),
    ("cranqrel", "1 184 2 \n1 29 2 \n", "qrels", "smart"),
    ("bm25.txt", RUN, "run", "trec"),
    ("bm25.trec", "q1 Q0 d1 1 nan x\n", "run", "trec"),
    ("things.csv", "id,text\n1,x\n", "corpus", "table"),
    ("people.jsonl", '{"qid": 1, "question": "x"}', "queries", "table"),
    (
        "collection.tsv",
        "0\tThe presence of communication\n1\tThe Manhattan Project\n",
        "corpus",
        "table",
    ),
    ("README.md", "# Hello", "ignored", ""),
    (".DS_Store", "x", "ignored", ""),
    ("poem", "roses are red\nviolets are blue and so\n", "ignored", ""),
]


@pytest.mark.parametrize(("name", "content", "role", "form"), KINDS)
def test_a_file_is_known_by_its_first_lines_and_its_name(
    name: str, content: str, role: str, form: str
) -> None:
    (part,) = detect([given(content, name)])
    assert (part.role, part.form) == (role, form)


def test_of_two_texts_of_unknown_role_the_larger_is_the_corpus() -> None:
    files = [given("1\twhat\n2\twho\n", "a.tsv"), given("1\tlong text here\n" * 9, "b.tsv")]
    assert [part.role for part in detect(files)] == ["queries", "corpus"]


def test_judgements_get_splits_of_their_own_whatever_was_said() -> None:
    parts = [
        Part("a/test.tsv", "qrels", "beir"),
        Part("b/test.tsv", "qrels", "beir"),
        Part("c", "qrels", "trec", "test"),
        Part("corpus.jsonl", "corpus", "beir"),
    ]
    assert [part.split for part in name_splits(parts)] == ["test", "test-2", "test-3", ""]


PRETTY = '{\n "name": "x",\n "text": "y"\n}\n'
STRANGE = "run\tmeasure\tpublished\twhere\nbm25\tnDCG@10\t0.5\tpaper\nbm25\tAP\t0.3\tpaper\n"


def test_a_description_over_many_lines_is_no_data() -> None:
    files = [given(PRETTY, "about.json"), given(CORPUS, "corpus.jsonl")]
    assert [part.role for part in detect(files)] == ["ignored", "corpus"]


@pytest.mark.parametrize("beside", [("corpus.jsonl", CORPUS), ("bm25.txt", RUN)])
def test_a_table_of_other_things_is_left_out_of_a_collection(beside: tuple[str, str]) -> None:
    files = [given(STRANGE, "published.tsv"), given(beside[1], beside[0])]
    assert detect(files)[0].role == "ignored"


def test_a_table_with_unknown_columns_is_the_corpus_where_nothing_else_is() -> None:
    files = [given(STRANGE, "published.tsv"), given(QUERIES, "queries.jsonl")]
    assert detect(files)[0].role == "corpus"


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("queries.json", '{\n "q1": "who"\n}\n', "one JSON object over many lines"),
        ("a.jsonl", "", "is empty"),
        ("a.jsonl", " \n\n", "is empty"),
        ("a.json", '[{"_id": 1}]', "one JSON array"),
        ("a.zip", "PK", "archive inside an archive"),
        ("a.rar", "Rar!", "archive inside an archive, or of a kind that is not understood"),
    ],
)
def test_what_cannot_be_read_is_refused_before_the_import(
    name: str, content: str, what: str
) -> None:
    with pytest.raises(InputError, match=what):
        detect([given(content, name)])
