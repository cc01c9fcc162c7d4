"""Write docs/packs-reference.md, the reference of the pack format, from the models. A test says when it is stale."""

from pathlib import Path

from tongchou.programmes import pack_reference

PAGE = Path(__file__).parents[1] / "docs" / pack_reference.PAGE

if __name__ == "__main__":
    PAGE.write_text(pack_reference.page(), encoding="utf-8")
    print(f"Wrote {PAGE.name}")
