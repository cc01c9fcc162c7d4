"""The summary that screens of figures read: sums by place and the like, and the changes not yet added to them.

Facts are written by monitoring; the database itself notes every change to them (triggers of migration 0004), so that whatever
writes facts, one row or a million, the summary can't miss it. See :mod:`.summary`.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models


def _sum(decimals: int = 4) -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=28 + 2 * decimals, decimal_places=decimals, default=0)


class Basis(models.TextChoices):
    """By which place a cell counts: where the project stood when it reported, where its unit stands now, or both alike."""

    BOTH = "b", "填报时与现在相同"
    THEN = "t", "填报时的地区"
    NOW = "n", "现在的地区"


class Cell(models.Model):
    """The sums of one indicator and year in one place, at one grain.

    ``grain`` is twice the depth of the place (1 nation, 2 province, 3 city), plus one where the cell stands for one kind of
    unit, level and variant; otherwise those are ``*``. ``inside`` is the place above. ``scope`` says who sees it.
    """

    pk = models.CompositePrimaryKey(
        "grain", "year", "task", "indicator", "inside", "place", "scope", "basis", "confirmed",
        "variant", "level", "unit_kind", "choice",
    )  # fmt: skip
    grain = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField()
    task = models.ForeignKey(
        "programmes.Task", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    indicator = models.CharField(max_length=60)
    inside = models.CharField(max_length=80)
    place = models.CharField(max_length=80)
    scope = models.CharField(max_length=80)
    basis = models.CharField(max_length=1, choices=Basis)
    confirmed = models.BooleanField()
    variant = models.CharField(max_length=60)
    level = models.CharField(max_length=10)
    unit_kind = models.CharField(max_length=30)
    choice = models.CharField(max_length=60)
    n = models.BigIntegerField(default=0)
    n_targeted = models.BigIntegerField(default=0)
    n_met = models.BigIntegerField(default=0)
    total = _sum()
    below = _sum()
    target_total = _sum()
    targeted_total = _sum()
    targeted_below = _sum()
    target_weighted = _sum(8)


class FactChange(models.Model):
    """A fact that came (``sign`` 1) or went (-1) and is not in the cells yet. Written by the database only."""

    sign = models.SmallIntegerField()
    task = models.ForeignKey(
        "programmes.Task", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(
        "orgs.Unit", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=60)
    place_path = models.CharField(max_length=80)
    scope_path = models.CharField(max_length=80)
    confirmed = models.BooleanField()
    variant = models.CharField(max_length=60)
    level = models.CharField(max_length=10)
    unit_kind = models.CharField(max_length=30)
    choice = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    target = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    met = models.BooleanField(null=True)


class CountedPlace(models.Model):
    """Where a unit, or whoever goes on for it, stood when its facts were last counted by the place of today."""

    unit = models.OneToOneField("orgs.Unit", primary_key=True, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=80)
