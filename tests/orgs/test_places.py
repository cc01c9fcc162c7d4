"""Reading the places pack: what is wrong is said with its line, and loading twice changes nothing."""

import pytest

from tests.world import PACKS
from tongchou.orgs import places
from tongchou.orgs.actions import load_jurisdictions
from tongchou.orgs.models import Authority, Jurisdiction

HEAD = "code,name,short_name,level,parent,statistical,authority"
GOOD = [HEAD, "000000,全国,全国,nation,,1,教育部", "220000,吉林省,吉林,province,000000,1,吉林省教育厅"]


@pytest.fixture
def folder(tmp_path):
    def write(*lines: str):
        (tmp_path / "places.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    "lines, said",
    [
        ((HEAD.replace("parent", "above"), *GOOD[1:]), ["第 1 行", "列应为"]),
        ((*GOOD, GOOD[2]), ["第 4 行", "220000", "重复"]),
        ((*GOOD, "220100,长春市,长春,city,229999,1,长春市教育局"), ["220100", "229999", "不存在"]),
        (
            (*GOOD, "1,甲,甲,city,2,1,", "2,乙,乙,city,3,1,", "3,丙,丙,city,1,1,"),
            ["成环", "1 → 2 → 3 → 1"],
        ),
        ((*GOOD, "4,丁,丁,city,4,1,"), ["成环", "4 → 4"]),
    ],
)
def test_a_mistake_in_the_file_is_named(folder, lines, said):
    with pytest.raises(places.PlacesError) as fault:
        places.read(folder(*lines))
    assert all(part in str(fault.value) for part in said)


@pytest.mark.django_db
def test_nothing_is_loaded_from_a_faulty_file(folder):
    with pytest.raises(places.PlacesError):
        load_jurisdictions(folder(*GOOD, GOOD[2]))
    assert not Jurisdiction.objects.exists()


def test_children_may_stand_before_their_parents(folder):
    read = places.read(folder(HEAD, "220100,长春市,长春,city,220000,1,", *GOOD[:0:-1]))
    assert read["220100"].path == "000000/220000/220100/"
    assert list(read) == ["000000", "220000", "220100"]


@pytest.mark.django_db
def test_loading_again_renews_names_and_makes_nothing_twice(folder):
    assert load_jurisdictions(folder(*GOOD)) == 2
    assert load_jurisdictions(folder(*GOOD[:2], "220000,吉林省,吉林,province,000000,1,省教育厅")) == 2
    assert Jurisdiction.objects.count() == 2
    assert list(Authority.objects.order_by("place_id").values_list("name", flat=True)) == [
        "教育部",
        "省教育厅",
    ]


def test_the_pack_holds_places_that_are_authorities_but_no_division():
    read = places.read(PACKS / "jurisdictions-2023")
    assert (read["22A001"].statistical, read["22A001"].level, read["22A001"].parent) == (
        False,
        "city",
        "220000",
    )
    assert read["220581"].path == "000000/220000/220581/"
    assert {place.level for place in read.values()} == {"nation", "province", "city", "county"}
    assert read["220100"].sort_key == "changchun"


@pytest.mark.parametrize(
    "row, said",
    [
        ("299999,finance,某财政局", "没有地区 299999"),
        ("220000,sports,某体育局", "部门应为"),
        ("220000,education,某教育厅", "部门应为"),
        ("220000,finance, ", "没有写部门名称"),
        ("220000,finance,甲\n220000,finance,乙", "重复"),
    ],
)
def test_departments_that_sign_jointly_are_told_with_their_line(folder, row, said):
    at = folder(*GOOD)
    (at / "departments.csv").write_text(f"place,department,name\n{row}\n", encoding="utf-8")
    with pytest.raises(places.PlacesError, match=said):
        list(places.departments(at, places.read(at), ["finance", "industry"]))


@pytest.mark.django_db
def test_departments_are_loaded_beside_the_education_authority(folder):
    at = folder(*GOOD)
    (at / "departments.csv").write_text(
        "place,department,name\n220000,finance,吉林省财政厅\n", encoding="utf-8"
    )
    for _ in range(2):
        load_jurisdictions(at)
    assert set(Authority.objects.filter(place_id="220000").values_list("department", "name")) == {
        ("education", "吉林省教育厅"),
        ("finance", "吉林省财政厅"),
    }
