"""Pure forecasting: hourly history in, points with intervals and their measured error out."""
