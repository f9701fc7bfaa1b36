# SPDX-License-Identifier: GPL-2.0-only
"""Comparisons of schemes over seeds and settings: what `./vmm compare` is made of.

plan says which runs there are, hashing what a run depends on, store where runs lie and which of
them count, job makes one run, campaign lets Snakemake make those that are missing. analyse and
what it uses (samples, estimates, tables, wording, drawing, page) make the results of the runs;
these need pandas, scipy and matplotlib, the others Python's standard library only.
"""
