"""JSON API of imports, data quality and corrections."""

from eaio.metering.routes import imports, quality

HANDLERS = [*imports.HANDLERS, *quality.HANDLERS]
