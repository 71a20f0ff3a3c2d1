"""Reports of a building or the portfolio over a period, as PDF for people and as CSV for tables."""
