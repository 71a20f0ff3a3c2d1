"""Likely causes of an anomaly and the next step, by kind and carrier."""

from eaio.analysis.models import AnomalyKind
from eaio.timeseries.units import Carrier

_PLANT = "air handling, pumps or lighting that did not go off"
ADVICE: dict[AnomalyKind, tuple[str, str]] = {
    AnomalyKind.MISSING: ("the logger, its network or the export", "Check the data link, then import the gap"),
    AnomalyKind.ZERO: ("a gap that the data source writes as zero", "Ask the source for the true readings"),
    AnomalyKind.STUCK: ("a frozen meter or a gateway that repeats its last value", "Read the meter by hand"),
    AnomalyKind.SPIKE: ("a catch-up reading after a gap or a transmission error", "Compare with the meter's register"),
    AnomalyKind.NEGATIVE: ("reversed wiring, or export counted on an import meter", "Check the meter's direction"),
    AnomalyKind.SCALE: (
        "a changed unit, pulse weight or transformer ratio",
        "Find the factor and correct the stretch",
    ),
    AnomalyKind.OUTAGE: ("a power cut, maintenance, or a meter that lost supply", "Ask the site whether power was off"),
    AnomalyKind.NIGHT: (
        f"an override or a changed schedule: {_PLANT}",
        "Look at the schedules of those nights",
    ),
    AnomalyKind.WEEKEND: (f"an event, cleaning, or a weekend schedule left on: {_PLANT}", "Ask whether it was planned"),
    AnomalyKind.HIGH: ("higher occupancy, equipment running together, or a control fault", "Compare with plant trends"),
    AnomalyKind.PEAK: (
        "equipment that started together, or weather beyond what the plant usually meets",
        "See what ran in that hour and stagger its start",
    ),
    AnomalyKind.SCHEDULE: ("an edited schedule or an override that became the rule", "Compare the schedules with use"),
    AnomalyKind.DRIFT: (
        "equipment that loses efficiency, a sensor that drifts, or a use that grows",
        "Compare the plant's efficiency with the year before",
    ),
    AnomalyKind.LEAK: ("a pipe, a valve or a toilet that lets water through", "Read the meter twice in an idle hour"),
    AnomalyKind.SIMULTANEOUS: (
        "reheat, a valve that leaks by, or setpoints without a dead band",
        "Check valves and dead bands, then lock heating out when it is warm",
    ),
    AnomalyKind.LOW: ("a closure, a holiday missing from the calendar, or equipment off", "Ask whether it was planned"),
    AnomalyKind.PATTERN: (
        "another tenant or use, new opening hours, new plant, or controls that were overridden",
        "Ask what changed at that time, and set schedules and baseline anew if it is to stay",
    ),
}
_SPECIAL: dict[tuple[AnomalyKind, Carrier], tuple[str, str]] = {
    (AnomalyKind.NIGHT, Carrier.WATER): ("a leak, or a valve that stayed open", "Read the meter twice in an idle hour"),
    (AnomalyKind.HIGH, Carrier.WATER): ("a leak or a filling", "Read the meter twice in an idle hour"),
    (AnomalyKind.LOW, Carrier.SOLAR): ("snow, dirt, shade or an inverter that is off", "Look at the inverter's alarms"),
    (AnomalyKind.NIGHT, Carrier.CHILLEDWATER): (
        "a valve that leaks by or a lost setback",
        "Check valves and night setpoints",
    ),
    (AnomalyKind.NIGHT, Carrier.STEAM): (
        "failed traps or a lost night setback",
        "Survey the traps; check night setpoints",
    ),
}


def advice(kind: AnomalyKind, carrier: Carrier) -> tuple[str, str]:
    """Likely cause and next step, two sentences."""
    cause, step = _SPECIAL.get((kind, carrier), ADVICE[kind])
    return f"Likely cause: {cause}.", f"Next step: {step[0].lower()}{step[1:]}."
