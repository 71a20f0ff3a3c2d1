"""Pure kernel: time, grids, units, numbers. Imports nothing of the application."""
