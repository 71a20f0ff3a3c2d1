"""How a building's energy use compares with its use's national median and with its peers in the portfolio."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from eaio.timeseries.rates import Checked, Sourced

FEWEST_PEERS = 5
ENERGY_STAR = "ENERGY STAR Portfolio Manager technical reference, US national median site EUI"


def _median(value: float, checked: Checked) -> Sourced:
    return Sourced(value, "kWh/m2 a year", 2023, ENERGY_STAR, checked)


_READ, _RECALLED = Checked.PRIMARY, Checked.ASSUMED
NATIONAL_MEDIAN: dict[str, Sourced] = {
    "college": _median(266, _READ),
    "school": _median(153, _READ),
    "office": _median(167, _READ),
    "entertainment": _median(177, _READ),
    "recreation": _median(160, _READ),
    "worship": _median(96, _READ),
    "residence hall": _median(183, _RECALLED),
    "hotel": _median(199, _RECALLED),
    "police or fire station": _median(200, _RECALLED),
    "library": _median(226, _RECALLED),
    "courthouse": _median(319, _RECALLED),
    "hospital": _median(739, _RECALLED),
    "medical office": _median(162, _RECALLED),
    "retail": _median(162, _RECALLED),
    "warehouse": _median(72, _RECALLED),
    "laboratory": _median(364, _RECALLED),
    "supermarket": _median(618, _RECALLED),
    "restaurant": _median(1027, _RECALLED),
    "other": _median(126, _RECALLED),
}
"""National median site EUI by use type, all carriers of a building together."""

_BY_SUB_USE: tuple[tuple[str, str], ...] = (
    ("laborator", "laboratory"),
    ("research", "laboratory"),
    ("residence hall", "residence hall"),
    ("dormitor", "residence hall"),
    ("housing", "residence hall"),
    ("hotel", "hotel"),
    ("k-12", "school"),
    ("primary/secondary", "school"),
    ("library", "library"),
    ("courthouse", "courthouse"),
    ("police", "police or fire station"),
    ("fire station", "police or fire station"),
    ("hospital", "hospital"),
    ("outpatient", "medical office"),
    ("medical office", "medical office"),
    ("gymnasium", "recreation"),
    ("fitness", "recreation"),
    ("recreation", "recreation"),
    ("swimming", "recreation"),
    ("supermarket", "supermarket"),
    ("grocery", "supermarket"),
    ("restaurant", "restaurant"),
    ("food service", "restaurant"),
)
_BY_PRIMARY_USE: tuple[tuple[str, str], ...] = (
    ("education", "college"),
    ("office", "office"),
    ("entertainment", "entertainment"),
    ("lodging", "residence hall"),
    ("public services", "other"),
    ("healthcare", "medical office"),
    ("religious", "worship"),
    ("retail", "retail"),
    ("warehouse", "warehouse"),
    ("food", "restaurant"),
    ("technology", "laboratory"),
)


class Standing(Struct, frozen=True):
    """Where a figure lies among its peers."""

    percentile: float
    """Share of the peers that use less, ties counting half."""
    peers: int
    median: float


def use_type(primary_use: str | None, sub_use: str | None) -> str:
    """The row of ``NATIONAL_MEDIAN`` for BDG2's words; "other" where nothing fits."""
    for text, table in ((sub_use, _BY_SUB_USE), (primary_use, _BY_PRIMARY_USE)):
        lowered = (text or "").lower()
        match = next((use for word, use in table if word in lowered), None)
        if match:
            return match
    return "other"


def standing(figure: float, peers: Sequence[float]) -> Standing | None:
    """Rank a figure among its peers' (without itself); None with fewer than five, which say nothing."""
    others = np.asarray([peer for peer in peers if np.isfinite(peer)], float)
    if others.size < FEWEST_PEERS or not np.isfinite(figure):
        return None
    below = (others < figure).mean() + (others == figure).mean() / 2
    return Standing(float(below), int(others.size), float(np.median(others)))
