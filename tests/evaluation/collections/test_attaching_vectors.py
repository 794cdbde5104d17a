import numpy as np
import pyarrow as pa
import pytest

from evaluation.collections.attaching_vectors import guessed_roles
from evaluation.errors import InputError, UnknownNameError
from evaluation.workspace import Workspace
from tests.evaluation.collections.uploads import Files, gzipped
from tests.evaluation.collections.vector_uploads import (
    attach,
    attached,
    both,
    drawn,
    ids_of,
    lines,
    listed,
    npy,
    parquet,
)
from tests.fresh import fresh
from tests.sample import small_collection


@pytest.fixture
def small(workspace: Workspace) -> Workspace:
    workspace.add_collection("Small", small_collection().save)
    return workspace


def test_rows_in_the_order_of_the_collection_are_taken_as_they_are(small: Workspace) -> None:
    documents, queries = both(small)
    answer = attach(small, {"documents.npy": npy(documents), "queries.npy": npy(queries)})
    assert (answer["kind"], answer["set"]) == ("vectors-tiny", "tiny")
    found = attached(small)
    assert np.array_equal(found.documents, documents)
    assert found.given.all()
    assert np.array_equal(found.of_queries(ids_of(small)[1]), queries)
    assert found.dimension == 6
    assert found.record["documents"] == {
        "file": "documents.npy", "type": "float32", "matched": 48, "missing": 0,
        "missing_examples": [], "unknown": 0, "unknown_examples": [],
        "lengths": pytest.approx([np.linalg.norm(documents, axis=1).min(),
                                  np.linalg.norm(documents, axis=1).max()]),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["float16", "float32", "float64", ">f4", ">f8"])
def test_every_floating_point_type_is_read_exactly(kind: str, small: Workspace) -> None:
    documents, queries = (each.astype("f2").astype(kind) for each in both(small))
    attach(small, {"d.npy": npy(documents), "q.npy": npy(queries)})
    assert np.array_equal(attached(small).documents, documents.astype(np.float32))


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.float32()),
        pa.list_(pa.float64()),
        pa.large_list(pa.float32()),
        pa.list_(pa.float32(), 6),
    ],
)
def test_ids_in_any_order_are_matched_and_what_is_left_over_is_counted(
    kind: pa.DataType, small: Workspace
) -> None:
    random = fresh()
    documents, queries = both(small, int(random.integers(1000)))
    names, query_ids = ids_of(small)
    order = random.permutation(len(names))
    missing, kept = sorted(order[:5].tolist()), order[5:]
    rows = np.vstack([documents[kept[:20]], drawn(2, 9), documents[kept[20:]]])
    given = [*(names[n] for n in kept[:20]), "else1", "else2", *(names[n] for n in kept[20:])]
    attach(
        small,
        {
            "documents.parquet": parquet(_id=given, embedding=listed(rows, kind), title=given),
            "queries.parquet": parquet(query_id=query_ids[::-1], x=listed(queries[::-1], kind)),
        },
    )
    found = attached(small)
    assert np.flatnonzero(~found.given).tolist() == missing
    assert np.array_equal(found.documents[found.given], documents[found.given])
    assert np.array_equal(found.of_queries(query_ids), queries)
    told = found.record["documents"]
    assert (told["matched"], told["missing"], told["unknown"]) == (43, 5, 2)
    assert told["missing_examples"] == [names[row] for row in missing[:3]]
    assert told["unknown_examples"] == ["else1", "else2"]


def test_a_file_of_ids_stands_beside_npy_and_both_may_be_packed(small: Workspace) -> None:
    documents, queries = both(small)
    names, query_ids = ids_of(small)
    files: Files = {
        "d.npy.gz": gzipped(npy(documents[::-1][:40])),
        "d.txt": lines(names[::-1][:40]),
        "q.npy": npy(queries[2:]),
        "queries.txt.gz": gzipped("\ufeff" + lines(query_ids[2:]).replace("\n", "\r\n")),
    }
    attach(small, files, roles={"queries.txt.gz": "query ids"})
    found = attached(small)
    assert np.flatnonzero(~found.given).tolist() == list(range(8))
    assert np.array_equal(found.documents[8:], documents[8:])
    asked = found.of_queries([*query_ids[:3], "typed"])
    assert np.isnan(asked).all(axis=1).tolist() == [True, True, False, True]
    assert np.array_equal(asked[2], queries[2])


