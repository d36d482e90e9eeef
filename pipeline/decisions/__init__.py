"""From comparison to decision: sectors, risks, standings, opportunities, pathways, nominated pairs, briefs.

In: mirrors, scores and indicator values. Out: the tables a city hall acts on, and their sentences in Spanish and English.
"""
