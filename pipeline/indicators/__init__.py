"""Indicators: numerator over denominator for every area, the sector mix behind some of them, and where each comes from.

In: observations and areas. Out: ``sector_mix``, ``indicator_values``, ``comparability``, ``sources``, ``used_observations``;
and the frozen frames of the method version, which matching and scoring share.
"""
