"""Asking questions: ``ask`` answers one, ``REGISTRY`` holds the tools, ``context_of`` what they lean on."""

from eaio.agents.service.asking import ask, warm_up
from eaio.agents.service.context import Names, context_of
from eaio.agents.service.registry import NOT_YET, REGISTRY, Tool

__all__ = ["NOT_YET", "REGISTRY", "Names", "Tool", "ask", "context_of", "warm_up"]
