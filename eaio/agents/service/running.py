"""Running one request: right tool, right role, valid arguments, bounded time, errors that say what to do."""

import asyncio
from collections.abc import Mapping

import msgspec
import structlog

from eaio.agents.models import Fact, Request, ToolResult
from eaio.agents.service.context import Context
from eaio.agents.service.registry import NOT_YET, Tool
from eaio.infra.errors import EaioError

log = structlog.get_logger()

EXCUSES: Mapping[type[Exception], str] = {
    msgspec.ValidationError: "I could not read a part of that; try naming the building and the period again.",
    TimeoutError: "That took too long and was stopped; try a shorter period.",
}


async def run_tool(ctx: Context, tools: Mapping[str, Tool], request: Request) -> ToolResult:
    """The result of a request; whatever goes wrong becomes a sentence, and never undoes the caller's transaction."""
    tool = tools.get(request.tool)
    if tool is None:
        what = NOT_YET.get(request.tool, "do that")
        return ToolResult(headline=f"I understand that, but I cannot {what} yet.")
    if ctx.principal.role not in tool.roles:
        return _said(f"As {ctx.principal.role.label.lower()} you may not ask for that.")
    try:
        arguments = msgspec.convert(request.arguments, tool.arguments, strict=False)
        async with asyncio.timeout(tool.timeout_seconds), ctx.conn.transaction():
            return await tool.run(ctx, arguments)
    except EaioError as error:
        said = error.detail
    except (msgspec.ValidationError, TimeoutError) as error:
        said = EXCUSES[type(error)]
    except Exception:
        log.exception("a tool failed", tool=request.tool, organisation=str(ctx.organisation))
        said = "That failed on our side and was logged; the other pages are not affected."
    return _said(said)


def _said(sentence: str) -> ToolResult:
    return ToolResult(headline="{said}", facts={"said": Fact(sentence)})
