"""Findings, benchmarks, correlations, end uses, peaks, and the patterns that meters fall into."""

from eaio.analysis.pages import benchmarks, findings, insights, patterns

HANDLERS = [*findings.HANDLERS, *benchmarks.HANDLERS, *insights.HANDLERS, *patterns.HANDLERS]
