"""The report as paper: its document, its drawings, its PDF."""

import re
import sys
from io import BytesIO
from pathlib import Path

import msgspec
import pypdf
import pytest

from eaio.infra.doctor import pango
from eaio.infra.errors import Unavailable
from eaio.reports.compute.outline import outline
from eaio.reports.compute.paper import drawing, lighter, page_html, tight
from eaio.reports.compute.press import pdf_of
from eaio.reports.models import Report
from eaio.reports.service.printing import printed
from tests.unit.reports.sample import sample

needs_pango = pytest.mark.skipif(not pango().ok, reason=pango().finding)


@pytest.fixture(scope="module")
def html() -> str:
    return page_html(sample())


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def test_a_report_survives_the_journey_to_the_press() -> None:
    report = sample()
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


def test_names_are_escaped_wherever_they_stand(html: str) -> None:
    assert "Hall &lt;1&gt;" in html
    assert "Hall <1>" not in html
    assert "Acme &amp; Sons" in html


def test_every_heading_of_the_contents_has_its_section(html: str) -> None:
    for heading in outline(sample()):
        assert f'href="#{heading.name}"' in html
        assert f'<section id="{heading.name}"' in html


def test_a_heat_map_keeps_its_colours_in_few_paths() -> None:
    from eaio.infra.charts import CHARTS, svg

    figure = sample().figures[0].panels[0]
    raw = svg("heatmap", msgspec.json.decode(figure.payload, type=CHARTS["heatmap"].payload), 600, 120)
    light = lighter(raw)
    cells = re.findall(r'<path aria-label="day[^>]*fill="(rgb[^"]*)"', raw)
    assert len(cells) == 14 * 24
    assert set(cells) <= set(re.findall(r'fill="(rgb[^"]*)"', light))
    assert light.count("<path") < 50
    assert "gradient" not in light, "viewers lose small gradients"
    assert str(drawing(figure, 600)) == lighter(
        svg("heatmap", msgspec.json.decode(figure.payload, type=CHARTS["heatmap"].payload), 600, 120)
    )


def test_cells_that_stand_on_one_another_become_one() -> None:
    cells = "".join(f'<path d="M10,{y}h5v10.5h-5Z" fill="rgb(1, 2, 3)"/>' for y in (0, 10, 20, 60))
    assert lighter(f"<svg>{cells}</svg>").count("M10,") == 2


def test_numbers_stay_with_their_units() -> None:
    assert str(tight("Used 3.4 GWh, <b> up 6 %.")) == (
        'Used <span class="tight">3.4 GWh</span>, &lt;b&gt; up <span class="tight">6 %</span>.'
    )


def test_dots_of_one_kind_become_one_path_of_as_many_arcs() -> None:
    dot = '<path transform="translate({},{})" d="M2,0A2,2,0,1,1,-2,0A2,2,0,1,1,2,0" fill="#123456" opacity="0.5"/>'
    drawn = "".join(dot.format(place, place / 2) for place in range(40))
    found = lighter(f"<svg>{drawn}</svg>")
    assert found.count("<path") == 1
    assert found.count("M") == 40
    assert 'fill="#123456" opacity="0.5"' in found
    assert "M3.00,0.5a2,2,0,1,1,-4,0a2,2,0,1,1,4,0" in found


@needs_pango
def test_the_pdf_numbers_its_pages_and_says_on_each_that_the_data_are_synthetic(html: str) -> None:
    found = pages(pdf_of(html))
    assert len(found) >= 4
    for number, text in enumerate(found, 1):
        assert f"Page {number} of {len(found)}" in text
        assert "Synthetic data" in text
    assert "Hall <1>" in found[0]
    assert "used 123 MWh of energy at a cost of $20,015" in found[0]
    whole = " ".join(found)
    for needed in ("Figure 1", "17,460 of 17,520 hours present", "a contract", "Left on overnight", "$1,200"):
        assert needed in whole


@needs_pango
def test_a_report_fetches_nothing_from_elsewhere(html: str, caplog: pytest.LogCaptureFixture) -> None:
    sly = html.replace("</body>", '<img src="http://127.0.0.1:9/x.png"><img src="file:///etc/hostname"></body>')
    caplog.set_level("ERROR", logger="weasyprint")
    assert pdf_of(sly).startswith(b"%PDF")
    refused = [
        record.getMessage() for record in caplog.records if "static files of this installation" in record.getMessage()
    ]
    assert len(refused) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="libraries are hidden by the Linux loader's search path")
def test_without_pango_the_error_names_the_command_that_brings_it(tmp_path: Path) -> None:
    import os

    for name in ("libpango-1.0.so.0", "libpango-1.0-0", "pango-1.0-0", "pango-1.0", "libpango-1.0.so"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(Unavailable, match="apt-get install libpango"):
        printed(sample(figures=False), {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)})
