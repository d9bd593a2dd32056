"""How big the made-up city is, and how long its past."""

from typing import Final

CHILDREN: Final = 5_317
VOLUNTEERS: Final = 8_000
"""As many as the city counts; a tenth of both is lively enough to look at."""
TENTH: Final = 10
MONTHS: Final = 4
