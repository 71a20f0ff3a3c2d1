"""What panels would yield and how much of it the building would use, without irradiance data.

Solar geometry (Duffie and Beckman, Solar Engineering of Thermal Processes, ch. 1: declination 1.6.1a, zenith 1.6.5,
extraterrestrial irradiance 1.4.1b) and a clearness index for the average sky. No weather of a single hour is claimed.
"""

import numpy as np

from eaio.recommendations.compute.days import Array, Days

SOLAR_CONSTANT = 1.367
"""kW/m2."""
PERFORMANCE_RATIO = 0.80
TILT_GAIN = 1.10
"""A modest tilt against the horizontal at middle latitudes."""


def clearness(latitude: float) -> float:
    """Yearly mean clearness index: about 0.58 in the dry subtropics, 0.40 at 55 degrees (Meteonorm means, rounded)."""
    return float(np.interp(abs(latitude), (25, 35, 42, 52, 60), (0.53, 0.57, 0.48, 0.39, 0.37)))


def solar_noon(longitude: float, offset: float) -> float:
    """Clock hour at which the sun stands highest, on average over the year, where clocks are ``offset`` from UTC."""
    return 12 + offset - longitude / 15


def hourly_yield(days: Days, latitude: float, noon: float = 12.0) -> Array:
    """Yield in kWh per kW of panels for each day and clock hour, average sky; ``noon`` is the clock's solar noon."""
    day = days.day_of_year[:, None]
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day) / 365)
    hour_angle = np.radians(15) * (np.arange(24)[None, :] + 0.5 - noon)
    phi = np.radians(latitude)
    height = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour_angle)
    beyond = SOLAR_CONSTANT * (1 + 0.033 * np.cos(2 * np.pi * day / 365)) * np.maximum(height, 0)
    return beyond * clearness(latitude) * TILT_GAIN * PERFORMANCE_RATIO


def best_size(load: Array, per_kw: Array, roof_kw: float, wanted_use: float = 0.9) -> tuple[float, float, float]:
    """(kW, kWh a year, share used in the building) of the largest system of which the building uses ``wanted_use``.

    ``load`` and ``per_kw`` are days by 24 hours in kWh; hours without a reading are left out.
    """
    known = np.isfinite(load)
    hours = max(int(known.sum()), 1)
    best = (0.0, 0.0, 1.0)
    for size in np.linspace(0.05, 1.0, 20) * roof_kw:
        made = np.where(known, per_kw * size, 0)
        used = np.minimum(made, np.where(known, load, 0)).sum() / max(made.sum(), 1e-9)
        if used < wanted_use:
            break
        best = (float(size), float(made.sum() * 8760 / hours), float(used))
    return best
