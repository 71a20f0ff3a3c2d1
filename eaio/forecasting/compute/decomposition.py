"""Seasonal-trend decomposition with exponential smoothing: a statistical peer for the other engines.

MSTL of Bandara, Hyndman & Bergmeir 2021 (arXiv 2107.13462) with daily and weekly seasons and a non-seasonal ETS for
the trend, by statsforecast. A fit takes a third of a second and there is one per origin, so it stays out of the mix
that is made for every request; evaluations ask for it by name.
"""

from typing import cast

import numpy as np

from eaio.forecasting.compute.load import DAY, HORIZON, WEEK, Floats, Ints, Load

MEMORY = 8 * WEEK
"""Hours before the origin that are decomposed."""
FEWEST = 2 * WEEK + 1


def mstl(load: Load, origins: Ints, trained_until: int) -> Floats:
    """(n_origins, HORIZON); NaN from origins with less than two weeks before them."""
    from statsforecast.models import MSTL, AutoETS

    answer = np.full((len(origins), HORIZON), np.nan)
    floor = load.floor(trained_until)
    for row, origin in enumerate(origins):
        past = load.filled[max(origin - MEMORY, 0) : origin]
        if len(past) >= FEWEST:
            model = MSTL(season_length=[DAY, WEEK], trend_forecaster=AutoETS(model="ZZN"))
            answer[row] = np.maximum(cast("Floats", model.forecast(y=past, h=HORIZON)["mean"]), floor)
    return answer
