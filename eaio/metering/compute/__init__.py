"""Pure computation on readings."""
