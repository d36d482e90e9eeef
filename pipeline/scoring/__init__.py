"""Composite indices: the engine, standing in the country, levels on one scale for the world, marginalisation, social lag.

In: ``indicator_values`` and observations. Out: ``goalposts``, scores, ranks, sensitivity, and CONAPO's and CONEVAL's
indices computed anew. Matching does not belong here.
"""
