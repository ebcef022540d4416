"""Follow-ups get their subject; fresh questions keep theirs."""

from __future__ import annotations

import pytest

from assistant.answer.contextualise import contextualise, understand
from assistant.answer.refers import referred
from assistant.types import Turn

ADAM = [
    Turn("user", "How does Adam adapt the learning rate?"),
    Turn("assistant", "It keeps running averages of gradients and of their squares."),
]


@pytest.mark.parametrize(
    "question",
    [
        "and how is that different from SGD?",
        "show me the code",
        "why?",
        "what about on the GPU?",
        "can you give an example",
        "does it need a scheduler?",
        "which one is better?",
    ],
)
def test_a_follow_up_carries_the_subject(question: str) -> None:
    standing = contextualise(question, ADAM)
    assert "Adam" in standing
    assert standing.endswith(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do I freeze the first layers of a pretrained network?",
        "What is the difference between view and reshape?",
        "Explain batch normalization in training and evaluation mode",
        "nn.CrossEntropyLoss expects which target dtype?",
    ],
)
def test_a_fresh_subject_is_left_alone(question: str) -> None:
    assert contextualise(question, ADAM) == question


def test_the_subject_is_found_behind_other_follow_ups() -> None:
    history = [*ADAM, Turn("user", "why?"), Turn("assistant", "Because steps differ.")]
    assert "Adam" in contextualise("show me the code", history)


def test_without_history_nothing_is_added() -> None:
    assert contextualise("  why \n so?", []) == "why so?"


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("never mind. how do I stack two tensors", "how do I stack two tensors"),
        ("ok, other topic: what is dropout?", "what is dropout?"),
        ("thanks. now tell me about broadcasting", "broadcasting"),
        ("by the way, what's momentum?", "what's momentum?"),
        ("let's talk about something else. schedulers?", "schedulers?"),
    ],
)
def test_an_announced_change_of_subject_leaves_the_old_one_behind(
    question: str, searched: str
) -> None:
    assert understand(question, ADAM).parts == ((searched, 1.0),)


@pytest.mark.parametrize("question", ["what if I forget it?", "can I change the topic weights?"])
def test_ordinary_words_announce_nothing(question: str) -> None:
    assert len(understand(question, ADAM).parts) == 3


def test_the_less_a_turn_says_the_more_the_conversation_counts() -> None:
    turns = ["why?", "and for sparse gradients?", "How do I freeze the first layers of a network?"]
    own = [understand(turn, ADAM).parts[0][1] for turn in turns]
    assert own == sorted(own)
    assert own[0] < 0.5 < own[-1]


def test_shares_add_up_and_the_last_answer_has_a_part() -> None:
    blend = understand("why?", ADAM)
    assert sum(share for _, share in blend.parts) == pytest.approx(1)
    assert "averages" in blend.parts[-1][0]


def test_a_correction_is_searched_without_its_apology() -> None:
    assert understand("no sorry, I meant AdamW", ADAM).parts[0][0] == "AdamW"


ANSWER = """Call them in this order [1]:

1. `zero_grad()` clears the gradients. [1]
2. `backward()` fills them. [1]

```python
opt.zero_grad()
loss.backward()

opt.step()
```
"""


@pytest.mark.parametrize(
    "question",
    [
        "the data as well?",
        "even with several workers?",
        "does the former keep more state?",
        "which of the two has running averages?",
        "what if the gradients are sparse then?",
        "is the memory copied?",
        "would momentum do?",
        "no, I meant AdamW",
        "und warum?",
        "¿y cómo lo evito?",
        "zeig mir den Code",
        "コードを見せて",
        "is your second point still true in 2.x?",
    ],
)
def test_what_says_too_little_takes_its_subject_along(question: str) -> None:
    assert contextualise(question, ADAM).startswith(ADAM[0].content)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how do I count parameters, by the way?", "how do I count parameters"),
        ("Now: how do I seed everything?", "how do I seed everything?"),
        ("unrelated: what is pin_memory", "what is pin_memory"),
        ("Anderes Thema: was macht zero_grad?", "was macht zero_grad?"),
        ("otra pregunta: ¿cómo uso la GPU?", "¿cómo uso la GPU?"),
        ("explain dropout", "explain dropout"),
        ("what's the default weight init of a linear layer?", None),
        ("is it possible to train without a GPU machine at home?", None),
    ],
)
def test_another_subject_comes_alone(question: str, said: str | None) -> None:
    assert understand(question, ADAM).text == (said or question)


