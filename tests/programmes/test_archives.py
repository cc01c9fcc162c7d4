"""A zip from anywhere: what is taken, and what is refused before anything is written."""

import io
import stat
import zipfile

import pytest

from tongchou.core.access import Refused
from tongchou.programmes import archives


def made(*entries, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def linked():
    entry = zipfile.ZipInfo("guide.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made((entry, "/etc/passwd"))


def locked():
    content = bytearray(made(("a.yaml", "a: 1")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def gbk(name):
    """As Windows in China writes it: GBK, without the sign of UTF-8."""
    stand_in = "x" * len(name.encode("gbk"))
    return made((stand_in, "a: 1")).replace(stand_in.encode(), name.encode("gbk"))


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "空"),
        (b"not a zip", "不是压缩包"),
        (made(("a.yaml", "a: 1"))[:-30], "不是压缩包"),
        (made(), "没有文件"),
        (made(("../a.yaml", "a: 1")), "之外"),
        (made(("/etc/a.yaml", "a: 1")), "之外"),
        (made(("tasks\\..\\..\\a.yaml", "a: 1")), "之外"),
        (made(("C:/a.yaml", "a: 1")), "之外"),
        (made(("a\u202eb.yaml", "a: 1")), "之外"),
        (linked(), "链接"),
        (locked(), "密码"),
        (made(("a.exe", "MZ")), "只能有"),
        (made(("inner.zip", made(("a.yaml", "")))), "只能有"),
        (made(("a.yaml", "x" * 3_000_000)), "太大"),
        (made(*((f"{n}.yaml", "") for n in range(archives.MAX_ENTRIES + 1))), "2001"),
        (b"PK" + bytes(archives.MAX_ZIP), "超过"),
    ],
    ids=lambda value: value if isinstance(value, str) else "zip",  # whose bytes hold the time it was made
)
def test_what_is_refused(content, said):
    with pytest.raises(Refused) as refused:
        archives.unpack(content)
    assert refused.value.code == "archive"
    assert said in refused.value.denied.reason


def test_the_same_name_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        content = made(("a.yaml", "1"), ("a.yaml", "2"))
    with pytest.raises(Refused, match="同名"):
        archives.unpack(content)


def test_too_much_in_all_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL", 100)
    with pytest.raises(Refused, match="解开后超过"):
        archives.unpack(made(*((f"{n}.yaml", "x: " + "y" * 30) for n in range(5))))


def test_names_in_any_script_are_kept():
    assert list(archives.unpack(made(("tasks/任务一/指南.md", "# 指南")))) == ["tasks/任务一/指南.md"]
    assert list(archives.unpack(gbk("指南.md"))) == ["指南.md"]


def test_a_folder_around_everything_and_what_systems_add_are_left_out():
    content = made(
        ("我的包/programme.yaml", "a: 1"),
        ("我的包/tasks/1/task.yaml", "b: 1"),
        ("__MACOSX/我的包/._programme.yaml", "junk"),
        ("我的包/.DS_Store", "junk"),
    )
    assert set(archives.unpack(content)) == {"programme.yaml", "tasks/1/task.yaml"}
    alone = made(("overlays/220000/overlay.yaml", "a: 1"))
    assert set(archives.unpack(alone)) == {"overlays/220000/overlay.yaml"}


def test_what_is_packed_comes_out_again_and_equal_files_give_equal_bytes():
    files = {"programme.yaml": "名: 值".encode(), "overlays/220000/overlay.yaml": b"b: 1"}
    content = archives.pack_up(files)
    assert archives.unpack(content) == files
    assert archives.pack_up(dict(reversed(files.items()))) == content


def test_units_tell_who_answers_for_what():
    files = {
        "programme.yaml": b"1",
        "tasks/a/task.yaml": b"2",
        "overlays/220000/overlay.yaml": b"3",
        "overlays/220000/tasks/a.yaml": b"4",
    }
    parts = archives.units(files)
    assert set(parts) == {"", "220000"}
    assert archives.joined(parts) == files
    before = archives.digests(files)
    after = archives.digests(files | {"overlays/220000/tasks/a.yaml": b"5"})
    assert before[""] == after[""]
    assert before["220000"] != after["220000"]


def test_an_overlay_may_be_the_folder_itself_or_stand_in_its_place():
    inside = {"overlays/220000/overlay.yaml": b"1"}
    assert archives.overlay_of("220000", {"overlay.yaml": b"1"}) == inside
    assert archives.overlay_of("220000", inside) == inside
    with pytest.raises(Refused) as refused:
        archives.overlay_of("220000", inside | {"overlays/140000/overlay.yaml": b"1"})
    assert refused.value.code == "scope"


def test_files_come_from_a_folder_without_what_is_hidden_or_linked(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("a: 1")
    (tmp_path / "a.yaml").write_text("a: 1")
    (tmp_path / "b.yaml").symlink_to("/etc/passwd")
    (tmp_path / "c.txt").write_text("c")
    assert archives.files_in(tmp_path) == {"a.yaml": b"a: 1"}
    with archives.folder_of({"tasks/任务/a.yaml": b"1"}) as folder:
        assert (folder / "tasks" / "任务" / "a.yaml").read_bytes() == b"1"
    assert not folder.exists()
