"""Measures found in meter and weather data, with evidence, savings, money and carbon."""
