"""The observations of a source as a build gets them: from its files where they are, else from the committed archive.

In: what readers take. Out: observations with source, vintage, licence and hash, and ``data/raw/archive/``.
"""
