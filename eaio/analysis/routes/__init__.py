"""JSON API of the analysis: analyses and anomalies, insights, measurement and verification."""

from eaio.analysis.routes import analyses, insights, verification

HANDLERS = [*analyses.HANDLERS, *insights.HANDLERS, *verification.HANDLERS]
