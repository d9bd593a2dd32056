"""The country's divisions, province to township, and finding the one an office meant."""

from domain.places.divisions import Level, Place, ancestors, children, full_name, place
from domain.places.matching import (
    Address,
    PlaceProblem,
    PlaceTrouble,
    match_address,
    match_county,
    match_township,
)

__all__ = [
    "Address",
    "Level",
    "Place",
    "PlaceProblem",
    "PlaceTrouble",
    "ancestors",
    "children",
    "full_name",
    "match_address",
    "match_county",
    "match_township",
    "place",
]
