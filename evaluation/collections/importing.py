"""Importing: find out what was given, read it, check it, and store it only if it is sound."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from evaluation import quota
from evaluation.collections.checks import health
from evaluation.collections.collection import Collection, Qrels, Queries, save_parts
from evaluation.collections.corpus import Corpus
from evaluation.collections.detection import detect, is_beside, name_splits
from evaluation.collections.hub import hub_contents, is_hub
from evaluation.collections.import_request import ImportOutcome, ImportRequest, request_from_dict
from evaluation.collections.judgement_checks import known_queries_only, unique_judgements
from evaluation.collections.locations import files_at
from evaluation.collections.part import Part
from evaluation.collections.reading import Contents, Given, contents
from evaluation.collections.report import Finding, Report
from evaluation.collections.run_import import read_runs
from evaluation.collections.sources import Reading, SourceFile
from evaluation.collections.tables import sample
from evaluation.collections.writing import CorpusWriter, judgements_table, queries_table
from evaluation.errors import InputError
from evaluation.files import open_table, write_json
from evaluation.origins import imported, mark
from evaluation.progress import SILENT, Progress
from evaluation.stored_runs import write_run
from evaluation.workspace import Workspace


class _RefusedError(Exception):
    """The collection has faults that would give wrong scores."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.sentence())
        self.report = report


def import_collection(
    workspace: Workspace, request: ImportRequest, progress: Progress = SILENT
) -> ImportOutcome:
    """Carry out an import.

    Runs are read after the rest and checked against it. A collection whose report is red is not
    stored; nothing is left behind then, nor after an error or a cancellation.

    Raises:
        InputError: something cannot be read; the message says what, where, and what to do.
        QuotaError, CancelledError: no room for it; from the listener. Nothing of it is kept.
    """
    reading = Reading(progress)
    if is_hub(request.sources):
        return _store(workspace, request, hub_contents(request.sources, reading), reading)
    files = source_files(workspace, request.sources, reading)
    outcome = import_files(workspace, request, files, reading)
    if outcome.collection:
        _forget(workspace, request)
    return outcome


def import_files(
    workspace: Workspace, request: ImportRequest, files: Sequence[SourceFile], reading: Reading
) -> ImportOutcome:
    """Import files that are already at hand; otherwise as `import_collection`."""
    given = plan(files, request.parts, reading)
    if request.collection:
        return _add_runs(workspace, request, given, reading)
    return _store(workspace, request, contents(reading, given), reading)


