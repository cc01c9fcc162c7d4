"""Where things are on this machine, known before Django is."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """Uploaded files, the embedded database and generated secrets live here and nowhere else."""
    if chosen := os.environ.get("TONGCHOU_DATA"):
        return Path(chosen).expanduser().resolve()
    if (CHECKOUT / "pyproject.toml").is_file():
        return CHECKOUT / ".data"
    return Path.home() / ".tongchou"


def database_url() -> str:
    """DATABASE_URL, or what the embedded server wrote down when it was started, or the local default."""
    if url := os.environ.get("DATABASE_URL"):
        return url
    try:
        return (data_dir() / "postgres" / "url").read_text().strip()
    except FileNotFoundError:
        return "postgresql:///tongchou"


def packs_dir() -> Path:
    """The programmes and places that come with the checkout, or where TONGCHOU_PACKS says."""
    return Path(os.environ.get("TONGCHOU_PACKS") or CHECKOUT / "packs").expanduser().resolve()
