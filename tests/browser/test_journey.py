"""The whole job, as a person does it in a browser: set up, import real files, look, ask, print."""

import gzip
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pytest
from pypdf import PdfReader
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from eaio.timeseries.format import quantity
from tests.browser.conftest import Installation

LIZBETH = "Robin_education_Lizbeth"
LABEL = "Robin education Lizbeth"
CHOSEN = (LIZBETH, "Robin_office_Serena", "Fox_education_Yolande", "Bear_education_Lorie")


@pytest.fixture
def folder(real_data: Path, tmp_path: Path) -> Path:
    """A zip of the real set's own folder, cut down to four buildings so that the walk stays short."""
    bdg2 = real_data / "bdg2"
    path = tmp_path / "bdg2.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, keep in (("metadata/metadata", "building_id"), ("weather/weather", "site_id")):
            table = pl.read_csv(BytesIO(_open(bdg2 / f"{name}.csv.gz")), infer_schema=False)
            wanted = CHOSEN if keep == "building_id" else {building.split("_")[0] for building in CHOSEN}
            archive.writestr(f"{name}.csv", table.filter(pl.col(keep).is_in(wanted)).write_csv())
        raw = pl.read_csv(BytesIO(_open(bdg2 / "meters" / "raw" / "electricity.csv.gz")), infer_schema=False)
        archive.writestr("meters/raw/electricity.csv", raw.select("timestamp", *CHOSEN).write_csv())
    return path


def _open(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def use_in_2017(real_data: Path) -> float:
    """Lizbeth's electricity of 2017 in kWh, straight from the file: London keeps standard time at both ends."""
    raw = pl.read_csv(BytesIO(_open(real_data / "bdg2" / "meters" / "raw" / "electricity.csv.gz")), infer_schema=False)
    year = raw.filter(pl.col("timestamp").str.starts_with("2017"))
    return float(year[LIZBETH].cast(pl.Float64).sum())


def wait(browser: webdriver.Chrome, condition: Callable[[webdriver.Chrome], Any], seconds: float = 60) -> Any:
    swapped = (NoSuchElementException, StaleElementReferenceException)
    return WebDriverWait(browser, seconds, poll_frequency=0.2, ignored_exceptions=swapped).until(condition)


def text_of(browser: webdriver.Chrome, selector: str = "main") -> str:
    return browser.find_element(By.CSS_SELECTOR, selector).text


def fill(browser: webdriver.Chrome, **fields: str) -> None:
    for name, text in fields.items():
        browser.find_element(By.NAME, name).send_keys(text)


def drawn(browser: webdriver.Chrome) -> bool:
    """The first chart of the page has its marks; those further down wait until they are scrolled to."""
    return bool(browser.find_elements(By.CSS_SELECTOR, "figure[data-chart] .plot :is(svg, canvas)"))


@pytest.mark.timeout(300)
def test_from_the_printed_link_to_the_printed_report(
    installation: Installation, browser: webdriver.Chrome, folder: Path, real_data: Path, tmp_path: Path
) -> None:
    installation.up()
    set_up(browser, installation.setup_link)
    import_folder(browser, installation.url, folder)
    building = open_building(browser, installation.url)
    ask(browser, use_in_2017(real_data))
    wait_for_findings(browser, installation.url)
    wait_for_measures(browser, installation.url)
    print_report(browser, building, tmp_path / "downloads")
    severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert not severe


def set_up(browser: webdriver.Chrome, link: str) -> None:
    browser.get(link)
    fill(browser, organisation="Acme", name="Ann", email=f"{uuid4()}@example.org", password="correct horse battery")
    browser.find_element(By.CSS_SELECTOR, "form button.primary").click()
    wait(browser, lambda b: "Acme" in text_of(b, ".rail"))


def import_folder(browser: webdriver.Chrome, url: str, folder: Path) -> None:
    browser.get(f"{url}/imports")
    browser.find_element(By.NAME, "file").send_keys(str(folder))
    browser.find_element(By.XPATH, "//button[text()='Look at it']").click()
    start = wait(browser, lambda b: b.find_element(By.XPATH, "//button[starts-with(text(),'Import ')]"), 90)
    assert "Nothing is imported yet" in text_of(browser)
    start.click()

    def imported(b: webdriver.Chrome) -> bool:
        b.get(f"{url}/imports")
        return "Imported" in text_of(b)

    wait(browser, imported, 90)


def open_building(browser: webdriver.Chrome, url: str) -> str:
    browser.get(f"{url}/buildings?search=lizbeth")
    browser.find_element(By.LINK_TEXT, LIZBETH).click()
    wait(browser, lambda b: LABEL in text_of(b, "h1"))
    wait(browser, drawn)
    return browser.current_url.split("?")[0]


def ask(browser: webdriver.Chrome, expected_kwh: float) -> None:
    browser.find_element(By.CSS_SELECTOR, ".top [data-chat]").click()
    box = wait(browser, lambda b: b.find_element(By.ID, "question"))
    wait(browser, lambda b: b.switch_to.active_element == box)
    box.send_keys(f"How much electricity did {LIZBETH} use in 2017?")
    browser.find_element(By.CSS_SELECTOR, ".ask button").click()
    amount = quantity(expected_kwh, "kWh").split(" ")[0]
    wait(browser, lambda b: amount in text_of(b, "#talk"), 30)


def wait_for_findings(browser: webdriver.Chrome, url: str) -> None:
    def found(b: webdriver.Chrome) -> bool:
        b.get(f"{url}/findings")
        return bool(b.find_elements(By.CSS_SELECTOR, "main a[href^='/findings/']"))

    wait(browser, found, 120)


def wait_for_measures(browser: webdriver.Chrome, url: str) -> None:
    def found(b: webdriver.Chrome) -> bool:
        b.get(f"{url}/recommendations")
        return bool(b.find_elements(By.CSS_SELECTOR, "main a[href^='/recommendations/']"))

    wait(browser, found, 120)
    assert "$" in text_of(browser)


def print_report(browser: webdriver.Chrome, building: str, downloads: Path) -> None:
    browser.get(building)
    browser.find_element(By.CSS_SELECTOR, ".head .actions a[href$='report.pdf']").click()
    deadline = time.monotonic() + 90
    while not (files := list(downloads.glob("*.pdf"))):
        assert time.monotonic() < deadline, "no PDF arrived"
        time.sleep(0.2)
    text = "".join(page.extract_text() for page in PdfReader(files[0]).pages)
    assert LABEL in text.replace("\n", " ")
    assert " of " in text
