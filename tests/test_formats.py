"""Web pages, notebooks, reStructuredText and Python files, with offsets into what was read."""

from __future__ import annotations

import json

import pytest

from corpus.formats.markup import tokens
from corpus.library import parse
from corpus.read import read_text
from corpus.types import Reading


def reading(text: str, name: str) -> Reading:
    return parse(read_text(text, path=f"/pages/{name}"))


def blocks(found: Reading, at: int = 0) -> list[tuple[str, str]]:
    return [
        (block.kind, block.text)
        for section in found.entries[at].sections
        for block in section.blocks
    ]


WEB = """\
<!DOCTYPE html><html><head><title>Loss | Prep</title><script>var a = "<p>no</p>";</script></head>
<body class="has-sidebar comments-open">
<div class="cookie-banner">We use cookies to improve your visit. <button>Accept</button></div>
<nav><ul><li><a href="/">Home</a></li><li>Courses</li></ul></nav>
<main><article><h1>Loss questions &amp; answers</h1>
<div class="toc"><ol><li>What is MSE?</li><li>Why use Huber?</li></ol></div>
<h2>1. What is <em>MSE</em> in <code>torch.nn</code>?</h2>
<p>It averages the squared gap between
   prediction and target&nbsp;&mdash; see <code>nn.MSELoss</code>.</p>
<pre><code class="language-python"><span class="lineno">1</span>x = torch.tensor([1.0])
if x[0] &lt; 2:
    print(x)
</code><button>Copy</button></pre>
<p>Output:</p><pre>tensor([1.])</pre>
<table><tr><th>Loss</th><th>Use</th></tr><tr><td>MSE</td><td>regression</td></tr></table>
<div class="share-buttons"><a>Twitter</a></div>
<h2>2. Why use Huber?</h2>
<p>Large gaps count only linearly.<br>Small ones are squared.</p>
<ul><li>robust<li>smooth</ul>
</article><section id="comments"><h3>3 comments</h3><p>Great!</p></section></main>
<footer>© 2024 Prep</footer></body></html>
"""


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_long_inline_image_is_one_tag(quote: str) -> None:
    image = f"<img src={quote}data:image/png;base64,{'iVBOR' * 4_000}{quote}>"
    found = [(token.kind, token.name) for token in tokens(f"<p>a{image}b</p>")]
    assert found == [("open", "p"), ("text", ""), ("open", "img"), ("text", ""), ("close", "p")]


def test_a_tag_that_is_too_long_is_text_and_the_rest_is_read() -> None:
    long = "<p " + " ".join(f'a{n}="b"' for n in range(2_000)) + ">"
    found = list(tokens(f"{long}<b>x</b>"))
    assert [token.kind for token in found[-3:]] == ["open", "text", "close"]
    assert [token.start for token in found] == [0, *(token.end for token in found[:-1])]


def test_a_saved_web_page_is_read_without_its_furniture() -> None:
    found = reading(WEB, "a.html")
    assert found.document.title == "Loss questions & answers"
    assert [entry.question for entry in found.entries] == [
        "What is MSE in torch.nn?",
        "Why use Huber?",
    ]
    assert blocks(found) == [
        ("prose", "It averages the squared gap between prediction and target — see `nn.MSELoss`."),
        ("code", "x = torch.tensor([1.0])\nif x[0] < 2:\n    print(x)\n"),
        ("prose", "Output:"),
        ("output", "tensor([1.])"),
        ("table", "| Loss | Use |\n|---|---|\n| MSE | regression |"),
    ]
    assert blocks(found, 1) == [
        ("prose", "Large gaps count only linearly. Small ones are squared."),
        ("list", "- robust\n- smooth"),
    ]
    assert {cut.reason for cut in found.cut} >= {
        "script",
        "page navigation",
        "cookie banner",
        "table of contents",
        "share buttons",
        "comments",
        "page footer",
    }


def test_offsets_count_the_pages_source() -> None:
    found = reading(WEB, "a.html")
    snippet = found.entries[0].snippets[0]
    assert [span.of(WEB) for span in snippet.line_spans] == [
        "x = torch.tensor([1.0])",
        "if x[0] &lt; 2:",
        "    print(x)",
    ] or [span.of(WEB).strip() for span in snippet.line_spans][1] == "if x[0] &lt; 2:"
    prose = found.entries[0].sections[0].blocks[0]
    assert prose.span.of(WEB).startswith("It averages")
    assert prose.span.of(WEB).endswith("nn.MSELoss</code>.")
    assert snippet.expected_output == "tensor([1.])"


def test_class_names_that_would_cut_the_whole_page_are_not_believed() -> None:
    page = (
        "<html><body><div class='sidebar'><h1>What is a tape?</h1>"
        "<p>The record of operations that backward() walks in reverse.</p></div></body></html>"
    )
    assert blocks(reading(page, "a.html")) == [
        ("prose", "The record of operations that backward() walks in reverse.")
    ]


