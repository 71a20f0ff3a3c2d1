"""Energy AI Optimizer: building meter data into money-ranked, verified energy savings."""

__version__ = "0.1.0"
