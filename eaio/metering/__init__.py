"""Meter readings: import, store, rollups, weather, coverage."""