def test_code_set_as_paragraphs_or_with_breaks_is_found() -> None:
    page = (
        "<h1>What is x?</h1><p>See:</p><p>import torch</p><p>x = torch.ones(2)</p>"
        "<p>Or else:<br>y = torch.zeros(2)<br>print(y)</p><p>Done.</p>"
    )
    found = reading(page, "a.html")
    assert [snippet.code for snippet in found.entries[0].snippets] == [
        "import torch\nx = torch.ones(2)\n",
        "y = torch.zeros(2)\nprint(y)\n",
    ]


def test_questions_on_buttons_of_a_folded_faq_are_headings() -> None:
    page = (
        "<h1>FAQ</h1><h2><button>What is a stride?</button></h2><div><p>Steps in memory.</p></div>"
        "<button class='fold'>How many are there?</button><div>One for each dimension.</div>"
        "<button>Subscribe</button>"
    )
    assert [entry.question for entry in reading(page, "a.html").entries] == [
        "What is a stride?",
        "How many are there?",
    ]


def test_a_page_laid_out_in_a_table_is_still_read() -> None:
    page = (
        "<table><tr><td><h2>What is a?</h2><p>A letter.</p><h2>What is b?</h2><p>Another one.</p>"
        "</td></tr></table>"
    )
    assert [entry.question for entry in reading(page, "a.html").entries] == [
        "What is a?",
        "What is b?",
    ]


@pytest.mark.parametrize("text", ["<", "<a", "<a b='", "</", "<!--", "&#x;", "a < b > c", "<p", ""])
def test_tokens_leave_nothing_out(text: str) -> None:
    found = list(tokens(text))
    assert "".join(text[token.start : token.end] for token in found) == text


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4}, indent=1)


def test_a_notebooks_outputs_are_what_its_cells_print() -> None:
    text = notebook(
        {"cell_type": "markdown", "source": ["# Autograd 🙂\n", "\n", 'It "flows" back.\n']},
        {
            "cell_type": "code",
            "source": ["%matplotlib inline\n", "x = 2\n", "print(x)\n"],
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["2\n"]}],
        },
        {
            "cell_type": "code",
            "source": "x + 1",
            "outputs": [{"output_type": "execute_result", "data": {"text/plain": ["3"]}}],
        },
    )
    found = reading(text, "a.ipynb")
    entry = found.entries[0]
    assert entry.question == "Autograd 🙂"
    assert [(s.code, s.expected_output) for s in entry.snippets] == [
        ("x = 2\nprint(x)\n", "2"),
        ("x + 1\n", "3"),
    ]
    assert [span.of(text) for span in entry.snippets[0].line_spans] == ["x = 2", "print(x)"]
    assert entry.sections[0].blocks[0].span.of(text) == 'It \\"flows\\" back.'


def test_a_notebook_cut_off_is_read_as_far_as_it_goes() -> None:
    text = notebook(
        {"cell_type": "markdown", "source": "# What is a tape?\n\nA record of operations."},
        {"cell_type": "code", "source": "x = 1\nprint(x)"},
    )
    found = reading(text[: text.index("print") + 5], "a.ipynb")
    assert blocks(found)[0] == ("prose", "A record of operations.")


RST = """\
================
Tensor questions
================

.. contents::

What does ``view`` need?
------------------------

It needs *contiguous* memory; see :class:`torch.Tensor` and
the `guide <https://example.org>`_.

.. code-block:: python
   :linenos:

   x = torch.arange(6)
   print(x.view(2, 3))

.. testoutput::

   tensor([[0, 1, 2],
           [3, 4, 5]])

.. note:: A transposed tensor is not contiguous.

What does ``reshape`` do?
-------------------------

It copies when it must::

    y = x.reshape(3, 2)

- first item
  goes on
- second item
"""


def test_restructured_text_is_read() -> None:
    found = reading(RST, "a.rst")
    assert found.document.title == "Tensor questions"
    assert [entry.question for entry in found.entries] == [
        "What does view need?",
        "What does reshape do?",
    ]
    assert blocks(found) == [
        ("prose", "It needs contiguous memory; see `torch.Tensor` and the guide."),
        ("code", "x = torch.arange(6)\nprint(x.view(2, 3))\n"),
        ("output", "tensor([[0, 1, 2],\n           [3, 4, 5]])"),
        ("prose", "A transposed tensor is not contiguous."),
    ]
    assert blocks(found, 1) == [
        ("prose", "It copies when it must:"),
        ("code", "y = x.reshape(3, 2)\n"),
        ("list", "- first item goes on\n- second item"),
    ]
    snippet = found.entries[0].snippets[0]
    assert [span.of(RST) for span in snippet.line_spans] == [
        "x = torch.arange(6)",
        "print(x.view(2, 3))",
    ]


