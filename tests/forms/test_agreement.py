"""Where two places say otherwise of the same fact, both are named; never more than advice."""

from tongchou.forms.agreement import Said, agrees, disagreements, held
from tongchou.forms.definition import FieldDef, Indicator, Section

CITE = ["notice 一"]


def students(**given) -> FieldDef:
    return FieldDef(code="students", label="全日制在校生", type="integer", unit="人", cite=CITE, **given)


def found(field, values, said=None, *, others=(), indicators=()):
    form = {f.code: f for f in [field, *others]}
    return disagreements([field], values, said or {}, form=form, indicators=indicators)


def test_a_number_that_differs_is_told_with_both_sources_and_by_how_much():
    field = students(same_as=["indicator.students"])
    (finding,) = found(field, {"students": 3200}, {"indicator.students": [Said("2023 年绩效数据", 2950)]})
    assert (finding.severity, finding.field, finding.cite) == ("advice", "students", ("notice 一",))
    for part in ("本表 3,200 人", "2023 年绩效数据 2,950 人", "+250 人", "+8.5%"):
        assert part in finding.message


def test_what_agrees_is_unanswered_or_is_another_kind_of_value_is_no_contradiction():
    field = students(same_as=["indicator.students", "last.students"])
    told = {"indicator.students": [Said("绩效", 3200.0)], "last.students": [Said("上年", None)]}
    assert found(field, {"students": 3200}, told) == []
    assert found(field, {"students": None}, told) == []
    assert agrees(3200, "三千二百")
    assert not agrees("甲校", "乙校")
    assert agrees(" 甲校", "甲校")


def test_each_of_several_sources_is_named():
    field = students(same_as=["round.students"])
    told = {"round.students": [Said("申报一", 1), Said("申报二", 3200), Said("申报三", 2)]}
    assert [
        ("申报一" in f.message, "申报三" in f.message) for f in found(field, {"students": 3200}, told)
    ] == [
        (True, False),
        (False, True),
    ]


def test_another_field_of_the_form_and_the_first_year_s_target_are_read_from_the_form():
    targets = FieldDef(code="plan", label="年度目标", type="targets")
    other = FieldDef(code="pupils", label="学生数", type="integer")
    indicator = Indicator(code="enrolled", name="在校生", kind="integer", cite=CITE)
    field = students(same_as=["field.pupils", "target.enrolled"])
    values = {"students": 10, "pupils": 12, "plan": {"enrolled": {"2025": 99, "2024": 11}}}
    messages = [f.message for f in found(field, values, others=[targets, other], indicators=[indicator])]
    assert "“学生数” 12" in messages[0]
    assert "2024 年绩效目标“在校生” 11" in messages[1]


def test_registration_is_held_against_what_is_the_unit_s_own_but_not_its_contact():
    name = FieldDef(code="unit_name", label="单位", type="text", prefill="unit.name")
    phone = FieldDef(code="phone", label="电话", type="text", prefill="unit.contact_phone")
    section = Section(code="s", title="一", fields=[name, phone, students()])
    assert held([section]) == (name,)
    (finding,) = found(name, {"unit_name": "乙校"}, {"unit.name": [Said("单位登记", "甲校")]})
    assert "“乙校”" in finding.message
    assert "单位登记“甲校”" in finding.message
