"""Write docs/who-may.md, the table of who may do what and when, from the tables that tests try. A test says when it is stale.

``--try`` first makes every attempt anew, for the reasons why it is refused (two minutes); needed after a new row.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests import denials

TRIED = ["tests/test_access_table.py", "tests/reviews/test_states_table.py"]


def found_by_trying() -> denials.Denials:
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "denials.json"
        command = [sys.executable, "-m", "pytest", "-q", *TRIED]
        subprocess.run(command, env=os.environ | {denials.WRITING: str(found)}, check=True)
        return json.loads(found.read_text(encoding="utf-8"))


if __name__ == "__main__":
    why = found_by_trying() if "--try" in sys.argv else denials.read()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    import django

    django.setup()
    from tests import who_may

    denials.PAGE.write_text(who_may.page(why), encoding="utf-8")
    print(f"Wrote {denials.PAGE.name}")