def test_a_python_file_is_a_program_with_examples() -> None:
    text = '''"""Scale tensors.

More on that here.
"""


def scale(x, by=2):
    """Multiply.

    >>> scale(3)
    6
    """
    return x * by
'''
    entry = reading(text, "a.py").entries[0]
    assert entry.question == "Scale tensors"
    whole, example = entry.snippets
    assert whole.code == text
    assert not whole.restored
    assert example.code == "scale(3)\n"
    assert example.expected_output == "6"
    assert entry.sections[-1].heading == "scale"


def test_a_python_file_that_does_not_parse_is_one_snippet() -> None:
    found = reading("import torch\nx = torch.ones(2\n", "a.py")
    assert len(found.entries[0].snippets) == 1


def test_prompts_in_text_are_run_without_their_output() -> None:
    page = "# What is 1 + 1?\n\nTry it:\n\n>>> x = 1\n>>> x + 1\n2\n\nSo it is.\n"
    found = reading(page, "a.md")
    snippet = found.entries[0].snippets[0]
    assert snippet.code == "x = 1\nx + 1\n"
    assert snippet.expected_output == "2"
    assert blocks(found)[-1] == ("prose", "So it is.")


def test_cells_of_a_python_file_are_read_as_a_notebook() -> None:
    page = (
        "# %% [markdown]\n# # Nets\n#\n# ## 1. What is an LSTM?\n#\n# A gated cell.\n\n"
        "# %%\nx = 1\nprint(x)\n\n# %% [markdown]\n# ## 2. What is a GRU?\n#\n# A simpler one.\n"
    )
    found = reading(page, "page.py")
    assert [entry.question for entry in found.entries] == ["What is an LSTM?", "What is a GRU?"]
    assert blocks(found) == [("prose", "A gated cell."), ("code", "x = 1\nprint(x)\n")]
    snippet = found.entries[0].snippets[0]
    assert snippet.span.of(page) == "x = 1\nprint(x)"


def test_questions_in_a_docstring_are_entries_and_the_program_goes_with_the_last() -> None:
    asked = "Serving.\n\nQ1: Why warm up?\n\nFirst calls are slow.\n\nQ2: How?\n\nAs below.\n"
    page = f'"""{asked}"""\n\nx = 1\n'
    found = reading(page, "page.py")
    assert [entry.question for entry in found.entries] == ["Why warm up?", "How?"]
    assert found.entries[1].snippets[0].code == "x = 1\n"


@pytest.mark.parametrize(
    "table",
    [
        ".. list-table::\n   :align: left\n\n   * - Loss\n     - Weight\n   * - Dice\n     - 0.5\n",
        ".. csv-table::\n\n   Loss, Weight\n   Dice, 0.5\n",
        "+------+--------+\n| Loss | Weight |\n+======+========+\n"
        "| Dice | 0.5    |\n+------+--------+\n",
        "====  ======\nLoss  Weight\n====  ======\nDice  0.5\n====  ======\n",
    ],
)
def test_tables_of_restructured_text_are_read_in_every_form(table: str) -> None:
    found = reading(f"Losses\n======\n\nWhat to add.\n\n{table}", "page.rst")
    assert blocks(found)[1] == ("table", "| Loss | Weight |\n|---|---|\n| Dice | 0.5 |")


def test_output_in_its_own_listing_or_pasted_behind_belongs_to_the_program() -> None:
    found = reading(
        "<h2>1. What is it?</h2><pre>import torch\nprint(torch.ones(1))</pre>"
        "<pre class='output'>tensor([1.])</pre><h2>2. What fails?</h2>"
        "<pre>x = [1]\nx[3]\nIndexError: list index out of range</pre>",
        "page.html",
    )
    first, second = (entry.snippets[0] for entry in found.entries)
    assert first.expected_output == "tensor([1.])"
    assert second.code == "x = [1]\nx[3]\n"
    assert second.expected_output == "IndexError: list index out of range"


def test_what_a_cell_shows_may_stand_before_its_source() -> None:
    cell = '{"cell_type": "code", "outputs": [{"text": ["1\\n"]}], "source": ["print(1)"]}'
    page = '{"cells": [{"cell_type": "markdown", "source": ["# What is it?"]}, ' + cell + "]}"
    entry = reading(page, "page.ipynb").entries[0]
    assert entry.span.holds(entry.snippets[0].span)
    assert "print(1)" in entry.span.of(page)


def test_links_alone_before_the_title_are_a_menu() -> None:
    found = reading(
        "<div><a href='/'>Prep</a> <a href='/c'>Courses</a></div><h1>What is a leaf?</h1>"
        "<p>A tensor. See <a href='/d'>the docs</a>.</p>",
        "page.html",
    )
    assert found.cut[0].reason == "page navigation"
    assert blocks(found) == [("prose", "A tensor. See the docs.")]
