"""``eaio forecast``: a building's next hours on the terminal."""

from typing import Annotated

import typer

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction
from eaio.forecasting import service
from eaio.forecasting.models import DEFAULT_HORIZON, DEFAULT_LEVEL, Outlook, engine_text
from eaio.infra.db import Connection
from eaio.timeseries.format import moment, percent, quantity
from eaio.timeseries.units import Carrier


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("forecast")(forecast)


def forecast(
    building: Annotated[str, typer.Option("--building", help="Name of the building.")],
    carrier: Annotated[Carrier | None, typer.Option(help="Default: electricity, or the first there is.")] = None,
    hours: Annotated[int, typer.Option(help="Hours ahead, 24 to 336.")] = DEFAULT_HORIZON,
    level: Annotated[int, typer.Option(help="Percent of hours the band should hold: 80 or 95.")] = DEFAULT_LEVEL,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Forecast a building from its last reading, with a calibrated band and the error of past forecasts."""

    async def work(conn: Connection) -> Outlook:
        owner = await accounts.organisation_for(conn, organisation)
        found = await buildings.building_by_name(conn, owner.id, building)
        return await service.building_outlook(conn, owner.id, found.id, carrier, hours, level)

    outlook = in_transaction(work)
    answer(outlook, as_json, _text(outlook))


def _text(outlook: Outlook) -> str:
    """Daily totals, what they were made from, and how well that did."""
    unit = outlook.unit
    lines = [f"{outlook.building}, {outlook.carrier}, from {moment(outlook.points[0].local)} ({outlook.time_zone})"]
    lines += [
        f"  {moment(outlook.points[24 * index].local):>18}  {quantity(day.value, unit):>10}"
        f"   {outlook.level} % band {quantity(day.low, unit)} to {quantity(day.high, unit)}"
        for index, day in enumerate(outlook.days)
    ]
    for part in outlook.meters:
        held = part.backtest.coverage95 if outlook.level == 95 else part.backtest.coverage80
        lines.append(
            f"{part.meter}: past error {percent(part.backtest.nrmse)} (CV(RMSE), day ahead), band held {percent(held)};"
            f" made from {engine_text(part.weights)}"
        )
    lines += [f"{bad.meter}: no forecast. {bad.reason}" for bad in outlook.refused]
    return "\n".join([*lines, *outlook.notes])
