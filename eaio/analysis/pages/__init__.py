"""Findings, benchmarks, correlations, end uses, peaks, the patterns of meters, and the parameters of detection."""

from eaio.analysis.pages import benchmarks, feedback, findings, insights, patterns, tuning

HANDLERS = [
    *findings.HANDLERS,
    *feedback.HANDLERS,
    *benchmarks.HANDLERS,
    *insights.HANDLERS,
    *patterns.HANDLERS,
    *tuning.HANDLERS,
]
