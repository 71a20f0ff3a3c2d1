"""The synthetic portfolio of a first start: sites, weather, loads and recorded faults from a seed."""