def test_whole_numbers_as_ids_are_the_same_in_text(workspace: Workspace) -> None:
    collection = small_collection()
    assert collection.corpus is not None
    renamed = collection.corpus.table.set_column(
        0, "doc_id", pa.array([str(n) for n in range(48)], pa.string())
    )
    numbered = type(collection)("Small", type(collection.corpus)(renamed), collection.queries, {})
    workspace.add_collection("Small", numbered.save)
    documents, queries = both(workspace)
    attach(
        workspace,
        {
            "d.parquet": parquet(id=list(range(48))[::-1], vector=listed(documents[::-1])),
            "q.npy": npy(queries),
        },
    )
    assert np.array_equal(attached(workspace).documents, documents)


def test_several_sets_live_beside_each_other_and_one_of_the_same_name_is_replaced(
    small: Workspace,
) -> None:
    prints = []
    for seed, name in ((1, "One"), (2, "Two"), (3, "One"), (4, "模型"), (5, "型")):
        documents, queries = both(small, seed)
        attach(small, {"d.npy": npy(documents), "q.npy": npy(queries)}, name)
        prints.append(small.collection("small").attached_fingerprints)
    kinds = ["vectors-one", "vectors-two", "vectors-unnamed", "vectors-unnamed-2"]
    assert list(prints[-1]) == kinds
    assert prints[0]["vectors-one"] != prints[2]["vectors-one"]
    assert prints[1]["vectors-two"] == prints[4]["vectors-two"]
    (ticket,) = [item.id for item in small.discarded()]
    small.restore(ticket)
    assert (
        small.collection("small").attached_fingerprints["vectors-one"] == prints[0]["vectors-one"]
    )


def test_the_same_vectors_have_the_same_hash_whatever_they_were_stored_as(
    small: Workspace,
) -> None:
    documents, queries = both(small)
    names, _ = ids_of(small)
    attach(small, {"d.npy": npy(documents), "q.npy": npy(queries)}, "One")
    shuffled = parquet(id=names[::-1], vector=listed(documents[::-1]))
    attach(small, {"d.parquet": shuffled, "q.npy": npy(queries.astype("f8"))}, "Two")
    first, second = small.collection("small").attached_fingerprints.values()
    assert first == second
    documents[3, 3] += 1
    attach(small, {"d.npy": npy(documents), "q.npy": npy(queries)}, "Two")
    assert small.collection("small").attached_fingerprints["vectors-two"] != first


def test_a_set_is_deleted_and_put_back(small: Workspace) -> None:
    documents, queries = both(small)
    attach(small, {"d.npy": npy(documents), "q.npy": npy(queries)})
    ticket = small.discard_attachment("small", "vectors-tiny")
    assert small.collection("small").corpus.vectors == {}  # type: ignore[union-attr]
    small.restore(ticket)
    assert np.array_equal(attached(small).documents, documents)


def test_what_was_there_stays_when_its_replacement_is_faulty(small: Workspace) -> None:
    documents, queries = both(small)
    attach(small, {"d.npy": npy(documents), "q.npy": npy(queries)})
    with pytest.raises(InputError, match="cut off"):
        attach(small, {"d.npy": npy(documents)[:-1], "q.npy": npy(queries)})
    assert np.array_equal(attached(small).documents, documents)
    assert small.discarded() == []
    folder = small.collection_record("small").folder / "attachments"
    assert [path.name for path in folder.iterdir()] == ["vectors-tiny"]


def test_roles_are_guessed_from_names_and_can_be_given(small: Workspace) -> None:
    assert guessed_roles(
        ["corpus.npy", "Queries.parquet", "q_emb.npy", "doc_ids.txt", "query-ids.txt", "topics.npy"]
    ) == {
        "corpus.npy": "documents",
        "Queries.parquet": "queries",
        "q_emb.npy": "queries",
        "doc_ids.txt": "document ids",
        "query-ids.txt": "query ids",
        "topics.npy": "queries",
    }
    documents, queries = both(small)
    files = {"a.npy": npy(queries), "b.npy": npy(documents)}
    attach(small, files, roles={"a.npy": "queries", "b.npy": "documents"})
    assert np.array_equal(attached(small).documents, documents)
    with pytest.raises(InputError, match="both given as documents"):
        attach(small, files)
    with pytest.raises(InputError, match="There are no vectors of queries"):
        attach(small, {"a.npy": npy(documents)})
    with pytest.raises(InputError, match="is not a role"):
        attach(small, files, roles={"a.npy": "../x"})
    with pytest.raises(UnknownNameError):
        small.discard_attachment("small", "vectors-../x")
