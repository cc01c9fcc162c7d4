"""The contact form as data for its PDF, which the unit prints and seals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.core import clock
from tongchou.forms.display import EMPTY, show_date
from tongchou.orgs.contacts import form_code

if TYPE_CHECKING:
    from tongchou.orgs.models import Jurisdiction, Unit
    from tongchou.orgs.record_models import UnitContact


def contact_form(unit: Unit, contact: UnitContact) -> dict[str, Any]:
    """Everything the contact form shows: the unit and its contact as they are registered now. Reads only.

    ``unit`` has place (with the one above it) and authority at hand.
    """
    today = clock.today().isoformat()
    claimed = unit.tags.select_related("tag").order_by("tag__code")
    tags = "、".join(
        f"{t.tag.name}（{t.since_year} 年认定）" if t.since_year else t.tag.name for t in claimed
    )
    return {
        "title": "建设单位注册登记联系表",
        "unit": unit.name,
        "authority": unit.authority.name,
        "date": today,
        "made": show_date(today),
        "code": form_code(unit, contact),
        "facts": [
            ["单位全称", unit.name],
            ["统一社会信用代码", unit.uscc],
            ["单位类型", unit.get_kind_display()],
            ["所在地", _in_full(unit.place)],
            ["主管部门", unit.authority.name],
            ["学校标识码", unit.school_code or EMPTY],
            ["通信地址", unit.address or EMPTY],
            ["申报的单位称号", tags or EMPTY],
        ],
        "contact": [
            ["姓名", contact.name],
            ["职务", contact.duty],
            ["联系电话", contact.phone],
            ["邮箱", contact.email],
        ],
    }


def _in_full(place: Jurisdiction) -> str:
    """A place with the one above it, since many districts share a name; a province is well known."""
    above = place.parent
    return f"{above.name}{place.name}" if above is not None and above.parent_id else place.name
