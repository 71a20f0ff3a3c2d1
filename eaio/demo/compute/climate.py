"""Synthetic weather: a seasonal and a daily wave, passing weather with a memory, sun and cloud."""

import numpy as np
from numpy.random import Generator

from eaio.demo.compute.clock import LocalClock
from eaio.demo.compute.noise import persistent_noise
from eaio.demo.models import Array, DemoSite, Weather

WARMEST_DAY = 203
"""22 July, about a month after the solstice (northern hemisphere)."""
WARMEST_HOUR = 15


def weather_of(site: DemoSite, clock: LocalClock, rng: Generator) -> Weather:
    """Hourly weather of a site; the daily range shrinks under cloud, rain falls only from full cloud."""
    climate, hours = site.climate, len(clock.hour)
    cloud = np.clip(climate.cloudiness + 0.33 * persistent_noise(rng, hours, memory_hours=18), 0, 1)
    season = np.cos(2 * np.pi * (clock.year_day - WARMEST_DAY) / 365.25)
    daily = np.cos(2 * np.pi * (clock.hour - WARMEST_HOUR) / 24)
    passing = climate.synoptic * persistent_noise(rng, hours, memory_hours=72) + 0.4 * persistent_noise(rng, hours, 4)
    temperature = climate.mean + climate.seasonal * season + climate.diurnal * daily * (1.25 - 0.5 * cloud) + passing
    depression = climate.dryness * (1.3 - 0.6 * cloud) * np.exp(0.3 * persistent_noise(rng, hours, 48))
    rain = np.where(cloud > 0.9, rng.exponential(1.1, hours), 0.0) * (rng.random(hours) < 0.4)
    wind = 3.5 * np.exp(0.45 * persistent_noise(rng, hours, 12))
    return Weather(
        temperature=temperature.round(1),
        dew_point=(temperature - depression).round(1),
        cloud_cover=cloud.round(2),
        wind_speed=wind.round(1),
        precipitation=rain.round(1),
    )


def clear_sky(site: DemoSite, time: np.ndarray, clock: LocalClock) -> Array:
    """Sine of the sun's height, 0 at night: declination after Cooper (1969), solar time from UTC and longitude."""
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + clock.year_day) / 365)
    utc_hour = (time.astype("datetime64[h]").astype(np.int64) % 24) + 0.5
    hour_angle = np.radians(15 * (utc_hour + site.longitude / 15 - 12))
    latitude = np.radians(site.latitude)
    height = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    return np.clip(height, 0, 1)
