"""The experiment a visitor is preparing: always well-formed parts, perhaps not yet a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from components import state
from evaluation.errors import InputError
from evaluation.experiment import MEASURES, Experiment
from evaluation.system import Node, System
from evaluation.system_editing import suggested_name


@dataclass(frozen=True)
class Drafted:
    """One system of a draft, with a number that stays its own while the list changes."""

    number: int
    system: System


@dataclass(frozen=True)
class Draft:
    """What is prepared so far. Every change gives a new draft.

    Attributes:
        collection: id of the collection; "" before one is chosen.
        split: which judgements; "" for none.
        systems: in their order.
        measures: the first is the one shown first.
        baseline: number of the system the others are compared with; None for the first.
        name: "" for a name made from the rest.
        seed: of every random choice.
        source: id of the experiment this was copied from; "" otherwise.
        opened: number of the system that is being edited; None for none.
        next: number for the next system.
        left_out: the system that was removed last, and its place in the list; it can be put back.
    """

    collection: str = ""
    split: str = ""
    systems: tuple[Drafted, ...] = ()
    measures: tuple[str, ...] = MEASURES
    baseline: int | None = None
    name: str = ""
    seed: int = 42
    source: str = ""
    opened: int | None = None
    next: int = 0
    left_out: tuple[int, Drafted] | None = None

    def get(self, number: int) -> System:
        """Give a system by its number."""
        for drafted in self.systems:
            if drafted.number == number:
                return drafted.system
        raise InputError("This system was removed from the draft. Add it again.")

    def added(self, system: System, after: int | None = None, opened: bool = False) -> "Draft":
        """Add a system, behind another one or at the end; its name is made to differ."""
        new = Drafted(self.next, replace(system, name=self.free_name(system.name)))
        numbers = [drafted.number for drafted in self.systems]
        place = numbers.index(after) + 1 if after in numbers else len(numbers)
        systems = (*self.systems[:place], new, *self.systems[place:])
        shown = new.number if opened else self.opened
        return replace(self, systems=systems, opened=shown, next=self.next + 1)

    def changed(self, number: int, system: System) -> "Draft":
        """Put an edited system in the place of its earlier self."""
        systems = tuple(
            replace(d, system=system) if d.number == number else d for d in self.systems
        )
        return replace(self, systems=systems)

    def regrown(self, number: int, root: Node, runs: Mapping[str, str]) -> "Draft":
        """Change the tree of a system; a name that was made from the tree follows it.

        Args:
            number: of the system.
            root: the new tree.
            runs: names of the collection's uploaded runs by id.
        """
        system = self.get(number)
        old, name = suggested_name(system.root, runs), system.name
        if name == old or (name.startswith(f"{old} (") and name[len(old) + 2 : -1].isdigit()):
            name = self.removed(number).free_name(suggested_name(root, runs)[:200])
        return self.changed(number, System(name, root))

    def removed(self, number: int) -> "Draft":
        """Leave a system out."""
        return replace(
            self,
            systems=tuple(drafted for drafted in self.systems if drafted.number != number),
            baseline=None if self.baseline == number else self.baseline,
            opened=None if self.opened == number else self.opened,
        )

    def leaving_out(self, number: int) -> "Draft":
        """Leave a system out that can be put back."""
        place = [drafted.number for drafted in self.systems].index(number)
        return replace(self.removed(number), left_out=(place, self.systems[place]))

    def with_it_back(self) -> "Draft":
        """Put the system back that was left out last, where it was; as it is if there is none."""
        if self.left_out is None:
            return self
        place, drafted = self.left_out
        system = replace(drafted.system, name=self.free_name(drafted.system.name))
        back = replace(drafted, system=system)
        systems = (*self.systems[:place], back, *self.systems[place:])
        return replace(self, systems=systems, left_out=None)

    def moved(self, number: int, step: int) -> "Draft":
        """Move a system up (-1) or down (+1) the list, as far as it goes."""
        systems = list(self.systems)
        place = next(i for i, drafted in enumerate(systems) if drafted.number == number)
        drafted = systems.pop(place)
        systems.insert(max(0, place + step), drafted)
        return replace(self, systems=tuple(systems))

    def free_name(self, wanted: str) -> str:
        """Give the wanted name, with a number behind it if it is taken."""
        taken = {drafted.system.name for drafted in self.systems}
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted} ({number})", number + 1
        return name

    def experiment(self, collection_name: str) -> Experiment:
        """Make the experiment. Raises InputError where that cannot be."""
        names = [d.system.name for d in self.systems if d.number == self.baseline]
        return Experiment(
            name=self.name.strip() or self.title(collection_name),
            collection=self.collection,
            split=self.split,
            systems=tuple(drafted.system for drafted in self.systems),
            measures=self.measures,
            baseline=next(iter(names), ""),
            seed=self.seed,
        )

    def title(self, collection_name: str) -> str:
        """Name the experiment after what is in it."""
        count = len(self.systems)
        what = self.systems[0].system.name if count == 1 else f"{count} systems"
        return f"{what} on {collection_name}"[:200]


def draft_of(experiment: Experiment, source: str = "") -> Draft:
    """Make a draft with everything an experiment holds, to edit a copy of it."""
    systems = tuple(Drafted(number, system) for number, system in enumerate(experiment.systems))
    names = [system.name for system in experiment.systems]
    named = experiment.baseline in names
    return Draft(
        collection=experiment.collection,
        split=experiment.split,
        systems=systems,
        measures=experiment.measures,
        baseline=names.index(experiment.baseline) if named else None,
        name=f"{experiment.name} (copy)"[:200] if source else experiment.name,
        seed=experiment.seed,
        source=source,
        next=len(systems),
    )


def current() -> Draft:
    """Give the draft of this visit."""
    found = state.draft("experiment", Draft())
    return found if isinstance(found, Draft) else Draft()


def keep(draft: Draft) -> None:
    """Make a draft the one of this visit."""
    state.keep_draft("experiment", draft)


def change(**values: object) -> None:
    """Change plain attributes of the draft of this visit."""
    keep(replace(current(), **values))  # type: ignore[arg-type]
