"""placeholder"""
from pipeline.indicators.sector_mix.mix import sector_mix

__all__ = ["sector_mix"]
