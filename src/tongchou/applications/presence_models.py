"""Who has a declaration's form open."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Presence(models.Model):
    """A person in a form, as the page last told. Not a record: it is written over, and old rows mean nobody."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="present"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=60, blank=True, help_text="the field that has the cursor")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "person"], name="presence_once")
        ]
