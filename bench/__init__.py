"""Benchmarks: ratios and medians of one run, printed. ``python -m bench`` runs all, ``python -m bench deploys`` one."""
