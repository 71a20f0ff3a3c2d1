"""Composed pages: role homes, portfolio, site, building, meter, and the numbers behind their charts."""
