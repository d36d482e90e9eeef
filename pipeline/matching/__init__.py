"""The mirrors: features, what is expected of those that are unknown, the nearest areas abroad, how sure that is.

In: ``indicator_values``. Out: ``matching_features``, ``mirrors`` with rank, probability and tier, ``mirror_verdicts``,
``outcome_skill``. What a pair could do together does not belong here.
"""
