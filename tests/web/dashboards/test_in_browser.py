"""The frame, the charts and the tabs in a real Chromium: by mouse, by keyboard, on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from eaio.timeseries.units import Carrier
from tests.browser.conftest import browser  # noqa: F401  # pyright: ignore[reportUnusedImport] - a fixture
from tests.web.dashboards.conftest import Campus

Seen = Callable[[str], Any]


class Reader:
    """Somebody who reads the pages: waits for what should appear."""

    def __init__(self, driver: webdriver.Chrome, campus: Campus) -> None:
        client = campus.tenant.client()
        self.driver, self.url = driver, str(client.base_url).rstrip("/")
        driver.execute_cdp_cmd("Network.enable", {})
        headers = {"authorization": client.headers["authorization"]}
        driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": headers})

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def click(self, selector: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def run(self, script: str) -> Any:
        return self.driver.execute_script(f"return {script}")

    def until(self, script: str) -> None:
        WebDriverWait(self.driver, 20, 0.05).until(lambda _: self.run(script), script)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture
def reader(browser: webdriver.Chrome, campus: Campus) -> Reader:  # noqa: F811
    """A reader with the campus's token."""
    return Reader(browser, campus)


READY = "[...document.querySelectorAll('figure[data-chart]')].every(f => f.dataset.state === 'ready')"


def test_moving_about_swaps_the_page_and_keeps_frame_title_and_focus(reader: Reader) -> None:
    reader.open("/findings")
    reader.run("window.stayed = true")
    reader.click('.rail a[href="/portfolio"]')
    reader.until("document.title.startsWith('Portfolio')")
    reader.until("document.activeElement.id === 'main'")
    assert reader.run("window.stayed") is True
    assert reader.run("document.querySelector('.rail [aria-current]').textContent.trim()") == "Portfolio"
    reader.until("!document.body.classList.contains('loading')")
    reader.driver.back()
    reader.until("document.title.startsWith('Findings')")
    assert reader.complaints() == []


def test_a_chart_is_drawn_without_eval_and_its_values_stand_in_a_table(reader: Reader, campus: Campus) -> None:
    reader.open(f"/buildings/{campus.shed}?start=2017-12-08&end=2017-12-20&compare=none")
    reader.until("document.querySelector('figure[data-chart=load]').dataset.state === 'ready'")
    assert reader.run("document.querySelectorAll('[fill=\"url(#missing)\"]').length") == 1
    reader.click("figure[data-chart=load] [data-values]")
    reader.until("document.querySelectorAll('figure[data-chart=load] .values tbody tr').length >= 13 * 24")
    cells = reader.run("[...document.querySelectorAll('figure .values tbody tr')][0].innerText.split('\\t')")
    assert cells[:2] == ["Fri 8 Dec 2017 00:00", "1.00"]
    assert reader.complaints() == []


def test_tabs_answer_to_clicks_and_arrow_keys_and_stand_in_the_address(reader: Reader, campus: Campus) -> None:
    reader.open(f"/buildings/{campus.office}")
    reader.until(READY)
    reader.click("#tab-days")
    reader.until("document.querySelector('#view figure')?.dataset.chart === 'heatmap'")
    reader.until("location.search.includes('tab=days')")
    reader.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    reader.until("document.querySelector('#tab-weather').getAttribute('aria-selected') === 'true'")
    reader.until("document.activeElement.id === 'tab-weather'")
    assert reader.run("document.querySelectorAll('[data-tab][tabindex=\"0\"]').length") == 1


def test_the_palette_opens_by_keyboard_finds_and_goes(reader: Reader) -> None:
    reader.open("/portfolio")
    reader.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.CONTROL, "k")
    reader.until("document.querySelector('#palette').open")
    reader.driver.switch_to.active_element.send_keys("shed")
    reader.until("document.querySelector('#palette-list').innerText.includes('Robin shed Bo')")
    reader.driver.switch_to.active_element.send_keys(Keys.ENTER)
    reader.until("document.title.startsWith('Robin shed Bo')")
    assert not reader.run("document.querySelector('#palette').open")


def test_the_theme_is_kept_and_charts_follow(reader: Reader, campus: Campus) -> None:
    reader.open(f"/meters/{campus.power}")
    reader.until(READY)
    light = reader.run("document.querySelector('figure[data-chart=load] svg').outerHTML.includes('#bb7100')")
    reader.click("[data-theme-toggle]")
    reader.until("document.querySelector('figure[data-chart=load] svg')?.outerHTML.includes('#e68f14')")
    reader.open("/portfolio")
    assert light
    assert reader.run("document.documentElement.dataset.theme") == "dark"


def test_errors_are_said_and_nothing_on_the_page_is_lost(reader: Reader, campus: Campus) -> None:
    reader.open(f"/buildings/{campus.office}")
    reader.until(READY)
    reader.run(f"htmx.ajax('GET', '/buildings/{campus.office}/views/pie', '#view') && 1")
    reader.until("document.querySelector('#toasts').innerText.includes('There is no such view')")
    assert reader.run("document.querySelectorAll('#view figure').length") == 1


@pytest.mark.parametrize("path", ["/", "/portfolio", "/buildings/{office}", "/meters/{power}"])
def test_pages_fit_a_phone_without_scrolling_sideways(reader: Reader, campus: Campus, path: str) -> None:
    metrics = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    reader.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    reader.open(path.format(office=campus.office, power=campus.power))
    reader.until("document.readyState === 'complete'")
    assert reader.run("document.documentElement.scrollWidth") <= 390
    assert reader.run("getComputedStyle(document.querySelector('.rail')).position") == "fixed"


def test_the_breadcrumb_switches_to_a_sibling(reader: Reader, campus: Campus) -> None:
    reader.open(f"/buildings/{campus.office}")
    reader.click("#crumbs [data-palette]")
    reader.until("document.querySelectorAll('#palette-list [role=option]').length === 3")
    reader.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    reader.until("document.title.startsWith('Robin shed Bo')")


def test_a_click_on_a_month_shows_that_month_and_back_returns(reader: Reader, campus: Campus) -> None:
    reader.open(f"/portfolio?period=all&compare=none&carrier={Carrier.GAS}")
    reader.until("document.querySelectorAll('figure[data-chart=monthly] .mark-rect path').length === 4")
    bars = reader.driver.find_elements(By.CSS_SELECTOR, "figure[data-chart=monthly] .mark-rect path")
    ActionChains(reader.driver).move_to_element(bars[1]).click().perform()
    reader.until("location.search.includes('start=2017-10-01') && location.search.includes('end=2017-10-31')")
    reader.until("document.querySelector('.context .popover summary').textContent.includes('1 Oct – 31 Oct 2017')")
    assert reader.run("location.search.includes('carrier=gas')")
    reader.driver.back()
    reader.until("location.search.includes('period=all')")
    assert reader.complaints() == []


@pytest.mark.parametrize("path", ["/", "/findings", "/settings/people", "/reports", "/buildings/new", "/imports"])
def test_ids_are_unique_and_every_field_has_a_label(reader: Reader, path: str) -> None:
    reader.open(path)
    twice = "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, at, all) => all.indexOf(id) !== at)"
    bare = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(f => !f.labels.length && !f.ariaLabel).map(f => f.name)"  # noqa: E501 - one script
    assert reader.run(twice) == []
    assert reader.run(bare) == []
