"""What one can do with recommendations: generate, list, decide, and set the figures that they rest on.

``generate`` looks at the readings; ``rerank`` prices again what was seen; ``rates_for`` gives the prices and carbon
factors in force at a site, for everything that shows money or CO2.
"""

from eaio.recommendations.compute.rank import years
from eaio.recommendations.service.assumptions import (
    inputs_for,
    list_inputs,
    own_figures,
    rates_for,
    remove_assumption,
    set_assumption,
)
from eaio.recommendations.service.deciding import decide
from eaio.recommendations.service.generating import (
    QUEUE,
    fail_run,
    generate,
    generate_in_batches,
    refresh,
    request_rerank,
    request_run,
    rerank,
    rerank_site,
    start_run,
)
from eaio.recommendations.service.reading import (
    history,
    latest_run,
    list_recommendations,
    measure_of,
    measures,
    recommendation_of,
    run_of,
    savings_baseline,
    savings_by_measure,
)
from eaio.recommendations.service.verified import savings_worth, study_worth, worth_by_study

__all__ = [
    "QUEUE",
    "decide",
    "fail_run",
    "generate",
    "generate_in_batches",
    "history",
    "inputs_for",
    "latest_run",
    "list_inputs",
    "list_recommendations",
    "measure_of",
    "measures",
    "own_figures",
    "rates_for",
    "recommendation_of",
    "refresh",
    "remove_assumption",
    "request_rerank",
    "request_run",
    "rerank",
    "rerank_site",
    "run_of",
    "savings_baseline",
    "savings_by_measure",
    "savings_worth",
    "set_assumption",
    "start_run",
    "study_worth",
    "worth_by_study",
    "years",
]
