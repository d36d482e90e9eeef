"""Code lists that several tables share."""

STATUS = ["A", "E", "I", "P", "B", "O"]  # SDMX CL_OBS_STATUS
LEVELS = ["local", "metro", "state"]
FRAMES = ["absolute", "national"]
