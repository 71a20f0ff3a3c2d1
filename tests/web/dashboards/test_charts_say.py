"""Every chart of every page says what it is drawn from and can be had as a file, wherever it stands."""

import html
import re
from io import BytesIO

import polars as pl
import pytest

from eaio.infra.identity import Role
from tests.web.dashboards.conftest import Campus

FIGURE = re.compile(r'<figure class="chart.*?</figure>', re.DOTALL)
SRC, CAPTION = re.compile(r'data-src="([^"]+)"'), re.compile(r"<figcaption><b>([^<]+)</b>")
FILE = re.compile(r'<a href="([^"]+)" download')
UNKNOWN = {404, 422}
"""A chart of something that cannot be known says why instead."""


def pages(campus: Campus) -> list[tuple[str, Role]]:
    office, meter = f"/buildings/{campus.office}", f"/meters/{campus.power}"
    views = [f"{office}?tab={tab}" for tab in ("week", "days", "weather", "months", "peers")]
    rest = [meter, f"{meter}/quality", f"{office}/forecast", "/portfolio", f"/sites/{campus.site}", "/patterns"]
    found = [(path, Role.ENERGY_ANALYST) for path in (*views, *rest, "/recommendations", "/")]
    return [*found, ("/", Role.FACILITY_MANAGER), ("/", Role.EXECUTIVE)]


def test_every_chart_names_its_data_and_its_coverage_and_lies_beside_its_files(campus: Campus) -> None:
    seen: set[str] = set()
    client = campus.tenant.client()
    for path, role in pages(campus):
        for figure in FIGURE.findall(campus.get(path, role)):
            (src,) = (html.unescape(one) for one in SRC.findall(figure))
            if src in seen:
                continue
            seen.add(src)
            assert CAPTION.search(figure), f"{src} has no title"
            answer = client.get(src)
            if answer.status_code in UNKNOWN:
                assert answer.json()["detail"], src
                continue
            assert answer.status_code == 200, src
            assert answer.json()["about"].strip(), f"{src} on {path} does not say what it is drawn from"
            text, binary = (client.get(html.unescape(one)) for one in FILE.findall(figure))
            assert (text.status_code, binary.status_code) == (200, 200), src
            frame = pl.read_parquet(BytesIO(binary.content))
            assert frame.columns == pl.read_csv(BytesIO(text.content), infer_schema=False).columns
            assert frame.height > 0, src
    assert len(seen) > 8


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/meters/{power}/heatmap.json", "Electricity meter main of Robin office Ann"),
        ("/buildings/{office}/load.json", "hours present"),
        ("/portfolio/monthly.json", "readings present"),
        ("/sites/{site}/monthly.json", "4 meters, whole months"),
    ],
)
def test_the_words_name_meters_days_clock_and_coverage(campus: Campus, address: str, words: str) -> None:
    about = campus.json(address.format(power=campus.power, office=campus.office, site=campus.site))["about"]
    assert words in about
    assert "2017" in about
    assert "times in America/New_York" in about
    assert re.search(r"[\d,]+ of [\d,]+ ", about)


def test_a_gap_shows_in_the_words_under_the_chart(campus: Campus) -> None:
    about = campus.json(f"/buildings/{campus.shed}/load.json", period="all")["about"]
    known, expected = (int(text.replace(",", "")) for text in re.findall(r"([\d,]+) of ([\d,]+) ", about)[0])
    assert known < expected