def test_a_whole_question_leans_where_the_documents_make_nothing_of_it() -> None:
    question = "how do I find out whether the data is to blame"
    answered = understand(question, ADAM, lambda asked: [True for _ in asked])
    assert answered.text == question
    unanswered = understand(question, ADAM, lambda asked: [False for _ in asked])
    assert unanswered.text == f"{ADAM[0].content} {question}"


def test_going_back_takes_up_the_earlier_question_and_drops_the_last() -> None:
    history = [*ADAM, Turn("user", "other topic: what is pin_memory"), Turn("assistant", "A flag.")]
    text = contextualise("back to Adam: does it need a schedule?", history)
    assert ADAM[0].content in text
    assert "pin_memory" not in text


def test_a_correction_drops_what_was_misread() -> None:
    history = [*ADAM, Turn("user", "and with a big batch?"), Turn("assistant", "Scale the rate.")]
    assert "big batch" not in contextualise("no, I meant a big model", history)


@pytest.mark.parametrize(
    ("question", "piece"),
    [
        ("what does line 2 do?", "loss.backward()"),
        ("and line 3?", "opt.step()"),
        ("why the last line", "opt.step()"),
        ("is your second point still true in 2.x?", "backward() fills them."),
        ("what does line 9 do", ""),
        ("how does it work", ""),
    ],
)
def test_a_place_in_the_answer_is_looked_up(question: str, piece: str) -> None:
    assert referred(question, ANSWER) == piece


def test_the_piece_spoken_of_is_shown_and_searched() -> None:
    history = [Turn("user", "show a training step"), Turn("assistant", ANSWER)]
    blend = understand("what does line 2 do?", history)
    assert blend.text == "show a training step what does line 2 do? (loss.backward())"
    assert "loss.backward()" in blend.parts[0][0]


LOADER = [
    Turn("user", "What does a DataLoader do?"),
    Turn("assistant", "It makes batches."),
    Turn("user", "how many workers should it use"),
    Turn("assistant", "As many as keep up."),
]


def unsure(asked):
    """What an index says that makes nothing of a question."""
    return [False for _ in asked]


@pytest.mark.parametrize(
    "question",
    [
        "What happens to Dropout at test time",
        "what's register_buffer",
        "what is num_workers",
        "when do I use permute",
        "how is cross entropy computed",
        "is torch.cat slower than torch.stack",
        "does pruning make a model faster",
        "which optimizer needs the least memory",
        "what does model.eval() do and does it disable gradients",
        "and weight decay in plain Adam, what was wrong with it",
        "cosine annealing",
        "Wozu dient torch.no_grad()?",
        "how do I split 80/10/10",
    ],
)
def test_a_question_with_a_subject_of_its_own_stands_alone(question: str) -> None:
    alone = None if question.startswith("and") else unsure
    assert understand(question, LOADER, alone).text == question


@pytest.mark.parametrize(
    "question",
    [
        "will it rain in paris tomorrow",
        "who is the president of france",
        "recommend a good restaurant in rome",
        "whats the capital of australia",
    ],
)
def test_another_world_carries_nothing(question: str) -> None:
    assert understand(question, LOADER, unsure).text == question


