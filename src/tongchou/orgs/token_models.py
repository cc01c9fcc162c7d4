"""Keys by which a program acts for a person."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class AccessToken(models.Model):
    """A key 接口令牌 that a program sends with each request and by which it is the person who made it.

    Only its SHA-256 is kept. It ends by itself.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_tokens"
    )
    name = models.CharField(max_length=60, help_text="which program uses it, in the person's own words")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="access_token_ends_after_it_was_made",
                condition=models.Q(expires_at__gt=models.F("made_at")),
            )
        ]
