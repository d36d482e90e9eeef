"""Formulas that make indicators' variables from observations of several sources, one package per subject.

Reading publishers' files does not belong here, nor does scoring.
"""
