"""What each carrier's meter may read without a fault, as a table."""

from enum import StrEnum

from msgspec import Struct

from eaio.timeseries.units import Carrier


class Zeros(StrEnum):
    """When a run of zeros is a fault."""

    UNLESS_RESTING = "unless the load rests at those hours every week"
    WHEN_COLD = "two days or longer in cold weather"
    WHEN_WARM = "two days or longer in warm weather"
    WHOLE_DAY = "a day or longer"
    NEVER = "never"


class CarrierRule(Struct, frozen=True):
    """What a carrier's meter may do."""

    zeros: Zeros
    why: str
    """Why zeros are judged so."""
    may_hold: bool = False
    """Whether it may read one value for half a day."""
    may_burst: bool = False
    """Whether it may read many times its usual peak."""
    follows_people: bool = True
    """Whether its day follows the wall clock rather than the sun or a timer."""


CARRIERS: dict[Carrier, CarrierRule] = {
    Carrier.ELECTRICITY: CarrierRule(
        Zeros.UNLESS_RESTING, "zeros of electricity are nearly always missing data in disguise"
    ),
    Carrier.GAS: CarrierRule(Zeros.NEVER, "gas may rest, in summer for months"),
    Carrier.STEAM: CarrierRule(Zeros.WHEN_COLD, "heat may rest in summer, not in the cold"),
    Carrier.HOTWATER: CarrierRule(Zeros.WHEN_COLD, "heat may rest in summer, not in the cold"),
    Carrier.CHILLEDWATER: CarrierRule(Zeros.WHEN_WARM, "cooling may rest in winter, not in the warm"),
    Carrier.WATER: CarrierRule(Zeros.NEVER, "nobody draws water at night", may_hold=True),
    Carrier.IRRIGATION: CarrierRule(
        Zeros.NEVER, "irrigation runs for hours a week and in bursts", may_hold=True, may_burst=True,
        follows_people=False,
    ),
    Carrier.SOLAR: CarrierRule(Zeros.WHOLE_DAY, "the night is dark, a day is not", may_hold=True, follows_people=False),
}  # fmt: skip
"""Sources: GEPIII winners on zero runs by carrier; BDG2's cleaning (Miller et al. 2020); see docs of data quality."""
