"""Charts compile, show their values, and keep their colours apart."""

import itertools
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec import Struct

from eaio.infra.charts import CHARTS, models, specification, svg
from eaio.infra.charts.bars import PARTS
from eaio.infra.charts.catalogue import columns, encoded
from eaio.infra.charts.models import wall_clock
from eaio.infra.charts.render import filled
from eaio.infra.charts.theme import HATCH, PALETTES, Theme
from eaio.infra.errors import NotFound
from eaio.timeseries.units import Carrier

STATIC = Path(__file__).resolve().parents[3] / "static"
DAY = 86_400_000
HOUR = 3_600_000
START = wall_clock(date(2017, 5, 1))


def _load() -> models.LoadChart:
    rows = [models.Reading(START + h * HOUR, None if 30 <= h < 40 else 50.0 + h % 24) for h in range(72)]
    return models.LoadChart(
        carrier=Carrier.GAS,
        load=rows,
        expected=[models.Expected(START + h * HOUR, 60, 50, 70) for h in range(60, 90)],
        comparison=[models.Compared(START + h * HOUR, 40) for h in range(72)],
        anomalies=[models.Span(START + 10 * HOUR, START + 20 * HOUR, "Left on overnight", "/findings/1")],
        gaps=[models.Gap(START + 30 * HOUR, START + 40 * HOUR)],
    )


RESIDUALS = [models.Residual(START + d * DAY, d - 20, d, "Baseline" if d < 20 else "Reporting") for d in range(40)]
SAMPLES: dict[str, Struct] = {
    "load": _load(),
    "trial": models.TrialChart(
        carrier=Carrier.GAS,
        load=_load().load,
        expected=_load().expected,
        anomalies=[models.Span(START + 10 * HOUR, START + 20 * HOUR, "Left on overnight")],
        before=[models.Span(START + 12 * HOUR, START + 18 * HOUR, "Left on overnight")],
    ),
    "profile": models.ProfileChart(
        carrier=Carrier.STEAM, profile=[models.Hour(h, 5 + h % 24, 4, 40) for h in range(168)]
    ),
    "cumulative": models.CumulativeChart(
        saved=[models.Expected(START + d * DAY, 10 * d, 8 * d, 12 * d) for d in range(50)]
    ),
    "sparkline": models.SparklineChart(
        carrier=Carrier.WATER, load=[models.Reading(START + h * HOUR, h % 5) for h in range(48)]
    ),
    "heatmap": models.HeatmapChart(
        cells=[models.Cell(START + d * DAY, h, None if d == 3 else h * d) for d in range(9) for h in range(24)]
    ),
    "scatter": models.ScatterChart(
        carrier=Carrier.CHILLEDWATER,
        days=[models.Dot(t, 100 + 3 * t, START, "Working day" if t % 2 else "Other day") for t in range(30)],
        fitted=[models.Fitted(t, 100 + 3 * t) for t in range(30)],
        balance=[models.Balance(9, "heating below 9 °C"), models.Balance(18, "cooling above 18 °C")],
    ),
    "residuals": models.ResidualChart(carrier=Carrier.WATER, residuals=RESIDUALS),
    "deviations": models.ResidualChart(carrier=Carrier.WATER, residuals=RESIDUALS),
    "benchmark": models.BenchmarkChart(
        peers=[*(models.Peer(100 + i, f"peer {i}") for i in range(20)), models.Peer(150, "Here it is", None, True)],
        marks=[models.Mark(110, "median")],
    ),
    "ranking": models.RankingChart(
        unit="kWh", bars=[models.Bar("Largest", 9, "9 kWh"), models.Bar("Smallest", 1, "1 kWh")]
    ),
    "waterfall": models.WaterfallChart(
        unit="MWh",
        steps=[
            models.Step("Before", 100, "100", True),
            models.Step("Weather", 20, "+20"),
            models.Step("Measures", -50, "-50"),
            models.Step("After", 70, "70", True),
        ],
    ),
    "monthly": models.MonthlyChart(
        months=[
            models.Month(wall_clock(date(2017, month, 1)), carrier, 5000.0 * month, 1.0)
            for month in range(1, 13)
            for carrier in (Carrier.ELECTRICITY, Carrier.STEAM)
        ],
        comparison=[models.Compared(wall_clock(date(2017, 3, 1)), 40000)],
    ),
    "stack": models.StackChart(
        parts=[
            models.StackedMonth(wall_clock(date(2017, month, 1)), part, 4000.0, 1.0)
            for month in (1, 2)
            for part in PARTS
        ]
    ),
    "matrix": models.MatrixChart(
        pairs=[
            models.PairCell("Gas", "Outdoor temperature", -0.93, "-0.93", 364, True, "Gas falls with temperature"),
            models.PairCell("Gas", "Wind speed", None, "", 3, False, "3 days are known of both"),
        ]
    ),
    "calendar": models.CalendarChart(
        dates=[
            models.CalendarDay(START + d * DAY, START + (d - d % 7) * DAY, d % 7, None if d == 5 else 10.0 * d)
            for d in range(28)
        ]
    ),
}
EXPECTED_TEXT = {
    "load": ["60 kW"],
    "trial": ["60 kW"],
    "profile": ["Mon", "Sun"],
    "cumulative": ["saved since the start", "400 kWh"],
    "sparkline": [],
    "heatmap": ["00:00", "24:00"],
    "scatter": ["heating below 9 °C", "cooling above 18 °C"],
    "residuals": ["−20 kWh"],
    "deviations": ["Mean outdoor temperature, °C", "−20 kWh"],
    "benchmark": ["Here it is", "median"],
    "ranking": ["Largest", "9 kWh", "1 kWh"],
    "waterfall": ["+20", "-50", "Measures"],
    "monthly": ["Jan 2017", "100 MWh"],
    "stack": ["Jan 2017", "15 MWh"],
    "matrix": ["Gas", "-0.93", "Wind speed"],
    "calendar": ["Mon", "Sun"],
}


