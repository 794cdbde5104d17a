"""Reading what a language model replied: an order, or a choice, and what it thought before.

Models reply in many ways. What can be read is taken; what cannot is told apart, never guessed.
"""

import re
from dataclasses import dataclass

OPEN, CLOSED = re.compile(r"<think>", re.I), re.compile(r"</think>", re.I)
ANSWER = re.compile(r"<answer>(.*?)</answer>", re.I | re.S)
BRACKETED = re.compile(r"\[\s*([0-9]{1,6})\s*\]")
CHAIN = re.compile(r"[0-9]{1,6}(?:\s*>\s*[0-9]{1,6})+")
PLAIN = re.compile(r"[0-9]{1,6}(?:[\s,]+[0-9]{1,6})*")
NUMBER = re.compile(r"[0-9]{1,6}")
CHOICE = re.compile(r"\s*(?:\[\s*([0-9]{1,6})\s*\]|([0-9]{1,6}))\s*")


@dataclass(frozen=True)
class Reading:
    """What a reply says.

    Attributes:
        order: all places from 0, best first; as they were where the reply could not be read.
        reasoning: what the model wrote before its answer; "" for nothing.
        malformed: whether the reply could not be read.
    """

    order: list[int]
    reasoning: str = ""
    malformed: bool = False


def read_order(reply: str, count: int) -> Reading:
    """Read `[3] > [1] > ...`, the numbers of `count` passages, best first.

    Numbers without brackets are read where they stand in a chain, or alone. Repeated ones count
    once, ones that are no passage are ignored, and passages that are left out follow in the order
    they had. A reply that names no passage at all is malformed.
    """
    reasoning, answer = _parted(reply)
    inner = ANSWER.findall(answer)
    named = _numbers(inner[-1] if inner else answer)
    order = list(dict.fromkeys(number - 1 for number in named if 1 <= number <= count))
    rest = [place for place in range(count) if place not in set(order)]
    return Reading(order + rest, reasoning, not order)


def read_choice(reply: str, count: int) -> Reading:
    """Read `<think>...</think><answer>[i]</answer>`: the chosen one first, the others as they were.

    The reasoning may be missing, or stand before the answer without its marks. Without exactly
    one number of a passage in the last answer the reply is malformed.
    """
    reasoning, answer = _parted(reply)
    blocks = list(ANSWER.finditer(answer))
    if blocks and not reasoning:
        reasoning = answer[: blocks[0].start()].strip()
    found = CHOICE.fullmatch(blocks[-1].group(1)) if blocks else None
    chosen = int(found.group(1) or found.group(2)) - 1 if found else -1
    places = list(range(count))
    if not 0 <= chosen < count:
        return Reading(places, reasoning, True)
    return Reading([chosen, *places[:chosen], *places[chosen + 1 :]], reasoning)


def _parted(reply: str) -> tuple[str, str]:
    """Part reasoning and answer; reasoning that never ended leaves no answer.

    Some models are started with the opening mark, so that only the closing one is in the reply.
    """
    ends = [match.span() for match in CLOSED.finditer(reply)]
    if ends:
        start, end = ends[-1]
        return OPEN.sub("", reply[:start], 1).strip(), reply[end:]
    opened = OPEN.search(reply)
    return (reply[opened.end() :].strip(), "") if opened else ("", reply)


def _numbers(answer: str) -> list[int]:
    found = BRACKETED.findall(answer)
    if not found:
        chain = CHAIN.search(answer) or PLAIN.fullmatch(answer.strip())
        found = NUMBER.findall(chain.group()) if chain else []
    return [int(number) for number in found]
