"""Names as tables write them, in the reader's language as far as there is one."""

from __future__ import annotations

from typing import Any

from tongchou.programmes.models import Task
from tongchou.web.show import english


def task_title(task: Any) -> str:
    """4. 持续建设职业教育专业教学资源库."""
    return f"{task.number}. {(english() and task.name_en) or task.name}"


def task_titles() -> dict[int, str]:
    """The same for every task, by its key (one query)."""
    return {task.pk: task_title(task) for task in Task.objects.all()}
