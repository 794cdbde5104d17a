"""Finding the best few by a heap whose nodes have many children, one question per node."""

from collections.abc import Generator

from evaluation.ranking_by_model.sorting import Items, Sorting


def heap_sort(count: int, children: int, top: int) -> Sorting:
    """Find the best of the items 0 to count - 1 (Zhuang and others, SIGIR 2024).

    Each question is about a node and its children; only the first of the answer counts. Items are
    asked about in their present order, so that whoever always picks the first changes nothing.

    Args:
        count: how many items there are, in their present order.
        children: of a node; a question is about one item more.
        top: how many are sorted; the others follow in their present order.
    """
    heap = list(range(count))
    for node in reversed(range((count - 2) // children + 1)):
        yield from _sink(heap, node, children)
    best: Items = []
    while heap and len(best) < top:
        best.append(heap[0])
        last = heap.pop()
        if heap:
            heap[0] = last
            if len(best) < top:
                yield from _sink(heap, 0, children)
    return best + sorted(set(range(count)) - set(best))


def _sink(heap: Items, node: int, children: int) -> Generator[Items, Items, None]:
    """Let the item at a node sink until none of its children is better."""
    while node * children + 1 < len(heap):
        first = node * children + 1
        below = range(first, min(first + children, len(heap)))
        told = yield sorted([heap[node], *(heap[place] for place in below)])
        best = heap.index(told[0])
        if best == node:
            return
        heap[node], heap[best] = heap[best], heap[node]
        node = best
