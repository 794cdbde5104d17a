"""The catalogue of stages."""

import dataclasses

from evaluation.catalogue import COLUMNS, stage_rows, stage_table
from evaluation.stage import stages


def test_every_stage_has_a_row_with_its_parameters_and_what_it_does() -> None:
    rows = {row["stage"]: row for row in stage_rows()}
    assert list(rows) == list(stages())
    for name, cls in stages().items():
        assert rows[name]["kind"] == cls.kind
        assert len(rows[name]["meaning"].split()) > 5
        for parameter in dataclasses.fields(cls):
            assert f"{parameter.name}={parameter.default}" in rows[name]["parameters"]


def test_the_table_is_markdown_with_equally_many_cells_in_every_line() -> None:
    lines = stage_table().splitlines()
    assert len(lines) == len(stages()) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(COLUMNS) + 1}
