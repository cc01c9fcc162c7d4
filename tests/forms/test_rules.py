import pytest

from tongchou.forms.rules import LONGEST_RULE, Context, RuleError, compile_rule


def holds(rule, values, **more):
    return compile_rule(rule).holds(Context(values, **more))


@pytest.mark.parametrize(
    "rule, values, expected",
    [
        ('v["n"] >= 3', {"n": 3}, True),
        ('v["n"] >= 3', {"n": 2.5}, False),
        ('v["n"] >= 3', {}, None),
        ('v["n"] >= 3', {"n": None}, None),
        ('v["n"] == 3', {}, None),
        ('v["n"] >= 3', {"n": "three"}, None),
        ('v["n"] + 1.0 == 4.0', {"n": 3}, True),
        ('v["n"] / v["d"]', {"n": 3, "d": 0}, None),
        ('v["yes"]', {"yes": True}, True),
        ('v["yes"]', {}, None),
        ('v["text"]', {"text": "x"}, None),
        ('v["yes"] || v["n"] > 3', {"yes": True}, True),
        ('v["yes"] && v["n"] > 3', {"yes": False}, False),
        ("has(v.n)", {}, False),
        ("has(v.n)", {"n": []}, False),
        ("has(v.n)", {"n": 0}, True),
        ('v["day"] <= "2023-08-22"', {"day": "2023-08-21"}, True),
        ('"a" in v["many"]', {"many": ["a", "b"]}, True),
        ('sum(v["rows"].map(r, r["fund"])) > 5.0', {"rows": [{"fund": 3}, {"fund": 4}]}, True),
        ('sum(v["rows"].map(r, r["fund"])) > 5.0', {"rows": [{"fund": 3}, {"fund": None, "x": "y"}]}, None),
        ('v["rows"].all(r, r["fund"] > 0.0)', {"rows": [{"fund": 1}]}, True),
        ('v["rows"].exists(r, true) || v["n"] > 1', {"n": 2}, True),
    ],
)
def test_three_values(rule, values, expected):
    assert holds(rule, values) is expected


def test_variant_and_unit():
    assert holds('variant == "public" && unit.kind == "park"', {}, variant="public", unit={"kind": "park"})
    assert holds('"double-high" in unit.tags', {}, unit={"tags": ["double-high"]}) is True
    assert holds('"double-high" in unit.tags', {}, unit={"tags": []}) is False
    assert holds('unit.place.startsWith("22")', {}, unit={"place": "220100"})


@pytest.mark.parametrize("rule", ["v[", "foo > 3", "1 +", '"5" > 3', "x" * (LONGEST_RULE + 1)])
def test_a_rule_that_does_not_compile_says_where(rule):
    with pytest.raises(RuleError) as caught:
        compile_rule(rule)
    assert "\n" not in str(caught.value)


def test_fields_read():
    rule = compile_rule(
        """v["a"] > 1.0 && v['b'] == "v.x" && has(v.c) && v["t"].all(r, r["inner"] > v["a"])"""
    )
    assert [f for f in rule.fields if f != "x"] == ["a", "b", "c", "t"]


def test_evaluation_has_a_budget():
    nested = "true"
    for variable in "abcdef":
        nested = f"[1,2,3,4,5,6,7,8,9,10].all({variable}, {nested})"
    value, why = compile_rule(nested).attempt(Context({}))
    assert value is None
    assert "budget" in why


def test_context_follows_changes():
    context = Context({"n": 1})
    rule = compile_rule('v["n"] > 1')
    assert rule.holds(context) is False
    context.set("n", 2)
    assert rule.holds(context) is True
    context.drop("n")
    assert rule.holds(context) is None


@pytest.mark.parametrize(
    "rule", ['v["a"] == 1', "v.a == 1", "v.exists(k, k == 'b' && v[k] == 2)", "v[unit.key] == 1"]
)
def test_a_rule_sees_what_changed_since_another_was_decided(rule):
    context = Context({"a": 5, "b": 5}, unit={"key": "a"})
    assert compile_rule(rule).holds(context) is False
    context.set("a", 1)
    context.set("b", 2)
    assert compile_rule('v["a"] == 5').holds(context) is False
    assert compile_rule(rule).holds(context) is True
