"""Who is here: the session and its person, read once for every request by two questions."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tongchou.core import statements
from tongchou.orgs.models import Person

_SESSION = "SELECT session_key, session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
_COLUMNS = [field.attname for field in Person._meta.concrete_fields]  # noqa: SLF001 - public by its documentation
_PERSON = f"SELECT {', '.join(_COLUMNS)} FROM orgs_person WHERE id = %s"  # noqa: S608 - names of our own columns


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        # A session runs out by the world's clock, not by the one that a demo sets.
        found = statements.rows(_SESSION, [self.session_key, timezone.now()])
        if found:
            return Session(**found[0])
        self._session_key = None
        return None


class Backend(AuthenticationBackend):
    """allauth's, as to who may log in."""

    def get_user(self, user_id: Any) -> Person | None:
        for found in statements.rows(_PERSON, [int(user_id)]):
            person = Person.from_db("default", _COLUMNS, list(found.values()))
            return person if self.user_can_authenticate(person) else None
        return None
