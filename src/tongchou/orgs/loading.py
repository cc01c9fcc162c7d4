"""Loading the jurisdictions pack: places, their authorities, and how units register there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongchou.orgs import places
from tongchou.orgs.models import Authority, Jurisdiction, Unit
from tongchou.orgs.record_models import RegistrationRule

if TYPE_CHECKING:
    from pathlib import Path


@transaction.atomic
def load_jurisdictions(folder: Path) -> int:
    """Load or renew the places of a jurisdictions pack and their authorities; return how many places."""
    read = places.read(folder)
    Jurisdiction.objects.bulk_create(
        [
            Jurisdiction(
                code=p.code,
                name=p.name,
                short_name=p.short_name,
                level=p.level,
                parent_id=p.parent or None,
                path=p.path,
                statistical=p.statistical,
                sort_key=p.sort_key,
            )
            for p in read.values()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "short_name", "level", "parent", "path", "statistical", "sort_key"],
    )
    Authority.objects.bulk_create(
        [Authority(place_id=p.code, name=p.authority) for p in read.values() if p.authority],
        update_conflicts=True,
        unique_fields=["place", "department"],
        update_fields=["name"],
    )
    beside = [d for d in Authority.Department.values if d != Authority.Department.EDUCATION]
    Authority.objects.bulk_create(
        [
            Authority(place_id=place, department=department, name=name)
            for place, department, name in places.departments(folder, read, beside)
        ],
        update_conflicts=True,
        unique_fields=["place", "department"],
        update_fields=["name"],
    )
    RegistrationRule.objects.all().delete()
    RegistrationRule.objects.bulk_create(
        RegistrationRule(
            place_id=rule.place,
            kind=rule.kind,
            levels=list(rule.levels),
            sealed_form=rule.sealed_form,
            cite=rule.cite,
        )
        for rule in places.registration(folder, read, Unit.Kind.values)
    )
    return len(read)
