"""A published designation list as data for its Word, PDF and Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.designations.models import Designation
from tongchou.designations.queries import names_on as project_names_on
from tongchou.orgs.models import Jurisdiction
from tongchou.orgs.queries import names_on
from tongchou.programmes.models import TaskEdition

if TYPE_CHECKING:
    from tongchou.designations.models import DesignationList


def designation_list(published: DesignationList) -> dict[str, Any]:
    """Everything the list shows, by variant, then place and unit, named as on the day of the list (five queries). Revoked levels are counted, not shown."""
    held = (
        Designation.objects.filter(list=published)
        .select_related("application", "unit")
        .order_by("place_path", "unit__name", "pk")
    )
    rows = list(held)
    standing = [row for row in rows if row.revoked_on is None]
    called = names_on([row.unit for row in rows], published.published_on)
    projects = project_names_on([row.application for row in rows], published.published_on)
    names = _places({row.place_path for row in standing})
    edition = TaskEdition.objects.filter(
        task=published.task_id, current=True, place_id=published.task.programme.place_id
    ).first()
    variants = {v.code: v.name for v in edition.pack.variants} if edition else {}
    codes = [*variants, *sorted({row.application.variant for row in standing} - set(variants))]
    groups = [
        {
            "name": variants.get(code, code),
            "rows": [
                {
                    "number": row.application.number,
                    "project": projects[row.application_id] or row.application.number,
                    "unit": called[row.unit_id],
                    "uscc": row.unit.uscc,
                    "place": names.get(row.place_path, ""),
                    "certificate": row.certificate,
                }
                for row in standing
                if row.application.variant == code
            ],
        }
        for code in codes
    ]
    return {
        "title": published.title,
        "document_number": published.document_number,
        "authority": published.authority.name,
        "task": published.task.name,
        "round": published.round.name,
        "level": published.get_level_display(),
        "date": published.published_on.isoformat(),
        "count": len(standing),
        "revoked": len(rows) - len(standing),
        "groups": [group for group in groups if group["rows"]],
    }


def _places(paths: set[str]) -> dict[str, str]:
    """Province and city of each path, as people say it: 吉林长春 (a municipality or the nation stands alone)."""
    codes = {code for path in paths for code in path.strip("/").split("/")[1:3]}
    short = dict(Jurisdiction.objects.filter(code__in=codes).values_list("code", "short_name"))
    return {path: "".join(short.get(code, "") for code in path.strip("/").split("/")[1:3]) for path in paths}
