"""A small report made by hand, to be printed and written in tests."""

from datetime import date, datetime
from uuid import UUID

from eaio.infra.charts.models import Cell, HeatmapChart, wall_clock
from eaio.reports.compute.assembly import Parts, assembled
from eaio.reports.compute.figures import panel
from eaio.reports.compute.use import key_figures
from eaio.reports.compute.worth import opportunity_of
from eaio.reports.models import (
    Assumption,
    Drawn,
    Figure,
    FindingLine,
    Findings,
    Kind,
    MeasureLine,
    Measures,
    MonthUse,
    Owner,
    QualityLine,
    Report,
    Section,
    Use,
)
from eaio.timeseries.rates import Checked
from eaio.timeseries.units import Carrier

OWNER = Owner(UUID(int=1), "Acme & Sons", "USD", synthetic=True)
USES = (
    Use(carrier=Carrier.ELECTRICITY, total=123_456.0, money=14_815.0, co2=42_100.0, readings=8_700, expected=8_760,
        estimated=87, comparable=123_456.0, before=110_000.0),
    Use(carrier=Carrier.WATER, total=2_000_000.0, money=5_200.0, co2=680.0, readings=8_760, expected=8_760),
)  # fmt: skip
FINDING = FindingLine(
    building="Hall <1>", meter="main", carrier=Carrier.ELECTRICITY, kind="High out of hours",
    start=datetime.fromisoformat("2017-03-01T20:00"), end=datetime.fromisoformat("2017-03-04T05:00"), hours=27,
    amount=340.0, money=42.0,
    co2=116.0, confidence=0.95, explanation="Left on overnight since Tuesday", status="open", data_fault=False,
)  # fmt: skip
PAYS = MeasureLine(
    rank=1, building="Hall <1>", name="Switch off at night", action="Set the clock.", check="Look at night.",
    sentence="Night use is 55 % of day use.", status="Proposed", money=(900.0, 1_200.0, 1_500.0), cost=600.0,
    npv=9_000.0, payback=0.5, energy=10_000.0, co2=3_400.0, confidence=0.7, counted=True, source="=handbook",
)  # fmt: skip
COSTS = MeasureLine(
    rank=2, building="Hall <1>", name="Heat pump", sentence="Gas heats it.", status="Proposed",
    money=(-500.0, -300.0, -100.0), cost=90_000.0, npv=-95_000.0, payback=None, energy=0.0, co2=20_000.0,
    confidence=0.6, counted=True,
)  # fmt: skip


def sample(*, figures: bool = True) -> Report:
    """A report of the building "Hall <1>" over 2017."""
    cells = [Cell(wall_clock(date(2017, 1, day)), hour, float(hour // 6)) for day in range(1, 15) for hour in range(24)]
    drawing = panel("heatmap", HeatmapChart(cells=cells), height=120)
    figure = Figure(name="heatmap", title="Every hour", note="Darker is more.", panels=(drawing,))
    section = Section(name="rhythm", title="Daily rhythm", text=("Use is 27 % at night.",), figures=("heatmap",))
    measures = (PAYS, COSTS)
    return assembled(
        Parts(
            kind=Kind.BUILDING,
            owner=OWNER,
            subject="Hall <1>",
            named="Hall <1>",
            lines=("Robin · Office · 1,000 m²",),
            start=date(2017, 1, 1),
            end=date(2018, 1, 1),
            as_of=datetime.fromisoformat("2017-12-31T23:00"),
            time_zone="Europe/London",
            key=key_figures(USES, 1_000.0, 365),
            uses=USES,
            months=(
                MonthUse(month=date(2017, 1, 1), carrier=Carrier.WATER, total=5.0, readings=1, expected=2, estimated=0),
            ),
            drawn=Drawn((section,), (figure,)) if figures else Drawn(),
            found=Findings((FINDING,), 1, analysed=True),
            advice=Measures(measures, 2, opportunity_of(measures), None, (PAYS,)),
            assumptions=(
                Assumption(
                    "Price of electricity", 0.12, "USD/kWh", 2025, "a contract", Checked.PRIMARY, "Robin", own=True
                ),
            ),
            quality=[
                QualityLine("main", Carrier.ELECTRICITY, 8_700, 8_760, 87),
                QualityLine("main", Carrier.WATER, 8_760, 8_760, 0),
            ],
            counted="hours",
        )
    )
