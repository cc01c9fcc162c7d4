"""The web process. `granian --interface wsgi tongchou.wsgi:application`, or any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
# Only a web process keeps a pool: two workers of four connections write JSON as fast as the database takes it.
os.environ.setdefault("TONGCHOU_DB_POOL", "4")

application = get_wsgi_application()
