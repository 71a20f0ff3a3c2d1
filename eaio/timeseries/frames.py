"""The one shape in which history travels to a computation."""

import polars as pl

HOURLY = pl.Schema(
    {
        "time": pl.Datetime("us", "UTC"),
        "local": pl.Datetime("us"),
        "value": pl.Float64(),
        "temperature": pl.Float64(),
    }
)
"""A gapless hourly grid, one row per hour, hour-beginning.

``time`` is the instant in UTC; ``local`` the same instant on the site's wall clock (naive: an autumn hour occurs twice,
a spring hour not at all); ``value`` the amount in that hour (kWh, or litres for water), null where no reading is
present; ``temperature`` outdoor air in degrees Celsius, null where unknown.
"""
