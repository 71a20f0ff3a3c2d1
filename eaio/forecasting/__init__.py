"""Forecasts of meters and buildings: engines, backtests, calibrated intervals."""