def _texts(drawing: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", drawing)


def _lines(drawing: str, colour: str) -> list[str]:
    return [path for path in re.findall(r"<path[^>]*>", drawing) if f'stroke="{colour}"' in path]


def test_every_chart_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(CHARTS) == set(EXPECTED_TEXT)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_draws_and_its_words_and_values_are_in_the_drawing(name: str) -> None:
    texts = _texts(svg(name, SAMPLES[name], width=500))
    assert [text for text in EXPECTED_TEXT[name] if text not in texts] == []


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_without_rows_still_draws(name: str) -> None:
    rowless = dict.fromkeys(columns(name), ())
    assert svg(name, msgspec.structs.replace(SAMPLES[name], **rowless)).startswith("<svg")


def test_a_line_takes_its_carriers_colour_and_breaks_where_readings_are_missing() -> None:
    (line,) = _lines(svg("load", SAMPLES["load"]), PALETTES[Theme.LIGHT].carriers[Carrier.GAS])
    assert line.split(' d="')[1].count("M") == 2


def test_missing_spans_are_hatched_and_their_plain_colour_is_gone() -> None:
    drawing = svg("load", SAMPLES["load"])
    assert 'fill="url(#missing)"' in drawing
    assert drawing.count(f'fill="{HATCH}"') == 1, "only inside the pattern itself"


def test_bars_end_where_their_values_say() -> None:
    drawing = svg("waterfall", SAMPLES["waterfall"])
    heights = {
        (label, round(abs(float(height)), 1))
        for label, height in re.findall(r'aria-label="label: (\w+); since: [^"]*"[^>]*?d="M[^v]*v(-?[\d.]+)h', drawing)
    }
    assert len(heights) == 4, drawing[:2000]
    by_label = dict(heights)
    assert by_label["Weather"] / by_label["Before"] == pytest.approx(0.2, rel=0.02)
    assert by_label["Measures"] / by_label["After"] == pytest.approx(50 / 70, rel=0.02)


def test_rows_travel_as_arrays_and_the_specification_names_their_columns() -> None:
    sent = msgspec.json.decode(msgspec.json.encode(SAMPLES["load"]))
    told = specification("load")["usermeta"]["columns"]
    assert sent["load"][0] == [START, 50.0, None, None, None]
    assert told["load"] == ["time", "value", "low", "high", "coverage"]
    assert told["anomalies"] == ["start", "end", "label", "href"]


def test_parameters_of_the_payload_reach_the_document() -> None:
    spec = filled("ranking", SAMPLES["ranking"])
    assert {"name": "unit", "value": "kWh"} in spec["params"]


@pytest.mark.parametrize("name", CHARTS)
def test_the_built_file_is_what_the_builders_make(name: str) -> None:
    stored = (STATIC / "charts" / f"{name}.json").read_bytes()
    assert stored == encoded(name), "run python -m eaio.infra.charts"


def test_a_specification_differs_by_theme_and_so_does_its_ink() -> None:
    light, dark = specification("load"), specification("load", Theme.DARK)
    assert light["config"]["text"]["color"] != dark["config"]["text"]["color"]


def test_an_unknown_chart_is_said_to_be_unknown() -> None:
    with pytest.raises(NotFound, match="no chart named pie"):
        specification("pie")


def test_wall_clock_keeps_the_hour_that_people_read() -> None:
    expected = int(datetime(2017, 7, 1, 14, tzinfo=UTC).timestamp() * 1000)
    assert wall_clock(datetime(2017, 7, 1, 14)) == expected  # noqa: DTZ001 - a naive wall clock is the point
    assert wall_clock(date(2017, 7, 1)) == expected - 14 * HOUR


@pytest.mark.parametrize(("theme", "selector"), [(Theme.LIGHT, ":root"), (Theme.DARK, ':root[data-theme="dark"]')])
def test_the_style_sheet_and_the_chart_theme_hold_the_same_colours(theme: Theme, selector: str) -> None:
    block = (STATIC / "app.css").read_text().split(f"\n{selector} {{", 1)[1].split("\n}", 1)[0]
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    palette = PALETTES[theme]
    plain = {name: getattr(palette, name.replace("-", "_")) for name in ("paper", "ink", "ink-2", "ink-3", "rule")}
    meaning = {name: getattr(palette, name) for name in ("accent", "good", "bad")}
    carriers = {carrier.value: colour for carrier, colour in palette.carriers.items()}
    assert {name: tokens.get(name) for name in plain | meaning | carriers} == plain | meaning | carriers


def _linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, other: str) -> float:
    low, high = sorted(float(_linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1; rows map linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
# Ottosson 2020.
TO_CONE = np.array([[0.412221, 0.536333, 0.051446], [0.211903, 0.680700, 0.107397], [0.088302, 0.281719, 0.629979]])
TO_LAB = np.array([[0.210454, 0.793618, -0.004072], [1.977998, -2.428592, 0.450594], [0.025904, 0.782772, -0.808676]])


def _oklab(rgb: np.ndarray) -> np.ndarray:
    return TO_LAB @ np.cbrt(TO_CONE @ np.clip(rgb, 0, 1))


def _closest(colours: Sequence[str], sight: str) -> float:
    seen = [100 * _oklab(SIGHT[sight] @ _linear(colour)) for colour in colours]
    return min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2))


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("sight", SIGHT)
def test_carriers_stay_apart_for_colour_blind_readers(theme: Theme, sight: str) -> None:
    assert _closest(list(PALETTES[theme].carriers.values()), sight) > 6


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_text_reaches_contrast_aa_on_its_ground(theme: Theme) -> None:
    palette = PALETTES[theme]
    words = (palette.ink, palette.ink_2, palette.ink_3, palette.accent, palette.good, palette.bad)
    assert [colour for colour in words if _contrast(colour, palette.paper) < 4.5] == []


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_the_heat_map_grows_evenly_lighter_or_darker(theme: Theme) -> None:
    lightness = [float(_oklab(_linear(colour))[0]) for colour in PALETTES[theme].ramp]
    steps = np.diff(lightness)
    assert (steps > 0.05).all() or (steps < -0.05).all()
