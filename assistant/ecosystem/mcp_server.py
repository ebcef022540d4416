"""The MCP server: search, ask, verify_snippet and run for assistants and editors, over stdio."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from assistant.ecosystem import tools
from corpus.errors import EnvironmentFault, TorchproofError

if TYPE_CHECKING:
    from mcp.server.fastmcp import FastMCP

    from assistant.api import Torchproof

INSTRUCTIONS = (
    "Torchproof knows answers to PyTorch questions and proves claims about PyTorch by running code."
    " Look things up with `search` or `ask`; prove what you are about to state with "
    "`verify_snippet`, each claim in a comment behind the line it speaks of."
)

Query = Annotated[str, Field(description="A question, key words, or an error message.")]
Count = Annotated[int, Field(ge=1, le=tools.MAX_HITS, description="How many entries at most.")]
Question = Annotated[str, Field(description="A question about PyTorch, in English.")]
Claims = Annotated[
    str, Field(description="Python source with its claims as comments; import what it uses.")
]
Source = Annotated[str, Field(description="Python source; import what it uses, print what counts.")]


def server(torchproof: Torchproof) -> FastMCP:
    """The server with its tools; a fault of the caller's becomes a tool error of one line.

    Raises:
        EnvironmentFault: the package `mcp` is not installed.
    """
    try:
        from mcp.server.fastmcp import FastMCP
        from mcp.server.fastmcp.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ModuleNotFoundError as fault:
        raise EnvironmentFault(
            "the package `mcp` is not installed",
            where="torchproof mcp",
            hint="pip install 'torchproof[mcp]'",
        ) from fault

    async def told(call: Callable[[], str]) -> str:
        """The call's answer, made in a thread: the protocol goes on meanwhile."""
        try:
            return await asyncio.to_thread(call)
        except TorchproofError as fault:
            raise ToolError(str(fault)) from fault

    async def search(query: Query, k: Count = 5) -> str:
        return await told(functools.partial(tools.search, torchproof, query, k))

    async def ask(question: Question) -> str:
        return await told(functools.partial(tools.ask, torchproof, question))

    async def verify_snippet(code: Claims) -> str:
        return await told(functools.partial(tools.verify_snippet, torchproof, code))

    async def run(code: Source) -> str:
        return await told(functools.partial(tools.run, torchproof, code))

    harmless = ToolAnnotations(readOnlyHint=True, idempotentHint=True, openWorldHint=False)
    made = FastMCP("torchproof", instructions=INSTRUCTIONS, log_level="WARNING")
    for function, description in (
        (search, tools.SEARCH),
        (ask, tools.ASK),
        (verify_snippet, tools.VERIFY),
        (run, tools.RUN),
    ):
        made.add_tool(
            function, description=description, annotations=harmless, structured_output=False
        )
    return made


def serve(torchproof: Torchproof) -> None:
    """Speaks MCP on stdin and stdout until stdin ends.

    Raises:
        EnvironmentFault: the package `mcp` is not installed.
    """
    server(torchproof).run("stdio")