def import_job(workspace: Workspace, payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Carry out an import given as plain values, for the worker."""
    request = request_from_dict(payload)
    before = imported(workspace, request.origin, request.collection, request.sources)
    if before is None:
        return import_collection(workspace, request, progress).to_dict()
    _forget(workspace, request)
    return before


def _forget(workspace: Workspace, request: ImportRequest) -> None:
    for source in request.sources:
        workspace.places.forget(source)


def inspect(workspace: Workspace, sources: Sequence[str]) -> list[dict[str, Any]]:
    """Say what each given file is taken for, so that a visitor can correct it before the import.

    Returns:
        Per file `{part, bytes}`, and for tables also `columns` (for a text table the cells of its
        first line) and `sample` (some rows).
    """
    found = []
    for given in plan(source_files(workspace, sources, Reading()), (), Reading()):
        entry: dict[str, Any] = {"part": given.part.to_dict(), "bytes": given.file.size}
        if given.part.mapping:
            entry["columns"], entry["sample"] = sample(Reading(), given.file)
        found.append(entry)
    return found


def source_files(
    workspace: Workspace, sources: Sequence[str], reading: Reading
) -> list[SourceFile]:
    """List the files behind source strings."""
    files = [file for s in sources for file in files_at(workspace.places.locate(s), reading)]
    twice = [name for name, count in Counter(file.name for file in files).items() if count > 1]
    if twice:
        raise InputError(f"{twice[0]} was given twice. Leave one of them out.")
    return files


def plan(files: Sequence[SourceFile], parts: Sequence[Part], reading: Reading) -> list[Given]:
    """Match every file with what it is: as the visitor said, otherwise as guessed."""
    if not files:
        raise InputError("There is no file in what was given. Give the files of a collection.")
    said = {part.name: part for part in parts}
    guessed = {p.name: p for p in detect([file for file in files if file.name not in said])}
    parts = name_splits([(said | guessed)[file.name] for file in files])
    given = [Given(file, part) for file, part in zip(files, parts, strict=True)]
    used = [item for item in given if item.part.role != "ignored"]
    if not used:
        raise InputError(
            f"{files[0].name} is nothing that can be read here. Give BEIR, TREC or SMART files, "
            "CSV, TSV, JSON lines or Parquet tables, or run files."
        )
    for item in given:
        beside = item.file.name in said or is_beside(item.file.name)
        if item.part.role == "ignored" and not beside:
            reading.notes.add(
                "ignored-files",
                "Files that are no part of a collection were left out.",
                item.file.name,
                "If one is needed, say what it is.",
            )
    reading.total = sum(item.file.size for item in used)
    return given


def _store(
    workspace: Workspace, request: ImportRequest, found: Contents, reading: Reading
) -> ImportOutcome:
    reports: list[Report] = []
    runs: list[dict[str, Any]] = []

    def write(folder: Path) -> None:
        collection, findings = _read(folder, request, found, reading)
        reports.append(health(collection, [*findings, *reading.notes.findings()], reading.progress))
        if reports[0].light == "red":
            raise _RefusedError(reports[0])
        save_parts(folder, collection)
        write_json(folder / "health.json", reports[0].to_dict())
        mark(folder, request.origin)
        for name, run, about in read_runs(reading, found.runs, collection):
            run_id = write_run(folder / "runs", name, run, about | _made(request))
            runs.append({"id": run_id, "name": name, **about})
        quota.check_anew(workspace)

    try:
        collection_id = workspace.add_collection(request.name, write)
    except _RefusedError as refused:
        return ImportOutcome("", refused.report)
    return ImportOutcome(collection_id, reports[0], tuple(runs))


def _made(request: ImportRequest) -> dict[str, str]:
    return {"origin": request.origin} if request.origin else {}


def _read(
    folder: Path, request: ImportRequest, found: Contents, reading: Reading
) -> tuple[Collection, list[Finding]]:
    """Read everything but the runs; the corpus goes straight to disk."""
    qrels, findings = _read_judgements(found, reading)
    judged = {query_id for split in qrels.values() for query_id in split.query_ids}
    corpus = _read_corpus(folder, found, reading)
    queries = queries_table(found.queries(judged) if found.queries else (), reading.notes)
    if corpus is None:
        queries = _with_unnamed(queries, qrels)
    if not len(queries):
        raise InputError(
            "There are no queries. Give a file of queries, or judgements beside run files."
        )
    known = queries.table["query_id"]
    kept = {s: known_queries_only(q, known, s, reading.notes) for s, q in qrels.items()}
    if judged and not any(len(split) for split in kept.values()):
        raise InputError(
            f"None of the {len(judged):,} judged queries (such as {min(judged)!r}) is among the "
            f"queries (such as {queries.ids[0]!r}). Give those that belong to the judgements."
        )
    return Collection(request.name, corpus, queries, kept, request.about), findings


def _read_judgements(found: Contents, reading: Reading) -> tuple[dict[str, Qrels], list[Finding]]:
    qrels: dict[str, Qrels] = {}
    findings = []
    for split, read in found.judgements.items():
        qrels[split], finding = unique_judgements(judgements_table(read()), split, reading.notes)
        findings.append(finding)
    return qrels, findings


def _read_corpus(folder: Path, found: Contents, reading: Reading) -> Corpus | None:
    if found.documents is None:
        if not found.runs:
            raise InputError(
                "There are neither documents nor run files. Give a corpus, or runs and judgements."
            )
        return None
    with CorpusWriter(folder / "corpus.arrow", reading.notes) as writer:
        for document in found.documents():
            writer.add(document)
    if not writer.count:
        raise InputError("The corpus holds no documents. Give a file with at least one.")
    return Corpus(open_table(folder / "corpus.arrow"))


def _with_unnamed(queries: Queries, qrels: dict[str, Qrels]) -> Queries:
    """Add the judged queries whose text nobody gave, so that their runs can be scored."""
    known = set(queries.ids)
    missing = {q: "" for split in qrels.values() for q in split.query_ids if q not in known}
    both = [queries.table, Queries.of(missing).table]
    return Queries(pa.concat_tables(both, promote_options="default")) if missing else queries


def _add_runs(
    workspace: Workspace, request: ImportRequest, given: Sequence[Given], reading: Reading
) -> ImportOutcome:
    collection_id, made = request.collection, _made(request)
    collection = workspace.collection(collection_id)
    files = tuple(item for item in given if item.part.role == "run")
    if not files:
        raise InputError(
            f"{given[0].file.name} is no run file. Give lines of six columns: query, Q0, document, "
            "rank, score, name."
        )
    for item in given:
        if item.part.role not in ("run", "ignored"):
            reading.notes.add("no-runs", "Files that are no run were left out.", item.file.name)
    # all are read before the first is stored: a fault in one must not leave half of them
    found = list(read_runs(reading, files, collection))
    runs = []
    for name, run, about in found:
        run_id = workspace.add_run(collection_id, name, run, about | made)
        runs.append({"id": run_id, "name": name, **about})
    report = Report(findings=tuple(reading.notes.findings()))
    return ImportOutcome(collection_id, report, tuple(runs))
