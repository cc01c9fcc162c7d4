"""Measurements: what is claimed fast, side by side with the bare alternative in one run on one machine.

``python -m bench`` lists them, ``python -m bench NAME --json`` prints one JSON object with the settings, both sides and
the ratio. Machines are shared and noisy: only ratios of one run mean something. docs/benchmarks.md has the numbers seen.
"""
