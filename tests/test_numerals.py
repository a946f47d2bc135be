"""Numerals: exact both ways, over everything that law counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.numerals import to_chinese, to_int


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (112, "一百一十二"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (9999, "九千九百九十九"),
    ],
)
def test_spelling(number: int, text: str) -> None:
    assert to_chinese(number) == text
    assert to_int(text) == number


def test_every_number_comes_back() -> None:
    assert all(to_int(to_chinese(number)) == number for number in range(10_000))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百〇五", 105),
        ("一百○五", 105),
        ("一百五", 105),
        ("一百十二", 112),
        ("一十", 10),
        ("12", 12),
        ("１２", 12),
    ],
)
def test_other_spellings(text: str, number: int) -> None:
    assert to_int(text) == number


@pytest.mark.parametrize(
    "text", ["", "二〇二三", "十百", "零五", "一二", "12三", "12345", "²", "廿"]
)
def test_no_numeral(text: str) -> None:
    assert to_int(text) is None


@pytest.mark.parametrize("number", [-1, 10_000])
def test_out_of_range(number: int) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        to_chinese(number)


@given(st.text())
def test_never_raises(text: str) -> None:
    number = to_int(text)
    assert number is None or 0 <= number <= 9999
