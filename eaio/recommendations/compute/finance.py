"""Money over time: present values, rates of return, paybacks.

Cash flows are a sequence by year, year 0 first, outlays negative. Rates are annual fractions; real or nominal as long
as flows and rate agree. Formulas: NIST Handbook 135 (1995), chapter 6; 10 CFR 436 subpart A.
"""

from collections.abc import Sequence
from math import inf, isclose

import numpy as np
from msgspec import Struct

FEMP_REAL_RATE = 0.03
"""Discount rate for federal energy projects, NIST annual supplement 2024."""


class Irr(Struct, frozen=True):
    """Internal rates of return of a cash flow."""

    rates: tuple[float, ...]
    """Every rate above -100 % at which the present value is zero, ascending; empty when there is none."""
    sign_changes: int

    @property
    def single(self) -> float | None:
        """The rate when it means something: exactly one, from a flow that changes sign once."""
        return self.rates[0] if len(self.rates) == 1 and self.sign_changes == 1 else None


def npv(rate: float, flows: Sequence[float]) -> float:
    """Net present value at year 0; flow t is divided by (1+rate)^t (HB 135 eq. 6.1)."""
    return sum(flow / (1 + rate) ** year for year, flow in enumerate(flows))


def irr(flows: Sequence[float]) -> Irr:
    """All internal rates of return: real positive roots of the flow polynomial in 1/(1+r).

    More than one sign change can give several rates (Descartes); all are returned and none is singled out.
    """
    signs = np.sign([flow for flow in flows if flow])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes == 0:
        return Irr((), 0)
    roots = np.roots(np.trim_zeros(np.asarray(flows, float)[::-1], "f"))
    real = roots.real[(abs(roots.imag) < 1e-7) & (roots.real > 1e-9)]
    return Irr(tuple(_distinct(sorted(1 / float(root) - 1 for root in real))), changes)


def _distinct(rates: Sequence[float]) -> list[float]:
    """A double root comes out of the solver as two neighbours."""
    return [rate for i, rate in enumerate(rates) if i == 0 or not isclose(rate, rates[i - 1], abs_tol=1e-6)]


def mirr(flows: Sequence[float], finance_rate: float, reinvest_rate: float) -> float | None:
    """Modified internal rate of return, as spreadsheets define it; None without both outlays and returns."""
    years = len(flows) - 1
    outlays = -npv(finance_rate, [min(flow, 0) for flow in flows])
    returns = npv(reinvest_rate, [max(flow, 0) for flow in flows]) * (1 + reinvest_rate) ** years
    return (returns / outlays) ** (1 / years) - 1 if outlays > 0 and returns > 0 else None


def simple_payback(cost: float, saving: float) -> float:
    """Years until the savings, undiscounted and level, have paid the cost; infinite when they never do."""
    if cost <= 0:
        return 0.0
    return cost / saving if saving > 0 else inf


def discounted_payback(rate: float, flows: Sequence[float]) -> float | None:
    """Years until the discounted sum turns positive for good, linear within a year; None when it never does.

    The last crossing counts: an outlay in a later year (a replacement) may undo an earlier one.
    """
    total = np.cumsum([flow / (1 + rate) ** year for year, flow in enumerate(flows)])
    below = np.flatnonzero(total < -1e-9)
    if below.size == 0:
        return 0.0
    last = int(below[-1])
    if last == len(flows) - 1:
        return None
    return last + float(-total[last] / (total[last + 1] - total[last]))


def single_present_value(rate: float, year: int) -> float:
    """SPV factor: worth today of one unit in ``year`` (HB 135, table of factors)."""
    return (1 + rate) ** -year


def uniform_present_value(rate: float, years: int, escalation: float = 0.0) -> float:
    """UPV* factor: worth today of one unit a year for ``years`` years, growing from today's price by ``escalation``.

    HB 135: A(1+e)/(d-e) * (1-((1+e)/(1+d))^N), and A*N when the two rates agree; e = 0 gives UPV.
    """
    ratio = (1 + escalation) / (1 + rate)
    return float(years) if isclose(ratio, 1) else ratio * (1 - ratio**years) / (1 - ratio)


def capital_recovery(rate: float, years: int) -> float:
    """Level yearly payment per unit of capital: 1/UPV."""
    return 1 / uniform_present_value(rate, years)


def savings_to_investment(saved: float, invested: float) -> float | None:
    """SIR: present value of operating savings over that of additional investment (HB 135 eq. 6.3)."""
    return saved / invested if invested > 0 else None


def adjusted_rate_of_return(rate: float, sir: float, years: int) -> float:
    """AIRR = (1+r) SIR^(1/N) - 1, reinvesting at the discount rate (HB 135 eq. 6.4; 10 CFR 436.22)."""
    return (1 + rate) * sir ** (1 / years) - 1


def levelised_cost(rate: float, costs: Sequence[float], energy: Sequence[float]) -> float | None:
    """LCOE: present value of costs by year over that of the energy by year; None without energy."""
    produced = npv(rate, energy)
    return npv(rate, costs) / produced if produced > 0 else None


def nominal_rate(real: float, inflation: float) -> float:
    """(1+n) = (1+d)(1+i)."""
    return (1 + real) * (1 + inflation) - 1


def real_rate(nominal: float, inflation: float) -> float:
    """The inverse of ``nominal_rate``."""
    return (1 + nominal) / (1 + inflation) - 1


def level_flows(cost: float, saving: float, years: int, escalation: float = 0.0) -> list[float]:
    """An outlay now and a saving at the end of each year, growing from today's price by ``escalation``."""
    return [-cost, *(saving * (1 + escalation) ** year for year in range(1, years + 1))]
