"""What other programs build on: the Python API, LangChain's parts, the MCP server."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Torchproof
from assistant.types import Turn
from corpus.errors import InputError

ADAM = """# Optimizers

## 1. What does Adam's epsilon default to, and what is it for?

Adam divides by the square root of the second moment plus `eps`, which keeps the step finite where
gradients are tiny. `eps` defaults to 1e-8.

```python
import inspect
import torch

print(inspect.signature(torch.optim.Adam).parameters["eps"].default)  # 1e-08
```

## 2. What does zero_grad do to the gradients of the parameters?

It resets them, by default to None, so that backward does not add to those of the step before.
"""
PROOF = """import inspect
import torch

print(inspect.signature(torch.optim.Adam).parameters["eps"].default)  # 1e-08
print(inspect.signature(torch.optim.Adam).parameters["eps"].default)  # 1e-06
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "optimizers.md"
    path.write_text(ADAM, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def torchproof(
    page: Path,
    tmp_path_factory: pytest.TempPathFactory,
    lend: Callable[[pytest.MonkeyPatch], None],
) -> Iterator[Torchproof]:
    folder = tmp_path_factory.mktemp("adam-index")
    with pytest.MonkeyPatch.context() as patch:
        lend(patch)
        with Torchproof(folder, documents=[page], only=True, device="cpu") as held:
            yield held.open()


# --- the Python API -------------------------------------------------------------------------------


def test_an_answer_cites_and_proves(torchproof: Torchproof) -> None:
    answer = torchproof.ask("What does Adam's epsilon default to?")
    assert answer.answerable
    assert "1e-8" in answer.text
    assert [v.state for report in answer.snippets for v in report.verdicts] == ["confirmed"]


def test_a_stream_ends_with_the_whole_answer(torchproof: Torchproof) -> None:
    from assistant.answer.pipeline import Finished, Wrote

    events = list(torchproof.stream("What does Adam's epsilon default to?"))
    assert any(isinstance(event, Wrote) for event in events)
    assert isinstance(events[-1], Finished)


def test_a_search_says_where_its_hits_stand(torchproof: Torchproof, page: Path) -> None:
    found = torchproof.search("the default of eps in Adam", k=1)
    assert (len(found), found.answerable) == (1, True)
    hit = next(iter(found))
    assert (hit.rank, hit.document, hit.number) == (1, "optimizers.md", 1)
    assert "eps" in page.read_text(encoding="utf-8")[hit.start : hit.end]


def test_a_history_makes_a_question_whole(torchproof: Torchproof) -> None:
    past = [Turn("user", "What does zero_grad do?"), Turn("assistant", "It resets gradients.")]
    assert "zero_grad" in torchproof.search("and what to, by default?", 1, past).contextualised


def test_code_is_verified_and_so_are_files(torchproof: Torchproof, page: Path) -> None:
    found = torchproof.verify(PROOF)
    assert [verdict.state for verdict in found.verdicts] == ["confirmed", "refuted"]
    assert (found.refuted[0].observed, found.ok) == ("1e-08", False)
    assert torchproof.verify(page).ok
    assert torchproof.verify(str(page)).to_json()["summary"]["confirmed"] == 2


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda it: it.ask("  "), "the question is empty"),
        (lambda it: it.search("eps", k=0), "ask for at least one"),
        (lambda it: it.verify(" \n"), "there is no code"),
        (lambda it: it.verify(Path("/nowhere.md")), "/nowhere.md"),
        (lambda it: it.interview(["cookery"]), "there is no topic cookery"),
        (lambda _: Torchproof(only=True), "nothing to search"),
    ],
)
def test_a_mistake_is_one_clear_line(torchproof: Torchproof, call: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call(torchproof)


def test_the_asynchronous_twins_run_side_by_side(torchproof: Torchproof) -> None:
    async def everything() -> tuple[Any, ...]:
        return await asyncio.gather(
            torchproof.aask("What does Adam's epsilon default to?"),
            torchproof.asearch("zero_grad", 1),
            torchproof.averify("print(1 + 1)  # 3"),
            torchproof.arun("print(6 * 7)"),
        )

    answer, found, verified, ran = asyncio.run(everything())
    assert answer.answerable
    assert "zero_grad" in found.hits[0].question
    assert verified.refuted[0].observed == "2"
    assert ran.stdout == "42\n"


def test_an_interview_goes_from_question_to_report(torchproof: Torchproof) -> None:
    sitting = torchproof.interview(kinds=["predict"], questions=2, seed=3)
    asked = sitting.question
    assert "```python" in asked
    assert sitting.answer("a most unlikely output") is not None
    assert sitting.next() not in ("", asked)
    assert sitting.next() == ""
    assert sitting.over
    assert "# Interview" in sitting.report()
    with pytest.raises(InputError, match="over"):
        sitting.answer("too late")


def test_importing_the_way_in_is_light() -> None:
    code = (
        "import sys; from assistant import Torchproof; Torchproof(); "
        "import assistant.ecosystem.pytest_plugin; "
        "heavy = {'torch', 'sentence_transformers', 'gradio', 'faiss', 'langchain_core', 'mcp'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# --- LangChain ------------------------------------------------------------------------------------


def scripted(*messages: Any) -> Any:
    """A chat model that says what it is told to, tool calls included."""
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

    class Scripted(GenericFakeChatModel):
        def bind_tools(self, tools: Any, **_: Any) -> Scripted:
            names = {tool.name for tool in tools}
            assert names == {"search", "verify_snippet"}
            return self

    return Scripted(messages=iter(messages))


def call(name: str, **arguments: Any) -> Any:
    from langchain_core.messages import AIMessage

    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": name}])


def test_an_agent_finds_the_default_and_proves_it(torchproof: Torchproof) -> None:
    from langchain.agents import create_agent
    from langchain_core.messages import AIMessage, ToolMessage

    from assistant.ecosystem.langchain import tools

    model = scripted(
        call("search", query="default of Adam's epsilon", k=2),
        call("verify_snippet", code=PROOF),
        AIMessage("It defaults to 1e-08."),
    )
    agent = create_agent(model, tools(torchproof))
    asked = {"messages": [("user", "find what Adam's epsilon defaults to and prove it")]}
    messages = agent.invoke(asked)["messages"]
    found, proved = [m.content for m in messages if isinstance(m, ToolMessage)]
    assert "answer this" in found
    assert "defaults to 1e-8" in found
    assert proved.startswith("1 confirmed, 1 refuted")
    assert "1e-06 — running it gives 1e-08" in proved
    assert messages[-1].content == "It defaults to 1e-08."


def test_a_bad_call_comes_back_to_the_model_as_an_error(torchproof: Torchproof) -> None:
    from assistant.ecosystem.langchain import tools

    search, verify = tools(torchproof)
    answer = verify.invoke({"type": "tool_call", "name": "x", "id": "1", "args": {"code": " "}})
    assert (answer.status, answer.content[:24]) == ("error", "there is no code to run ")
    assert search.args_schema.model_json_schema()["properties"]["k"]["maximum"] == 20


def test_the_retriever_says_where_its_documents_stand(torchproof: Torchproof) -> None:
    from assistant.ecosystem.langchain import retriever

    (found,) = retriever(torchproof, k=1).invoke("what is Adam's eps?")
    assert found.metadata["document"] == "optimizers.md"
    assert found.metadata["start"] < found.metadata["end"]


def test_the_store_adds_finds_and_forgets_texts(tmp_path: Path) -> None:
    from langchain_core.documents import Document

    from assistant.ecosystem.langchain import TorchproofStore

    texts = [
        "Dropout zeroes random elements while training and does nothing in eval mode.",
        "A DataLoader with workers loads batches in other processes.",
    ]
    store = TorchproofStore.from_texts(
        texts, metadatas=[{"by": "Ann"}, {"by": "Bob"}], ids=["drop", "load"], folder=tmp_path
    )
    (best, score), (_, lower) = store.similarity_search_with_score("worker processes", k=2)
    assert (best.id, best.metadata["by"]) == ("load", "Bob")
    assert score > lower
    store.add_documents([Document("Momentum keeps a running mean of gradients.", id="momentum")])
    again = TorchproofStore(tmp_path)
    assert again.as_retriever(search_kwargs={"k": 1}).invoke("momentum")[0].id == "momentum"
    assert again.delete(["load"]) is True
    assert {one.id for one in again.similarity_search("worker processes", k=9)} == {
        "drop",
        "momentum",
    }
    assert [one.page_content for one in again.get_by_ids(["drop", "load"])] == texts[:1]
    with pytest.raises(InputError, match="cannot name a file"):
        again.add_texts(["x"], ids=["../x"])
    with pytest.raises(NotImplementedError):
        again.max_marginal_relevance_search("momentum")
    again.delete()
    assert again.similarity_search("momentum") == []


def test_foreign_embeddings_are_refused() -> None:
    from langchain_core.embeddings import DeterministicFakeEmbedding

    from assistant.ecosystem.langchain import TorchproofStore

    with pytest.raises(InputError, match="cannot be embedded by DeterministicFakeEmbedding"):
        TorchproofStore.from_texts(["x"], DeterministicFakeEmbedding(size=8))


# --- MCP ------------------------------------------------------------------------------------------


def test_an_mcp_client_finds_the_default_and_proves_it(torchproof: Torchproof) -> None:
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    folder = torchproof.runtime.settings.index
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assistant.cli.main", "mcp", "--index", str(folder), "--device", "cpu"],
        env=dict(os.environ),
    )

    async def converse() -> tuple[Any, ...]:
        async with (
            stdio_client(server) as (reading, writing),
            ClientSession(reading, writing) as session,
        ):
            hello = await session.initialize()
            offered = await session.list_tools()
            calls = [
                ("search", {"query": "default of Adam's epsilon", "k": 1}),
                ("verify_snippet", {"code": PROOF}),
                ("ask", {"question": "What does Adam's epsilon default to?"}),
                ("run", {"code": "print(6 * 7)\nraise ValueError('so it goes')"}),
                ("search", {"query": "  "}),
                ("search", {"query": "x", "k": 1000}),
            ]
            answers = [await session.call_tool(name, given) for name, given in calls]
            return hello, offered, answers

    hello, offered, answers = asyncio.run(converse())
    assert hello.serverInfo.name == "torchproof"
    tools = {tool.name: tool for tool in offered.tools}
    assert set(tools) == {"search", "ask", "verify_snippet", "run"}
    assert all(len(tool.description) > 100 for tool in tools.values())
    texts = [answer.content[0].text for answer in answers]
    assert "defaults to 1e-8" in texts[0]
    assert "1e-06 — running it gives 1e-08" in texts[1]
    assert "✓ confirmed" in texts[2]
    assert "raised ValueError on line 2: so it goes" in texts[3]
    assert "42" in texts[3]
    assert [answer.isError for answer in answers] == [False] * 4 + [True] * 2
    assert "the question is empty" in texts[4]
    assert not any("Traceback" in text for text in texts[4:])


def test_the_mcp_server_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli.main", "mcp"],
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_mcp_server_ends_when_it_is_told_to() -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2024-11-05",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    with subprocess.Popen(
        [sys.executable, "-m", "assistant.cli.main", "mcp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(hello) + "\n")
        server.stdin.flush()
        assert '"torchproof"' in server.stdout.readline()
        server.terminate()
        assert server.wait(timeout=60) == 130


def test_without_its_package_the_mcp_server_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['mcp'] = sys.modules['mcp.server'] = None\n"
        "from assistant.cli.main import main; sys.exit(main(['mcp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="", capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'torchproof[mcp]'" in done.stderr
