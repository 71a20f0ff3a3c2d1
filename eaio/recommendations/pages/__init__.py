"""Pages of recommendations: the ranked list, one case, a building's part, and the figures behind them."""

from eaio.recommendations.pages import case, figures, listing

HANDLERS = [*listing.HANDLERS, *case.HANDLERS, *figures.HANDLERS]
