"""Reports: ``building_report`` and ``portfolio_report`` gather, ``pdf_of`` prints, ``table_of`` writes CSV."""

from eaio.reports.compute.tables import table_of
from eaio.reports.service.building import building_report
from eaio.reports.service.portfolio import portfolio_report
from eaio.reports.service.printing import pdf_of

__all__ = ["building_report", "pdf_of", "portfolio_report", "table_of"]
