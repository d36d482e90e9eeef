"""Which areas there are, where they lie, what they are part of, and what follows of them from several sources together.

In: observations. Out: ``places``, ``area_members``, ``area_outlines``, ``area_geography``, ``derived_observations``,
``reference_areas``. Shares and rates do not belong here.
"""
