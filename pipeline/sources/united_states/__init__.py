"""Readers of United States publishers: the Census Bureau, BEA, USDA ERS, FEMA."""
