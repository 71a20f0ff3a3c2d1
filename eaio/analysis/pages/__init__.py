"""Findings, and the patterns that meters fall into."""

from eaio.analysis.pages import findings, patterns

HANDLERS = [*findings.HANDLERS, *patterns.HANDLERS]
