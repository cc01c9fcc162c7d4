"""Lock files pin everything by hash and name no host: each machine installs from where it is set up to."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_python_locks_pin_by_hash_and_name_no_host(name):
    lock = (ROOT / "requirements" / name).read_text()
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+.*\\\n    --hash=sha256:", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[\w.-]+(?:\[[\w,]+\])?[=<>~@ ]", lock, re.MULTILINE)) > 30
    assert not re.search(r"https?:|--(extra-)?index|--find-links|--trusted-host|file:|git\+", lock)


def test_the_development_lock_holds_the_same_versions():
    def versions(name):
        lock = (ROOT / "requirements" / name).read_text()
        return set(re.findall(r"^([\w.-]+==[^ ;\\]+)", lock, re.MULTILINE))

    assert versions("base.txt") <= versions("dev.txt")


def test_the_browsers_lock_names_no_place_to_download_from():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def test_no_dependency_of_the_browser_is_agpl():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for name, entry in lock["packages"].items():
        assert "AGPL" not in entry.get("license", ""), name
