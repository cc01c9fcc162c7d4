import pytest

from tongchou.cli import assets


def test_every_icon_named_in_our_files_exists():
    icons = assets.NODE_MODULES / "@tabler" / "icons" / "icons"
    if not icons.is_dir():
        pytest.fail("The browser's packages are not installed; run `make assets`")
    _, unknown = assets.icon_css(assets.used_icons(), icons)
    assert unknown == []


def test_an_icon_is_a_rule_of_its_own(tmp_path):
    (tmp_path / "outline").mkdir()
    (tmp_path / "outline" / "home.svg").write_text(
        '<!--\ntags: [house]\n-->\n<svg\n  viewBox="0 0 24 24"\n  stroke="currentColor"\n>\n  <path d="M5 12" />\n</svg>\n'
    )
    css, unknown = assets.icon_css(["home", "nowhere"], tmp_path)
    assert unknown == ["nowhere"]
    assert ".ti-home{--ti:url(\"data:image/svg+xml,%3Csvg viewBox='0 0 24 24' stroke='black' %3E" in css
    assert "tags" not in css


@pytest.mark.parametrize(
    "text, found",
    [
        ('<i class="ti ti-home"></i>', ["home"]),
        ('<i class="ti ti-arrow-left"></i>', ["arrow-left"]),
        ("multi-select anti-virus", []),
    ],
)
def test_icons_are_found_by_their_class(text, found):
    assert assets.ICON.findall(text) == found


def test_the_browser_gets_nothing_from_another_host():
    assets.build(lambda _: None)
    for sheet in assets.VENDOR.glob("*.css"):
        text = sheet.read_text()
        assert "url(http" not in text
        assert "@import" not in text
        assert "sourceMappingURL" not in text
