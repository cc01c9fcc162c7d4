"""A small pack of one's own: two files of a task, one overlay; tests write over what they want to see refused."""

from copy import deepcopy
from pathlib import Path

from ruamel.yaml import YAML

PLACES = {
    "000000": "000000/",
    "220000": "000000/220000/",
    "220100": "000000/220000/220100/",
    "220200": "000000/220000/220200/",
    "140000": "000000/140000/",
}
NAMES = {"000000": "全国", "220000": "吉林省", "220100": "长春市", "220200": "吉林市", "140000": "山西省"}
CITE = ["notice 一(一)"]

PROGRAMME = {
    "code": "small",
    "version": "1",
    "name": "小计划",
    "place": "000000",
    "horizon": 2025,
    "documents": [{"id": "notice", "title": "通知"}],
    "tags": [{"code": "double-high", "name": "双高", "cite": CITE}],
    "rounds": [
        {"code": "2023", "name": "2023 年批次", "year": 2023},
        {"code": "2024", "name": "2024 年", "year": 2024},
    ],
    "reports": [{"code": "annual", "name": "年度报告", "by": "project", "cite": CITE}],
    "calendar": [
        {
            "code": "performance",
            "name": "绩效数据",
            "purpose": "performance",
            "binds": "units",
            "since": 2023,
            "until": "12-15",
            "cite": CITE,
        }
    ],
}
TASK = {
    "code": "centre",
    "number": 1,
    "name": "实践中心",
    "summary": "建设实践中心",
    "cite": CITE,
    "variants": [
        {"code": "school", "name": "学校", "leads": ["secondary_school", "vocational_college"], "cite": CITE},
        {"code": "public", "name": "公共", "leads": ["government"], "cite": CITE},
    ],
    "conditions": [
        {
            "code": "area",
            "text": "面积不少于 1000 平方米",
            "rule": 'v["area"] >= 1000',
            "field": "area",
            "cite": CITE,
        },
    ],
    "materials": [{"code": "plan", "name": "建设方案", "field": "plan_file", "cite": CITE}],
    "form": [
        {
            "code": "basic",
            "title": "基本情况",
            "fields": [
                {
                    "code": "project_name",
                    "label": "项目名称",
                    "type": "text",
                    "required": True,
                    "max_length": 50,
                },
                {"code": "area", "label": "面积", "type": "number", "unit": "平方米"},
                {"code": "fund", "label": "投入", "type": "money"},
                {"code": "plan_file", "label": "建设方案", "type": "files"},
                {"code": "targets", "label": "年度目标", "type": "targets"},
            ],
        }
    ],
    "indicators": [{"code": "i1", "name": "培训人次", "kind": "integer", "unit": "人次", "cite": CITE}],
    "steps": [
        {"code": "declare", "name": "申报", "kind": "declare", "level": "unit", "cite": CITE},
        {"code": "recommend", "name": "推荐", "kind": "recommend", "level": "province", "cite": CITE},
        {
            "code": "designate",
            "name": "认定",
            "kind": "designate",
            "level": "nation",
            "grants": "nation",
            "cite": CITE,
        },
    ],
    "calendar": [
        {
            "code": "declare",
            "name": "申报",
            "purpose": "declare",
            "binds": "units",
            "round": "2023",
            "from": "2023-07-30",
            "until": "2023-08-31",
            "cite": CITE,
        }
    ],
}
OVERLAY = {
    "programme": "small",
    "place": "220000",
    "version": "1",
    "documents": [{"id": "jilin", "title": "省通知"}],
}
OVERLAY_TASK = {
    "code": "centre",
    "steps": [
        {"code": "declare", "name": "申报", "kind": "declare", "level": "unit", "cite": CITE},
        {
            "code": "city-recommend",
            "name": "市级推荐",
            "kind": "recommend",
            "level": "city",
            "cite": ["jilin 二"],
        },
        {"code": "recommend", "name": "推荐", "kind": "recommend", "level": "province", "cite": CITE},
        {
            "code": "designate",
            "name": "认定",
            "kind": "designate",
            "level": "nation",
            "grants": "nation",
            "cite": CITE,
        },
    ],
    "calendar": [
        {
            "code": "declare",
            "name": "省内申报",
            "purpose": "declare",
            "binds": "units",
            "round": "2023",
            "until": "declare.until - 10 days",
            "cite": ["jilin 三"],
        }
    ],
    "quotas": [
        {
            "code": "by-city",
            "name": "市级推荐限额",
            "step": "city-recommend",
            "holder": "city",
            "variants": ["school"],
            "rounds": ["2023", "2024"],
            "holders": [
                {"name": "长春市", "match": {"places": ["220100"]}, "limit": 5},
                {"name": "其他市（州）", "limit": 2},
            ],
            "cite": ["jilin 三"],
        }
    ],
}


class Pack:
    """A pack as plain data, to be changed by a test and written out."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.programme = deepcopy(PROGRAMME)
        self.task = deepcopy(TASK)
        self.overlay = deepcopy(OVERLAY)
        self.overlay_task = deepcopy(OVERLAY_TASK)

    def write(self) -> Path:
        for name, data in {
            "programme.yaml": self.programme,
            "tasks/01-centre/task.yaml": self.task,
            "overlays/220000/overlay.yaml": self.overlay,
            "overlays/220000/tasks/centre.yaml": self.overlay_task,
        }.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if data is None:
                path.unlink(missing_ok=True)
            else:
                YAML().dump(data, path)
        return self.folder


def make_places():
    """The places of :data:`PLACES` in the database, each with its education authority."""
    from tongchou.orgs.models import Authority, Jurisdiction  # read by conftests, before Django is ready

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
