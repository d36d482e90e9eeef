"""Readers of Mexican publishers: INEGI, CONAPO, CONEVAL, IMSS, and what others compiled from them."""
