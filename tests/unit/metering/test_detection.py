"""Specification of what is found out about a file: its dialect, its columns, its places."""

from pathlib import Path

import numpy as np
import pytest

from eaio.metering.compute.headers import Role, carrier_of, quantity, quantity_of, role_of, unit_of
from eaio.metering.compute.places import distance_km, mended_longitude, nearby_zone
from eaio.metering.importers.cells import read_numbers
from eaio.metering.importers.dialect import detect_dialect
from eaio.metering.importers.matching import Match, Matcher
from eaio.metering.importers.plan import Catalogue, KnownMeter
from eaio.metering.importers.sources import open_source
from eaio.metering.models import ImportOptions, Reason
from eaio.metering.service.uploads import safe_name
from eaio.timeseries.units import Carrier


@pytest.mark.parametrize("title", ["timestamp", "Timestamp", "Date", "Date&Time", "DateTime", "time", "Interval Start"])
def test_a_time_is_known_by_its_name(title: str) -> None:
    assert role_of(title) is Role.TIME


@pytest.mark.parametrize("title", ["Dately", "Panther_office_Dean", "notes", "ReactivePower", "Outdoor temperature"])
def test_other_names_say_nothing(title: str) -> None:
    assert role_of(title) is Role.OTHER


@pytest.mark.parametrize(
    ("title", "carrier", "unit", "factor", "power"),
    [
        ("Heating (kW)", Carrier.HOTWATER, "kW", 1.0, True),
        ("Cooling (kW)", Carrier.CHILLEDWATER, "kW", 1.0, True),
        ("RealPower", Carrier.ELECTRICITY, "kW", 1.0, True),
        ("Building 74 - kWh Total Electricity (kWh)", Carrier.ELECTRICITY, "kWh", 1.0, False),
        ("Solar Generation MWh", Carrier.SOLAR, "MWh", 1000.0, False),
        ("Gas [therms]", Carrier.GAS, "therm", 29.3071, False),
        ("Hot water (GJ)", Carrier.HOTWATER, "GJ", 1000 / 3.6, False),
        ("Domestic water m3", Carrier.WATER, "m3", 1000.0, False),
        ("irrigation gallons", Carrier.IRRIGATION, "gal", 3.785412, False),
    ],
)
def test_a_header_tells_carrier_and_unit(title: str, carrier: Carrier, unit: str, factor: float, power: bool) -> None:
    found = quantity_of(title)
    assert found is not None
    assert (found.carrier, found.unit, found.is_power) == (carrier, unit, power)
    assert found.factor == pytest.approx(factor)


def test_units_that_do_not_fit_their_carrier_are_no_quantity() -> None:
    assert quantity(Carrier.WATER, "kWh") is None
    assert quantity(Carrier.ELECTRICITY, "m3") is None
    assert unit_of("kwh") == "kwh"
    assert carrier_of("Chilled Water") is Carrier.CHILLEDWATER


CATALOGUE = Catalogue(
    meters=(
        KnownMeter("Hall", Carrier.ELECTRICITY, "main", "Europe/London", 60, True),
        KnownMeter("Hall", Carrier.GAS, "boiler", "Europe/London", 60, False),
        KnownMeter("Annex", Carrier.GAS, "main", "Europe/London", 60, False),
    ),
    building_zones={"Hall": "Europe/London", "Annex": "Europe/London"},
    site_zones={"Campus": "Europe/London"},
)


def test_a_column_is_matched_with_a_known_meter() -> None:
    matcher = Matcher(CATALOGUE, ImportOptions(), "readings")
    for name, meter in (("boiler", "boiler"), ("ANNEX", "main")):
        match = matcher.match(name)
        assert isinstance(match, Match)
        assert (match.meter.name, match.meter.carrier) == (meter, Carrier.GAS)
    assert matcher.match("Hall") is Reason.NOT_ENERGY
    by_file = Matcher(CATALOGUE, ImportOptions(), "electricity").match("Hall")
    assert isinstance(by_file, Match)
    assert by_file.meter.carrier is Carrier.ELECTRICITY
    assert matcher.match("Tower", "gas") is Reason.UNKNOWN_METER


def test_a_named_site_takes_new_buildings() -> None:
    matcher = Matcher(CATALOGUE, ImportOptions(site="Campus"), "readings")
    match = matcher.match("Tower", "electricity", "MWh")
    assert isinstance(match, Match)
    assert (match.meter.building, match.quantity.factor) == ("Tower", 1000.0)
    assert list(matcher.buildings) == ["Tower"]
    assert matcher.sites == ()


def test_a_table_is_understood_with_titles_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    rows = [
        "\ufeffReport of January;;",
        "",
        ";;",
        "Time;A (kWh);B (kWh)",
        "01.01.2024 00:00;1,5;-",
        "01.01.2024 01:00;;2,25",
    ]
    file.write_text("\n".join(rows))
    source = open_source(file, tmp_path, 10_000)
    dialect = detect_dialect(source)
    assert (dialect.separator, dialect.decimal_comma, dialect.first_row) == (";", True, 5)
    assert dialect.header == ("Time", "A (kWh)", "B (kWh)")
    numbers = read_numbers(source, dialect, [1, 2]).matrix
    assert np.nan_to_num(numbers, nan=-1).tolist() == [[1.5, -1], [-1, 2.25]]


def test_numbers_are_read_past_words_and_marks(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text('time,a,b\n1,1.5,"1,234.5"\n2,NA,-\n3,oops,2e3\n4,,NaN\n')
    source = open_source(file, tmp_path, 10_000)
    numbers = read_numbers(source, detect_dialect(source), [1, 2])
    assert [[None if cell != cell else cell for cell in row] for row in numbers.matrix.tolist()] == [  # noqa: PLR0124
        [1.5, None, None, None],
        [1234.5, None, 2000.0, None],
    ]
    assert [(bad.column, bad.count, bad.first[0].position, bad.first[0].text) for bad in numbers.bad] == [
        (1, 1, 2, "oops")
    ]


def test_a_longitude_is_turned_only_where_that_brings_it_home() -> None:
    assert mended_longitude("Europe/Dublin", 53.3498, 6.2603) == -6.2603
    assert mended_longitude("Europe/Dublin", 53.3498, -6.2603) == -6.2603
    assert mended_longitude("Europe/London", 51.5, 0.12) == 0.12
    assert mended_longitude("US/Pacific", 37.9, 122.3) == -122.3
    assert mended_longitude("Etc/Unknown", 37.9, 122.3) == 122.3


def test_phoenix_keeps_its_own_time() -> None:
    assert nearby_zone("US/Mountain", 33.424, -111.928) == "America/Phoenix"
    assert nearby_zone("US/Eastern", 28.5177, -81.379) is None
    assert nearby_zone("US/Mountain", 39.74, -104.98) is None
    assert distance_km((53.35, -6.26), (51.5, -0.13)) == pytest.approx(464, abs=3)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\a b.csv", "a b.csv"),
        ("a;rm -rf.csv", "a_rm -rf.csv"),
        ("..", "upload.csv"),
    ],
)
def test_a_file_name_is_only_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe
