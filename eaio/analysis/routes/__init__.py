"""JSON API of the analysis: analyses and anomalies, measurement and verification."""

from eaio.analysis.routes import analyses, verification

HANDLERS = [*analyses.HANDLERS, *verification.HANDLERS]
