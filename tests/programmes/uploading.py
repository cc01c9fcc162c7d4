"""Pack administrators, and the zips they upload."""

import io
import zipfile
from itertools import count

from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Authority
from tongchou.programmes import releases
from tongchou.programmes.models import Programme

_NUMBERS = count(1)


def authority(code="000000"):
    return Authority.objects.get(place_id=code, department="education")


def administrator(code="000000"):
    """A new pack administrator of a place's education authority."""
    number = next(_NUMBERS)
    return orgs.install_person(
        username=f"packs{number}",
        name=f"配置{number}",
        email=f"packs{number}@example.org",
        password=None,
        role="pack_admin",
        authority=authority(code),
    )


def zipped(pack, *, only="", without=""):
    """A small pack's folder as a zip; ``only`` and ``without`` are beginnings of paths."""
    folder, out = pack.write(), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and name.startswith(only) and not (without and name.startswith(without)):
                archive.write(path, name)
    return out.getvalue()


_ANY = object()


def upload(pack, *, by, programme=_ANY, content=None, **which):
    """``by`` uploads a small pack for the authority whose administrator he is."""
    if programme is _ANY:
        programme = Programme.objects.get(code="small")
    return releases.upload_pack(
        content or zipped(pack, **which),
        name="小计划.zip",
        authority=by.memberships.get().authority,
        programme=programme,
        by=by,
    )
