"""An audit pack as one HTML document with its figures inside."""

from eaio.analysis.compute.coefficients import DAYS
from eaio.analysis.models import METHOD_LABEL
from eaio.reports.compute.paper import COLUMN_WIDTH, columns_of, drawing, environment, static_address
from eaio.reports.models.audit import AuditPack

HEADINGS = (
    ("result", "Result"),
    ("data", "Data"),
    ("model", "Model"),
    ("residuals", "Residuals"),
    ("events", "Non-routine events"),
    ("typical", "Typical year"),
    ("methods", "Methods, sources and versions"),
)


def audit_html(pack: AuditPack) -> str:
    """The whole document; every text is escaped, every figure is drawn."""
    drawn = {
        figure.name: [drawing(panel, COLUMN_WIDTH[columns_of(figure)]) for panel in figure.panels]
        for figure in pack.figures
    }
    template = environment().get_template("reports/audit.html")
    return template.render(
        report=pack,
        pack=pack,
        of=pack.study.study,
        result=pack.study.result,
        saved=pack.study.result.savings,
        drawn=drawn,
        columns_of=columns_of,
        headings=HEADINGS,
        numbers={name: place for place, (name, _) in enumerate(HEADINGS, 1)},
        weekdays=DAYS,
        labels=METHOD_LABEL,
        fonts=f"{static_address()}fonts/",
    )