@pytest.mark.parametrize(
    "question",
    [
        "how is a persistent one different",
        "divide by what",
        "what are the alternatives",
        "is there a faster way",
        "Can you put that in one sentence?",
        "even when the data covers two disks",
        "and when I pass a single int",
        "with different augmentation for the first part only?",
        "nvidia-smi says 3 GB are free though",
        "¿y en qué se diferencia de nn.Sequential?",
        "give an example with images",
    ],
)
def test_what_shows_that_it_leans_carries_the_subject(question: str) -> None:
    # Though an index could answer it as it stands.
    text = understand(question, LOADER, lambda asked: [True for _ in asked]).text
    assert LOADER[0].content in text


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        (
            "no i meant the optimizer's one, optimizer.step()",
            "the optimizer's one, optimizer.step()",
        ),
        ("sorry, I meant how do I profile a training step", "how do I profile a training step"),
        ("not the number of workers, the batch size", f"{LOADER[0].content} the batch size"),
        ("no, not workers, I mean threads", f"{LOADER[0].content} threads"),
        ("My apologies, I meant for text.", f"{LOADER[0].content} for text."),
    ],
)
def test_a_correction_replaces_what_it_corrects(question: str, searched: str) -> None:
    assert understand(question, LOADER, unsure).text == searched


@pytest.mark.parametrize(
    "question",
    [
        "DataLoader again: does the order change",
        "the first one again: does the order change",
        "about the original question again: does the order change",
        "to come back to the DataLoader: does the order change",
        "haha ok back to the DataLoader, does the order change",
        "one more on the DataLoader: does the order change",
        "revenons au DataLoader : et l'ordre ?",
        "torniamo al DataLoader: e l'ordine?",
        "Nochmal zum DataLoader: und die Reihenfolge?",
        "volviendo al DataLoader: ¿y el orden?",
    ],
)
def test_a_return_goes_to_that_subject_and_drops_the_one_between(question: str) -> None:
    between = [Turn("user", "other topic: what is pin_memory"), Turn("assistant", "A flag.")]
    text = understand(question, [*LOADER, *between], unsure).text
    assert text.startswith(LOADER[0].content)
    assert "pin_memory" not in text


def test_what_was_asked_in_passing_is_not_carried_into_the_next_question() -> None:
    history = [*ADAM, Turn("user", "does it need a schedule"), Turn("assistant", "No.")]
    text = contextualise("does it need more memory than SGD", history)
    assert text == f"{ADAM[0].content} does it need more memory than SGD"
    assert "schedule" in contextualise("why?", history)


@pytest.mark.parametrize(
    "question",
    [
        "gradient clipping?",
        "early stopping",
        "pin_memory?",
        "now quantization",
        "thanks! weight decay?",
        "DDP vs DataParallel",
        "layernorm or batchnorm, which one for transformers",
        "why dropout at all",
        "runtimeerror: expected scalar type float but found double",
        "why is my dataloader so slow",
        "do you know what the forward hook does",
        "they asked me about gradient checkpointing once",
        "what would you say are the advantages of pytorch over tensorflow",
        "different problem: val accuracy is far below train accuracy",
        "what about something else: how do i use tensorboard",
        "with torch.no_grad(): what is this for",
        "acha ye batao, torch.cat aur torch.stack me kya farak hai",
    ],
)
def test_what_names_a_subject_drags_nothing_in(question: str) -> None:
    assert "DataLoader" not in understand(question, LOADER, unsure).text
    assert "workers" not in understand(question, LOADER, unsure).text


@pytest.mark.parametrize(
    "question",
    [
        "does pytorch throw it away after backward?",
        "why doesn't pytorch just clear them automatically after each step",
        "is there any downside",
        "how do i pick the threshold",
        "and what does gamma do",
        "pros and cons?",
        "and a smaller lr for the early layers?",
        "inputs are clean, i looked",
        "yes but my model has two inputs",
        "what if the batch is very small?",
        "ok show me the whole thing with the optimizer",
        "explain like im five",
        "no i mean in plain fp32 training, without a scaler",
        "lequel est plus rapide ?",
        "¿cuál es mejor?",
        "funciona junto com amp?",
        "iska code dikhao",
    ],
)
def test_what_names_a_part_or_points_takes_its_subject_along(question: str) -> None:
    text = understand(question, LOADER, lambda asked: [True for _ in asked]).text
    assert LOADER[0].content in text


