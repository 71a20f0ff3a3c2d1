"""Forecasts of real meters, judged by the published protocol."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from eaio.cli.main import app
from eaio.forecasting.compute.engines import ON_REQUEST, PER_METER
from eaio.forecasting.compute.load import DAY, WEEK, Load, load_of
from eaio.forecasting.models import EngineName


@pytest.fixture(scope="module")
def lizbeth(real_data: Path) -> Load:
    """A school's electricity of two years, a clean meter."""
    table = pl.read_csv(
        real_data / "bdg2" / "meters" / "raw" / "electricity.csv.gz",
        columns=["timestamp", "Robin_education_Lizbeth"],
        try_parse_dates=True,
    )
    stamp = pl.col("timestamp").cast(pl.Datetime("us"))
    frame = table.select(
        time=stamp.dt.replace_time_zone("UTC"),
        local=stamp,
        value=pl.col("Robin_education_Lizbeth").cast(pl.Float64),
        temperature=pl.lit(None, pl.Float64),
    )
    return load_of(frame, "UTC", zero_is_missing=True)


@pytest.mark.timeout(600)
def test_the_evaluation_reaches_what_the_protocol_asks_for_on_real_meters(real_data: Path) -> None:
    """A handful of meters, so the figures are looser than those of the whole set: 0.73, 94.9 percent."""
    few = ["--most", "8", "--trees", "80", "--json"]
    answer = CliRunner().invoke(app, ["eval", "forecast", "--data", str(real_data / "bdg2"), *few])
    assert answer.exit_code == 0, answer.output
    result = json.loads(answer.stdout)
    assert result["n_meters"] >= 6
    median = result["nrmse_median"]
    assert {"previous_day", "previous_week", "week_mean", "boosting", "mix"} <= set(median)
    assert median["mix"] == min(median[name] for name in ("mix", "previous_day", "previous_week", "week_mean"))
    assert result["ratio_to_persistence"] == pytest.approx(median["mix"] / median["week_mean"], abs=0.001)
    assert result["ratio_to_persistence"] < 0.85
    assert 0.92 < result["coverage95"] < 0.975
    assert 0 < result["crps_mean"] < median["mix"]


def test_a_folder_without_meters_is_refused_in_words(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["eval", "forecast", "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "layout" in str(answer.exception)


@pytest.mark.timeout(600)
def test_the_decomposition_beats_repeating_the_week_on_a_clean_meter(lizbeth: Load) -> None:
    origins = lizbeth.size - DAY * np.arange(120, 20, -10)
    actual = lizbeth.values[origins[:, None] + np.arange(DAY)]

    def missed(said: np.ndarray) -> float:
        return float(np.sqrt(np.nanmean((said[:, :DAY] - actual) ** 2)))

    decomposed = missed(ON_REQUEST[EngineName.MSTL](lizbeth, origins, 0))
    assert decomposed < missed(PER_METER[EngineName.PREVIOUS_WEEK](lizbeth, origins, 0))
    assert np.isnan(ON_REQUEST[EngineName.MSTL](lizbeth, np.array([WEEK]), 0)).all()
