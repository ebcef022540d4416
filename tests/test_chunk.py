"""Chunks: titles, wordings and passages; code whole; wrong statements left out."""

from __future__ import annotations

from corpus.types import Block, Entry, Section, Span
from index.chunk import Chunking, chunk_entry, embedding_text


def entry_of(*blocks: Block, kind: str = "body") -> Entry:
    end = blocks[-1].span.end
    section = Section(("Details",), kind, Span(blocks[0].span.start, end), blocks)  # type: ignore[arg-type]
    return Entry("e", "d", 1, "What is it?", Span(0, end), (section,), aliases=("define it",))


def prose(text: str, start: int) -> Block:
    return Block("prose", text, Span(start, start + len(text)))


def test_question_wordings_and_passages_each_become_a_chunk() -> None:
    entry = entry_of(prose("It is a thing.", 20))
    assert [(c.kind, c.text) for c in chunk_entry(entry)] == [
        ("question", "What is it?"),
        ("alias", "define it"),
        ("prose", "It is a thing."),
    ]


def test_code_is_never_cut_and_stands_alone() -> None:
    code = Block("code", "x = 1\n" * 500, Span(100, 3100))
    entry = entry_of(prose("Before.", 20), code, prose("After.", 3200))
    passages = [c for c in chunk_entry(entry) if c.kind in ("prose", "code")]
    assert [c.kind for c in passages] == ["prose", "code", "prose"]
    assert passages[1].text == code.text


def test_short_paragraphs_are_packed_and_span_from_first_to_last() -> None:
    entry = entry_of(prose("a" * 200, 0), prose("b" * 200, 300), prose("c" * 200, 600))
    passages = [c for c in chunk_entry(entry) if c.kind == "prose"]
    assert [c.span for c in passages] == [Span(0, 500), Span(600, 800)]


def test_a_long_paragraph_is_split_at_sentences_and_points_at_itself() -> None:
    text = " ".join(f"Sentence number {n} says something." for n in range(60))
    passages = chunk_entry(entry_of(prose(text, 40)), Chunking(400, 60))[2:]
    assert len(passages) > 3
    assert all(len(c.text) <= 400 and c.span == Span(40, 40 + len(text)) for c in passages)
    assert passages[0].text.rstrip().endswith(".")


def test_of_long_code_the_head_is_embedded_and_the_whole_kept() -> None:
    code = Block("code", "x = 1\n" * 500, Span(0, 3000))
    chunk = chunk_entry(entry_of(code))[-1]
    text = embedding_text(chunk, entry_of(code))
    assert text.startswith("What is it?\nDetails\nx = 1")
    assert len(text) < 500
    assert chunk.text == code.text


def test_statements_that_are_wrong_on_purpose_are_not_passages() -> None:
    entry = entry_of(prose("Adam needs no learning rate.", 10), kind="mistakes")
    assert {c.kind for c in chunk_entry(entry)} == {"question", "alias"}


def test_a_passage_is_embedded_with_its_question_and_heading() -> None:
    entry = entry_of(prose("It is a thing.", 20))
    question, _, passage = chunk_entry(entry)
    assert embedding_text(question, entry) == "What is it?"
    assert embedding_text(passage, entry) == "What is it?\nDetails\nIt is a thing."