@pytest.mark.parametrize(
    "question",
    [
        "sorry, DataLoader again: does the order change",
        "ok last one, back to the DataLoader: does the order change",
        "again about the DataLoader: does the order change",
        "re: the DataLoader, does the order change",
        "remember the DataLoader? does the order change",
    ],
)
def test_a_return_is_known_behind_an_apology(question: str) -> None:
    between = [Turn("user", "other topic: what is dropout"), Turn("assistant", "Zeros.")]
    text = understand(question, [*LOADER, *between], unsure).text
    assert text.startswith(LOADER[0].content)
    assert "dropout" not in text


def test_a_correction_that_chooses_keeps_what_was_asked() -> None:
    history = [*LOADER, Turn("user", "can it skip samples"), Turn("assistant", "Yes.")]
    assert "skip samples" in contextualise("no, i meant the iterable one", history)


@pytest.mark.parametrize(
    "question",
    [
        "layer norm vs group norm",
        "squeeze",
        "my job hangs at the first step, every rank at full load",
        "other run: the loss is stuck from the first step",
        "I have read that torch.load can be dangerous. Is it true?",
        "and what about batch norm, how does that one behave in eval?",
        "what is a VAE, explain it simply",
        "LoRA: which layers do you apply it to?",
        "For segmentation, which loss works best",
        "why do resnets have those 1x1 convs",
        "why does softmax overflow for large inputs",
        "That helps. What is the purpose of nn.Flatten?",
        "what does it mean for an op to be in-place",
    ],
)
def test_what_is_named_within_the_turn_needs_nothing_said_before(question: str) -> None:
    text = understand(question, LOADER, unsure).text
    assert "DataLoader" not in text
    assert "workers" not in text


@pytest.mark.parametrize(
    "question",
    [
        "where does the 1/p in there come from?",
        "how many should i take on a 16 core box",
        "how much memory it needs for 8000 samples?",
        "batch size is already 1!!",
        "my teacher said it is useless, true?",
        "doesnt that leak",
        "what's the shape of the output",
        "is 0 allowed",
        "would a bigger batch help",
        "add comments please",
        "starting from which size",
        "does it matter",
    ],
)
def test_what_names_only_parts_of_what_is_spoken_of_takes_it_along(question: str) -> None:
    text = understand(question, LOADER, lambda asked: [True for _ in asked]).text
    assert LOADER[0].content in text


@pytest.mark.parametrize(
    "question",
    [
        "and the DataLoader, does that shuffle",
        "as for the DataLoader, does it shuffle",
        "you mentioned the DataLoader earlier, does it shuffle",
    ],
)
def test_an_earlier_subject_is_taken_up_by_its_name_alone(question: str) -> None:
    between = [Turn("user", "other topic: what is dropout"), Turn("assistant", "Zeros.")]
    text = understand(question, [*LOADER, *between], unsure).text
    assert text.startswith(LOADER[0].content)
    assert "dropout" not in text
    # What is asked next is asked of the subject taken up.
    after = [*between, Turn("user", question), Turn("assistant", "Yes.")]
    assert LOADER[0].content in understand("why?", [*LOADER, *after], unsure).text


def test_a_request_for_code_takes_nothing_from_what_was_asked_before_it() -> None:
    history = [
        *LOADER,
        Turn("user", "and with several disks?"),
        Turn("assistant", "Shard."),
        Turn("user", "can you show me an implementation of this"),
        Turn("assistant", "```python\nx = 1\n```"),
    ]
    assert "disks" in contextualise("what does line 1 do?", history)
