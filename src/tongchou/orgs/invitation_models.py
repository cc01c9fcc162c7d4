"""Invitations into a unit."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongchou.core import clock


class Invitation(models.Model):
    """An invitation 邀请 to take a role in a unit. Whoever holds its token may accept it, once, until it expires.

    Only the token's SHA-256 is kept. One that names an e-mail is for the account with that e-mail alone.
    """

    unit = models.ForeignKey("orgs.Unit", on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=20, help_text="one of Membership.UNIT_ROLES")
    name = models.CharField(max_length=60, help_text="whom the unit means, in its own words")
    email = models.EmailField(blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-invited_at", "-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["unit"],
                name="invitation_open",
                condition=Q(accepted_at=None, revoked_at=None),
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="invitation_accepted_by_someone",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
            )
        ]

    @property
    def expired(self) -> bool:
        """Whether its time is over."""
        return clock.now() >= self.expires_at
