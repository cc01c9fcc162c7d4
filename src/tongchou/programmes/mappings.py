"""Mappings in the database: kept from the version that brought them on, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from decimal import Decimal

from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.orgs.models import Person
from tongchou.programmes.checking.mappings import coded
from tongchou.programmes.diffing import Side
from tongchou.programmes.mapping_models import Mapping as StoredMapping
from tongchou.programmes.models import Programme, Task
from tongchou.programmes.pack_format import Mapping


def sync(programme: Programme, new: Side, tasks: Dictionary[str, Task], *, by: Person | None) -> None:
    """Keep the mappings that are new.

    Raises ``Refused`` for one that says otherwise than what was loaded before, and for a code that comes back into use
    beside the one it was mapped to: what is stored under it would mean two things.
    """
    packs = [(programme.place_id, new.programme)] if new.programme else []
    written = [(place, mapping) for place, pack in packs for mapping in pack.mappings]
    written += [(place, m) for place, overlay in new.overlays.items() for m in overlay.pack.mappings]
    for place, mapping in written:
        row, made = StoredMapping.objects.get_or_create(
            place_id=place,
            task=tasks[mapping.task],
            part=mapping.part,
            inside=mapping.inside,
            old=mapping.old,
            defaults={
                "programme": programme,
                "to": mapping.to,
                "factor": _decimal(mapping.factor),
                "drop": mapping.drop,
                "cite": mapping.cite,
                "loaded_at": clock.now(),
                "loaded_by": by,
            },
        )
        if not made and (row.to, row.factor) != (mapping.to, _decimal(mapping.factor)):
            raise refuse(
                "data",
                _("“%(code)s”的对应关系已经载入（%(to)s），不能改写")
                % {
                    "code": mapping.old,
                    "to": _("对应到“%(code)s”") % {"code": row.to} if row.to else _("不再沿用"),
                },
                clause="；".join(mapping.cite),
                remedy=_("照原样保留这一条；要再改，从新编码另写一条"),
            )
    _refuse_codes_reused(programme, new)


def _refuse_codes_reused(programme: Programme, new: Side) -> None:
    rows = StoredMapping.objects.filter(programme=programme).exclude(to=None).select_related("task", "place")
    for row in rows:
        task = new.task_in(row.task.code, row.place.path)
        known = coded(task, row.part, row.inside) if task else {}
        if row.old in known and row.to in known:
            raise refuse(
                "data",
                _("任务“%(task)s”的编码“%(old)s”早先已对应到“%(to)s”，不能再作他用")
                % {"task": row.task.name, "old": row.old, "to": row.to},
                remedy=_("换一个新编码"),
            )


def _decimal(factor: float | None) -> Decimal | None:
    """The factor as the database keeps it."""
    return None if factor is None else Decimal(repr(factor)).quantize(Decimal("1e-12"))


def as_part(row: StoredMapping) -> Mapping:
    """A mapping that was loaded, as a part of a pack."""
    return Mapping.model_validate(
        {
            "task": row.task.code,
            "part": row.part,
            "in": row.inside,
            "from": row.old,
            "to": row.to,
            "drop": row.drop,
            "factor": float(row.factor) if row.factor is not None else None,
            "cite": row.cite,
        }
    )


def kept(programme: Programme) -> list[Mapping]:
    """The mappings of every version that has been loaded, as parts of a pack."""
    return [as_part(row) for row in StoredMapping.objects.filter(programme=programme).select_related("task")]
