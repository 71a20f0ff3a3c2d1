"""Reports: ``make_report`` answers a wish with a file; ``building_report``, ``portfolio_report`` gather.

``audit_pack`` prints what somebody needs to check a verified saving.
"""

from eaio.reports.service.audit import audit_pack
from eaio.reports.service.building import building_report
from eaio.reports.service.making import make_report
from eaio.reports.service.portfolio import portfolio_report
from eaio.reports.service.printing import paper_of

__all__ = ["audit_pack", "building_report", "make_report", "paper_of", "portfolio_report"]
