"""The hour in which all buildings together draw most, and which of them drive it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from eaio.analysis.compute.peaks import Shared, on_grid, shared_peak
from eaio.analysis.models.loads import PeakShare, PortfolioPeak
from eaio.timeseries import format as fmt

HOUR = timedelta(hours=1)


class BuildingLoad(NamedTuple):
    """A building's electricity by hour, NaN where unknown."""

    building_id: UUID
    building: str
    site: str
    first_hour: datetime
    values: NDArray[np.floating[Any]]


def portfolio_peak(loads: Sequence[BuildingLoad]) -> PortfolioPeak:
    """The peak of the buildings together.

    Args:
        loads: at least one, each with an hour that is known.

    Raises:
        Refused: in no hour are enough of them known.
    """
    some = [one for one in loads if np.isfinite(one.values).any()]
    first, grid = on_grid({one.building_id: (one.first_hour, one.values) for one in some})
    found = shared_peak(grid)
    peak, known = float(found.total[found.at]), found.total[np.isfinite(found.total)]
    means = np.asarray(np.nanmean(grid, axis=1, dtype=np.float64))
    shares = _shares(some, grid, found, first, means / means.sum() if means.sum() > 0 else means)
    own = sum(one.own_peak for one in shares)
    at = first + found.at * HOUR
    return PortfolioPeak(
        at=at,
        start=first,
        end=first + grid.shape[1] * HOUR,
        peak=peak,
        mean=float(known.mean()),
        load_factor=float(known.mean()) / peak if peak > 0 else 0.0,
        sum_of_peaks=own,
        coincidence=peak / own if own > 0 else 0.0,
        known=int(found.known[found.at]),
        buildings=len(some),
        top=tuple((first + hour * HOUR, float(found.total[hour])) for hour in found.top),
        shares=shares,
        statement=_statement(at, peak, shares),
    )


def _shares(
    some: Sequence[BuildingLoad],
    grid: NDArray[np.float32],
    found: Shared,
    first: datetime,
    energy: NDArray[np.float64],
) -> tuple[PeakShare, ...]:
    """Who draws how much in that hour, most first; buildings that are unknown then are left out."""
    total = float(found.total[found.at])
    lines: list[PeakShare] = []
    for one, row, share in zip(some, grid, energy, strict=True):
        there = _read(row[found.at])
        if not np.isfinite(there):
            continue
        highest = int(np.nanargmax(row))
        lines.append(
            PeakShare(
                building_id=one.building_id,
                building=one.building,
                site=one.site,
                at_peak=there,
                share=there / total if total > 0 else 0.0,
                own_peak=_read(row[highest]),
                own_peak_at=first + highest * HOUR,
                energy_share=float(share),
                hours=int(np.isfinite(row).sum()),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.at_peak, line.building)))


def _read(value: np.floating[Any]) -> float:
    """A stored load without the noise of single precision."""
    return round(float(value), 3)


def _statement(at: datetime, peak: float, shares: Sequence[PeakShare]) -> str:
    said = f"All buildings together draw most on {fmt.moment(at)} UTC: {fmt.power(peak)}"
    if not shares:
        return said
    most, driver = shares[0], max(shares, key=lambda one: one.share - one.energy_share)
    said += f". {most.label} draws the most of it, {fmt.percent(most.share)}"
    if driver.share - driver.energy_share < 0.005:
        return f"{said}; no building draws a larger part of the peak than of the energy"
    who = "it drives" if driver is most else f"{driver.label} drives"
    return (
        f"{said}; {who} the peak: {fmt.percent(driver.share)} of it, {fmt.percent(driver.energy_share)} of the energy"
    )
