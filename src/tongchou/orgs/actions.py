"""Every write of orgs, each idea in its own module."""

from tongchou.orgs.accounts import create_person, end_role, grant_role, install_person, set_active
from tongchou.orgs.contacts import Contact, change_contact, upload_contact_form
from tongchou.orgs.inviting import (
    accept_as_new,
    accept_invitation,
    invite,
    resend_invitation,
    revoke_invitation,
)
from tongchou.orgs.loading import load_jurisdictions
from tongchou.orgs.membership import hand_over, remove_member
from tongchou.orgs.registering import correct_unit, register_unit
from tongchou.orgs.renaming import approve_rename, ask_rename, refuse_rename
from tongchou.orgs.verifying import refuse_unit, verify_unit

__all__ = [
    "Contact",
    "accept_as_new",
    "accept_invitation",
    "approve_rename",
    "ask_rename",
    "change_contact",
    "correct_unit",
    "create_person",
    "end_role",
    "grant_role",
    "hand_over",
    "install_person",
    "invite",
    "load_jurisdictions",
    "refuse_rename",
    "refuse_unit",
    "register_unit",
    "remove_member",
    "resend_invitation",
    "revoke_invitation",
    "set_active",
    "upload_contact_form",
    "verify_unit",
]
