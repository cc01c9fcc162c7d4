"""Views of lists that people keep."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class SavedView(models.Model):
    """A person's named filter of a screen; at most one for each screen is the one it opens with."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    screen = models.CharField(max_length=60, help_text="what the screen calls itself")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True, help_text="the query of the address")
    first = models.BooleanField(default=False, help_text="the screen opens with it")
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "screen", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["person", "screen"], name="saved_view_one_first", condition=Q(first=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
