"""``python -m bench [NAME] [--json] [option=value …]``."""

from __future__ import annotations

import importlib
import inspect
import json
import sys

import click

BENCHES = {
    "autosave": "autosave of a 250-field form through the whole stack, against the bare transaction",
    "submit": "submission of a 250-field form with rules, freezing and audit, against the bare transaction",
    "checks": "checks of a 250-field form, against the bare evaluation of its rules",
    "xlsx": "reading 10,000 rows of filled templates back with full checking, against reading plus COPY",
    "import": "a sheet of 100,000 yearly figures imported with full checks, against reading plus COPY",
    "pdf": "PDFs of declaration forms, against bare typst",
    "bulletin": "the nation's bulletin with all tasks and provinces: figures, Word, PDF and Excel",
    "paint": "first paint of the 250-field form, against a page of the same bytes that asks the database for nothing",
    "lists": "lists, boards and a case at three, nine and 100,000 cases; an export of 11,000 cases by 40 columns",
    "quota": "parallel recommendations on one quota, against the bare update of a locked row",
    "assign": "experts for 5,000 cases proposed and assigned with every constraint and write, against the bare rows",
    "rollup": "national roll-ups and the screens that show them, against the bare GROUP BY",
    "visible": "how soon a submitted report is seen in the national figure, while many units submit each second",
    "lasthour": "units that save, upload 5 MB and submit, most of them at the very end",
}

MODULES = {"import": "importing"}
"""Where a measurement may not be called as it is asked for."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", required=False, type=click.Choice(list(BENCHES)))
@click.argument("options", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def main(name: str | None, options: tuple[str, ...], as_json: bool) -> None:
    """Measure NAME; without it, list what can be measured. OPTIONS such as seconds=30 change the settings."""
    if name is None:
        for known, what in BENCHES.items():
            click.echo(f"{known:10} {what}")
        return
    measure = importlib.import_module(f"bench.{MODULES.get(name, name)}").measure
    result = {"bench": name, **measure(**_settings(measure, options))}
    click.echo(json.dumps(result, ensure_ascii=False, indent=None if as_json else 2))


def _settings(measure, options: tuple[str, ...]) -> dict:
    """What the command line says, each as the kind of its default."""
    known = {p.name: p.default for p in inspect.signature(measure).parameters.values()}
    given = {}
    for option in options:
        key, _, value = option.partition("=")
        if key not in known:
            raise click.UsageError(f"{key} is no setting; there are {', '.join(known) or 'none'}")
        default = known[key]
        if isinstance(default, tuple):
            given[key] = tuple(int(part) for part in value.split(","))
        else:
            given[key] = type(default)(value)
    return given


if __name__ == "__main__":
    sys.exit(main())
