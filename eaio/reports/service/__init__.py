"""Reports: ``make_report`` answers a wish with a file; ``building_report``, ``portfolio_report`` gather."""

from eaio.reports.service.building import building_report
from eaio.reports.service.making import make_report
from eaio.reports.service.portfolio import portfolio_report
from eaio.reports.service.printing import pdf_of

__all__ = ["building_report", "make_report", "pdf_of", "portfolio_report"]
