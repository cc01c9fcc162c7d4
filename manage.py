#!/usr/bin/env python3
"""Django's commands, for those whose tools look for this file; the same as `tongchou manage`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    execute_from_command_line(sys.argv)
