"""Composite indices: the engine, the development score with its interval, marginalisation, social lag.

In: ``indicator_values`` and observations. Out: ``goalposts``, scores, ranks, sensitivity, and CONAPO's and CONEVAL's
indices computed anew. Matching does not belong here.
"""
