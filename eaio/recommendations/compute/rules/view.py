"""What a rule sees of a building, and small words to build evidence with."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from eaio.recommendations.compute.peers import ELECTRIC_INTENSITY, Peer, Peers, figures, groups_of
from eaio.recommendations.compute.signals import LoadSignals, Signals
from eaio.recommendations.compute.uses import UseFacts, use_facts
from eaio.recommendations.models import BuildingFacts, Evidence, Range
from eaio.timeseries.units import Carrier

LIKELY_WITHIN = (0.15, 0.85)
"""Where in a range of savings its likely value may lie: a bound is by definition not likely."""
WITHOUT_AREA = frozenset({"unoccupied ratio", "start", "stop", "cooling balance"})


class View(Struct, frozen=True):
    """A building and its peers."""

    signals: Signals
    peers: Peers

    @property
    def facts(self) -> BuildingFacts:
        """Its metadata."""
        return self.signals.facts

    @property
    def usual(self) -> UseFacts:
        """What is typical of its use."""
        return use_facts(self.signals.facts.use)

    @property
    def electricity(self) -> LoadSignals | None:
        """Its electricity, all meters together."""
        return self.signals.loads.get(Carrier.ELECTRICITY)

    @property
    def area_is_plausible(self) -> bool:
        """Electricity per floor area within a factor of four of the peers: else area or meter is another's."""
        load, area = self.electricity, self.facts.area_m2
        peer = self.peer(ELECTRIC_INTENSITY)
        if load is None or not area or peer is None:
            return True
        return 0.1 * peer.median < load.annual / area < 4 * peer.median

    def against(self, figure: str) -> tuple[float, Peer] | None:
        """This building's figure and that of its peers; None unless both are known and can be compared."""
        if figure not in WITHOUT_AREA and not self.area_is_plausible:
            return None
        own, peer = figures(self.signals).get(figure), self.peer(figure)
        return (own, peer) if own is not None and peer is not None else None

    def peer(self, figure: str) -> Peer | None:
        """The narrowest group of this building that is large enough to compare with."""
        groups = groups_of(self.facts.use, self.facts.sub_use)
        return next((self.peers[group, figure] for group in groups if (group, figure) in self.peers), None)


Rule: TypeAlias = Callable[[View], Evidence | None]


def placed(span: Range, position: float) -> Range:
    """The range with its likely value moved towards ``position`` (0 low, 1 high), never onto a bound."""
    return Range(span.low, span.low + float(np.clip(position, *LIKELY_WITHIN)) * (span.high - span.low), span.high)


def rising(value: float, start: float, full: float) -> float:
    """0.3 at ``start`` growing to 0.9 at ``full``: the strength of evidence that grows with a figure."""
    return 0.3 + 0.6 * float(np.clip((value - start) / (full - start), 0, 1))


def clock(hour: float) -> str:
    """Hours as a clock shows them: 5.5 is 05:30."""
    quarter = round(hour * 4) % 96
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def spoken(parts: Sequence[str]) -> str:
    """Parts of a sentence joined: a, b and c."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
