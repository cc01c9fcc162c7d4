"""统一社会信用代码: what is valid, and what is said of what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.orgs.uscc import ALPHABET, complete, fault, normal


@pytest.mark.parametrize(
    "first17",
    [
        "11220000013544345",
        "12220000412757500",
        "52220000MJX0000X0",
        "91220101MA0Y3RLEX",
        "N2220104MF1234567",
        "Y1110000MB1234567",
        "93220182MA14A2BC8",
    ],
)
def test_codes_of_every_registering_authority_are_valid(first17):
    code = complete(first17)
    assert fault(code) == ""
    assert fault(f"{code[:2]}-{code[2:8]} {code[8:].lower()}") == ""
    assert normal(f" {code.lower()} ") == code


@pytest.mark.parametrize("length", [0, 1, 15, 17, 19, 30])
def test_another_length_is_said_with_both_numbers(length):
    assert fault("1" * length) == f"应为 18 位，现为 {length} 位"


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_that_the_standard_leaves_out_are_named(letter):
    assert f"不允许的字符 {letter}" in fault(f"1222000041275750{letter}X"[:17] + "0")


@pytest.mark.parametrize("strange", ["校", "!", "Ω", "_"])
def test_anything_but_the_alphabet_is_named(strange):
    assert strange in fault(f"122200004127575{strange}00")


@pytest.mark.parametrize("first", "0BCDEFGHJKLMPQRTUWX")
def test_a_registering_authority_that_does_not_exist_is_named(first):
    assert "登记管理部门" in fault(complete(f"{first}2220000412757500"))


def test_full_width_digits_of_a_chinese_keyboard_are_read_as_digits():
    code = complete("11220000013544345")
    assert fault(code.replace("1", "１")) == ""
    assert normal(code.replace("1", "１")) == code


def test_the_place_must_be_digits():
    assert "行政区划" in fault(complete("122200A0412757500"))


@given(
    first=st.sampled_from("123456789ANY"),
    place=st.integers(110000, 659999),
    rest=st.text(sorted(ALPHABET), min_size=10, max_size=10),
    at=st.integers(0, 17),
    wrong=st.sampled_from(sorted(ALPHABET)),
)
def test_any_single_character_copied_wrongly_is_noticed(first, place, rest, at, wrong):
    code = complete(f"{first}{rest[0]}{place}{rest[1:]}")
    assert fault(code) == ""
    if code[at] != wrong:
        assert fault(code[:at] + wrong + code[at + 1 :])
