"""What others may ask of forecasts.

``meter_outlook`` and ``building_outlook`` answer from the cache or compute; ``summaries`` lists what is stored;
``recent_load`` is the history to draw beside an outlook; ``refresh_building`` and ``refresh_organisation`` work ahead.
"""

from eaio.forecasting.service.outlooks import (
    building_outlook,
    check_request,
    meter_outlook,
    recent_load,
    summaries,
)
from eaio.forecasting.service.refreshing import refresh_building, refresh_organisation
from eaio.forecasting.service.training import train_if_due

__all__ = [
    "building_outlook",
    "check_request",
    "meter_outlook",
    "recent_load",
    "refresh_building",
    "refresh_organisation",
    "summaries",
    "train_if_due",
]
