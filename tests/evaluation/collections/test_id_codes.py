import random

import numpy as np
import pyarrow as pa
import pytest

from evaluation.collections.id_codes import Numbered, encode, form_of


def codes_and_names(parts: list[list[str]]) -> tuple[list[str], int]:
    """Encode ids given in parts; gives them read back, and how many different ones there are."""
    arrays = [pa.array(part, pa.string()) for part in parts]
    form = form_of(arrays[0])
    given = []
    for array in arrays:
        numbers = form.numbers(array) if form else None
        given.append(array if numbers is None else numbers)
    codes, names = encode(given, form)
    assert len(set(names.to_pylist())) == len(names)
    return names.take(pa.array(codes)).to_pylist(), len(names)


@pytest.mark.parametrize("form", ["{}", "D{}", "MED-{}", "dö_{:05}", "{:03}", "x{}y", "0{}", "-{}"])
@pytest.mark.parametrize("largest", [9, 300, 999_999_999])
def test_ids_of_one_form_come_back_as_they_were(form: str, largest: int) -> None:
    chosen = random.Random()
    ids = [form.format(chosen.randint(0, largest)) for _ in range(200)]
    read, different = codes_and_names([ids[:50], ids[50:51], ids[51:]])
    assert read == ids
    assert different == len(set(ids))


@pytest.mark.parametrize(
    "ids",
    [
        ["7", "07", "007"],
        ["007", "7", "1234"],
        ["1", "2", "-3", "+4", "5e3", " 6"],
        ["d1", "e1", "d2"],
        ["d1", "d", "d01"],
        ["0", "00", "000"],
        ["99999999999", "1"],
        ["1", "99999999999"],
        ["1", "4294967297"],
        ["word", "1"],
        ["1", "٣"],
        ["1", ""],
    ],
)
def test_ids_that_only_look_alike_stay_apart(ids: list[str]) -> None:
    read, different = codes_and_names([[each] for each in ids])
    assert read == ids
    assert different == len(ids)


def test_a_form_is_a_beginning_and_a_number() -> None:
    assert form_of(pa.array(["MED-10", "MED-7"])) == Numbered("MED-", 0)
    assert form_of(pa.array(["d0010", "d0200"])) == Numbered("d", 4)
    assert form_of(pa.array(["0", "1"])) == Numbered("", 0)
    assert form_of(pa.array(["none"])) is None


def test_numbers_are_read_only_where_they_can_be_written_back() -> None:
    plain = Numbered("", 0)
    numbers = plain.numbers(pa.array(["0", "10", "2147483647"]))
    assert numbers is not None
    assert np.asarray(numbers).tolist() == [0, 10, 2147483647]
    for text in ("01", "+1", "-1", "1.0", "", "2147483648", "x", "1_0"):
        assert plain.numbers(pa.array(["5", text])) is None
    assert Numbered("d", 3).numbers(pa.array(["d001", "d1"])) is None
