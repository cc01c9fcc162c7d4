import pytest

from tests.programmes.small_pack import NAMES, PLACES, Pack


@pytest.fixture
def pack(tmp_path):
    return Pack(tmp_path / "small")


@pytest.fixture
def places(db):
    from tongchou.orgs.models import Authority, Jurisdiction  # this file is read before Django is ready

    made = {}
    for code, path in PLACES.items():
        codes = path.strip("/").split("/")
        made[code] = Jurisdiction.objects.create(
            code=code,
            name=NAMES[code],
            short_name=NAMES[code],
            level=("nation", "province", "city")[len(codes) - 1],
            parent_id=codes[-2] if len(codes) > 1 else None,
            path=path,
            sort_key=code,
        )
        Authority.objects.create(place=made[code], department="education", name=f"{NAMES[code]}教育主管部门")
    return made
