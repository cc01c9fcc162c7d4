"""Settings of the bare alternative of ``paint``: the platform's own, with a single page that asks for nothing."""

from tongchou.settings import *  # noqa: F403 -- all of them

ROOT_URLCONF = "bench.bare_page"
