"""The `tongchou` command: one module for each subcommand, imported only when that subcommand is asked for."""

import importlib
import os

import click

# subcommand → its module and the click command in it
COMMANDS = {
    "serve": "tongchou.cli.serve:serve",
    "demo": "tongchou.cli.demo:demo",
    "db": "tongchou.cli.db:db",
    "migrate": "tongchou.cli.db:migrate",
    "assets": "tongchou.cli.assets:assets",
    "manage": "tongchou.cli.manage:manage",
    "pack": "tongchou.cli.pack:pack",
    "rehearse": "tongchou.cli.rehearse:rehearse",
    "generate": "tongchou.cli.generate:generate",
    "figures": "tongchou.cli.figures:figures",
    "audit": "tongchou.cli.audit:audit",
}


class Lazy(click.Group):
    """`tongchou demo` need not import what `tongchou pack` imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


# Before any subcommand's module is imported: some words are marked for translation as it is read.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tongchou")
def main() -> None:
    """Tongchou 统筹 runs tiered public programmes."""


if __name__ == "__main__":
    main()
