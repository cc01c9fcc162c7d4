"""Write docs/who-may.md, the table of who may do what and when, from the tables that tests try. A test says when it is stale."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")

if __name__ == "__main__":
    import django

    django.setup()
    from tests import who_may

    who_may.PAGE.write_text(who_may.page(), encoding="utf-8")
    print(f"Wrote {who_may.PAGE.name}")
