"""What people live on in each Mexican municipality, from counted figures: the sector mix and how it grew.

``sector_mix(observations)`` gives people employed where they live, jobs where they are and establishments by sector and
branch, each with a standard error; ``shift_share(observations)`` splits the growth between economic censuses. The method
stands in docs/sector_mix.md. In the order of the estimate:

- ``inputs``: the observations as arrays, municipalities x codes (a manufacturing subsector, else a two-digit sector).
- ``raking``: the kernel of the fit, arrays in, arrays out.
- ``people``: people employed in the economic census's establishments. A published cell is a constraint; a confidential one
  is unknown within bounds and never zero; insured miners and factory workers are a floor; Pemex has its own evidence.
- ``errors``: variances, from metropolitan municipalities estimated as if their subsectors were not published.
- ``jobs``: with those whom the census does not count, and no more than work in the place.
- ``residents``: people employed where they live, within the broad sectors of the population census's sample.
- ``mix``: the table. ``shift_share``: the growth.

Only Mexico needs this: other countries publish their sectors. Indicators and scores do not belong here.
"""
