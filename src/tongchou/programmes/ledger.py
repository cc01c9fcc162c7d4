"""Quotas in the database, kept as the checked pack states them; accounts in use follow, or refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tongchou.core.access import Denied, Refused
from tongchou.orgs.queries import confirmed_tags
from tongchou.programmes.check import Checked
from tongchou.programmes.holders import first_match
from tongchou.programmes.models import Programme, Quota, QuotaLine, Round, Task
from tongchou.programmes.pack_format import HolderRule, QuotaDef


def sync(
    programme: Programme, checked: Checked, tasks: Mapping[str, Task], rounds: Mapping[str, Round]
) -> list[str]:
    """Bring quotas and their lines to what the pack states.

    Raises :class:`Refused`, naming the holders, where a limit would fall below what is already taken.
    """
    wanted: dict[tuple[int, str, str], QuotaDef] = {}
    for task in checked.tasks.values():
        wanted |= {(tasks[task.code].pk, programme.place_id, quota.code): quota for quota in task.quotas}
    for overlay in checked.overlays:
        for code, own in overlay.own.items():
            wanted |= {(tasks[code].pk, overlay.place, quota.code): quota for quota in own.quotas}
    changes: list[str] = []
    standing = Quota.objects.filter(task__programme=programme).select_for_update()
    by_key = {(quota.task_id, quota.place_id, quota.code): quota for quota in standing}
    for key, definition in wanted.items():
        changes += _sync_quota(key, by_key.get(key), definition, rounds)
    for key, quota in by_key.items():
        if key not in wanted and quota.current:
            changes.append(f"限额“{quota.name}”不再使用")
            if quota.accounts.exists():
                Quota.objects.filter(pk=quota.pk).update(current=False)
            else:
                quota.delete()
    return changes


def _sync_quota(
    key: tuple[int, str, str], quota: Quota | None, definition: QuotaDef, rounds: Mapping[str, Round]
) -> list[str]:
    task_id, place, code = key
    is_new = quota is None
    if quota is None:
        quota = Quota(task_id=task_id, place_id=place, code=code)
    before = None if is_new else _state(quota)
    for name in ("name", "step", "holder", "variants", "kinds", "cite"):
        setattr(quota, name, getattr(definition, name))
    quota.when = definition.when or ""
    quota.exempt = [exemption.model_dump(mode="json") for exemption in definition.exempt]
    quota.current = True
    quota.save()
    quota.rounds.set([rounds[code] for code in definition.rounds])
    lines = [_line(quota, number, rule) for number, rule in enumerate(definition.holders)]
    if before is not None and before["lines"] == [_line_state(line) for line in lines]:
        return [] if before == _state(quota) else [f"限额“{quota.name}”有改动"]
    quota.lines.all().delete()
    QuotaLine.objects.bulk_create(lines)
    if is_new:
        return [f"新增限额“{quota.name}”"]
    _follow(quota, lines)
    return [f"限额“{quota.name}”有改动"]


def _line(quota: Quota, number: int, rule: HolderRule) -> QuotaLine:
    return QuotaLine(
        quota=quota,
        order=number,
        name=rule.name,
        places=rule.match.places,
        kinds=list(rule.match.kinds),
        tags=rule.match.tags,
        tag_from=rule.match.tag_from,
        tag_until=rule.match.tag_until,
        limit=rule.limit,
        minimum=rule.minimum,
    )


def _line_state(line: QuotaLine) -> tuple[Any, ...]:
    years = (line.tag_from, line.tag_until)
    return (line.name, line.places, line.kinds, line.tags, years, line.limit, line.minimum)


def _state(quota: Quota) -> dict[str, Any]:
    names = ("name", "step", "holder", "variants", "kinds", "when", "cite", "exempt", "current")
    return {
        **{name: getattr(quota, name) for name in names},
        "rounds": sorted(quota.rounds.values_list("code", flat=True)),
        "lines": [_line_state(line) for line in quota.lines.all()],
    }


def _follow(quota: Quota, lines: list[QuotaLine]) -> None:
    """Give accounts that are already in use the limits of the new lines."""
    short: list[str] = []
    accounts = quota.accounts.select_for_update(of=("self",)).select_related(
        "authority__place", "unit__place"
    )
    for account in accounts:
        if account.unit is not None:
            unit = account.unit
            tags = confirmed_tags(unit)
            holder, line = unit.name, first_match(lines, path=unit.place_path, kind=unit.kind, tags=tags)
        elif account.authority is not None:
            holder, line = account.authority.name, first_match(lines, path=account.authority.place.path)
        else:  # the database has it that one of them is there
            continue
        given = line.limit if line else 0
        stands = (
            account.changed and account.given == given
        )  # changed in mid-round, and the line says what it said
        limit = account.limit if stands else given
        if limit is not None and account.taken > limit:
            short.append(
                _("%(holder)s（已用 %(taken)s，拟改为 %(limit)s）")
                % {"holder": holder, "taken": account.taken, "limit": limit}
            )
            continue
        account.limit, account.given, account.changed = limit, given, stands
        account.minimum = line.minimum if line else None
        account.line = line.name if line else ""
        account.save(update_fields=["limit", "given", "changed", "minimum", "line"])
    if short:
        raise Refused(
            Denied(
                "quota",
                _("限额“%(quota)s”不能低于已占用的名额：%(short)s")
                % {"quota": quota.name, "short": _("；").join(short)},
                clause="；".join(quota.cite),
                remedy=_("先由持有者收回多出的推荐，再改限额"),
            )
        )
