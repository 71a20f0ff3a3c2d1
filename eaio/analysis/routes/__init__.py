"""JSON API of the analysis: anomalies, parameters and feedback, insights, measurement and verification."""

from eaio.analysis.routes import analyses, insights, tuning, verification

HANDLERS = [*analyses.HANDLERS, *tuning.HANDLERS, *insights.HANDLERS, *verification.HANDLERS]
