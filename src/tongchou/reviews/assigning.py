"""Who scores what: n experts for each case, within loads, by speciality, spread over places. Pure and reproducible.

Cases with the fewest experts to choose from come first; each takes the best experts open to it. What is then still missing
is looked for by changing places: an expert with room takes over a case from one without, who thereby becomes free (the
augmenting path of a flow). So a place stays empty only where no exchange whatever could fill it, and the gap says why.

The same input and seed give the same proposal; the seed only decides between equals.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Points for choosing an expert; a full load costs as much as LOAD.
TASK, WORD, MOST_WORDS = 40, 15, 2
SAME_PLACE, SAME_EMPLOYER, LOAD = 25, 60, 60


@dataclass(frozen=True, slots=True)
class Case:
    """A case that needs ``needs`` more experts; ``barred`` may not score it, ``held`` do so already."""

    pk: int
    needs: int
    task: str = ""
    words: str = ""
    barred: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Expert:
    """An expert who carries ``load`` duties of ``cap`` now; ``place`` and ``employer`` are empty where unknown."""

    pk: int
    cap: int
    load: int = 0
    tasks: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    place: str = ""
    employer: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Why an expert was chosen: the task is a speciality, so are these words; from a place of which no other of the case is."""

    expert: int
    task: bool
    words: tuple[str, ...]
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """``missing`` experts of a case that nobody can fill: so many are barred, so many already score it, so many are full."""

    case: int
    missing: int
    barred: int
    held: int
    full: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The experts chosen for each case, the gaps, and the load of each expert thereafter."""

    chosen: dict[int, list[Choice]]
    gaps: list[Gap]
    loads: dict[int, int]


def solve(cases: Sequence[Case], experts: Sequence[Expert], *, seed: int) -> Proposal:
    """Propose experts for ``cases``. Both are put in order of their numbers first, so the order given is no matter."""
    return _Solver(sorted(cases, key=lambda c: c.pk), sorted(experts, key=lambda e: e.pk), seed).solved()


class _Solver:
    def __init__(self, cases: list[Case], experts: list[Expert], seed: int) -> None:
        self.cases, self.experts = cases, experts
        self.size = len(experts)
        self.at = {expert.pk: i for i, expert in enumerate(experts)}
        self.loads = [expert.load for expert in experts]
        self.chosen: list[list[int]] = [[] for _ in cases]
        self.has = [0] * len(cases)
        self.can = [self._open_to(case) for case in cases]
        self.of: list[set[int]] = [set() for _ in experts]
        self.dead = 0
        self.words = sorted({word for expert in experts for word in expert.words})
        self._points: dict[tuple[str, frozenset[str]], list[int]] = {}
        self.costs = [0.0] * self.size
        self.full: set[int] = set()
        for i in range(self.size):
            self._weigh(i)
        draws = [i / self.size for i in range(self.size)]
        Random(seed).shuffle(draws)  # noqa: S311 - a draw between equals, no secret
        self.draws = draws + draws

    def solved(self) -> Proposal:
        by_choice = sorted(range(len(self.cases)), key=lambda c: (self.can[c].bit_count(), c))
        for turn, number in enumerate(by_choice):
            self._take_best(number, turn)
        gaps = []
        for number in by_choice:
            case = self.cases[number]
            while len(self.chosen[number]) < case.needs and self._exchange(number):
                pass
            if (missing := case.needs - len(self.chosen[number])) > 0:
                gaps.append(self._gap(number, missing))
        return Proposal(
            {case.pk: list(self._said(n)) for n, case in enumerate(self.cases) if self.chosen[n]},
            sorted(gaps, key=lambda gap: gap.case),
            {expert.pk: self.loads[i] for i, expert in enumerate(self.experts)},
        )

    def _open_to(self, case: Case) -> int:
        mask = (1 << self.size) - 1
        for pk in case.barred | case.held:
            if pk in self.at:
                mask &= ~(1 << self.at[pk])
        return mask

    def _points_for(self, case: Case) -> list[int]:
        held = frozenset(word for word in self.words if word in case.words)
        if (case.task, held) not in self._points:
            self._points[case.task, held] = [
                TASK * (case.task in e.tasks) + WORD * min(len(held.intersection(e.words)), MOST_WORDS)
                for e in self.experts
            ]
        return self._points[case.task, held]

    def _take_best(self, number: int, turn: int) -> None:
        """Choose from the best downward; what the experts chosen so far cost a candidate only ever lowers it."""
        case, experts = self.cases[number], self.experts
        closed = self.full | {self.at[pk] for pk in case.barred | case.held if pk in self.at}
        first = turn % self.size if self.size else 0
        draw = self.draws[first : first + self.size]
        rows = enumerate(zip(self._points_for(case), self.costs, draw, strict=True))
        scores = sorted(
            ((points - cost - chance, i) for i, (points, cost, chance) in rows if i not in closed),
            reverse=True,
        )
        held = [experts[self.at[pk]] for pk in sorted(case.held) if pk in self.at]
        places, employers = {e.place for e in held} - {""}, {e.employer for e in held} - {""}
        while len(self.chosen[number]) < case.needs and scores:
            best, place_in_list = -1e9, 0
            for position, (score, i) in enumerate(scores):
                if score <= best:
                    break
                cost = SAME_PLACE * (experts[i].place in places)
                cost += SAME_EMPLOYER * (experts[i].employer in employers)
                if score - cost > best:
                    best, place_in_list = score - cost, position
            _score, taken = scores.pop(place_in_list)
            self._give(number, taken)
            places |= {experts[taken].place} - {""}
            employers |= {experts[taken].employer} - {""}

    def _give(self, number: int, expert: int) -> None:
        self.chosen[number].append(expert)
        self.has[number] |= 1 << expert
        self.of[expert].add(number)
        self.loads[expert] += 1
        self._weigh(expert)

    def _take(self, number: int, expert: int) -> None:
        self.chosen[number].remove(expert)
        self.has[number] &= ~(1 << expert)
        self.of[expert].discard(number)
        self.loads[expert] -= 1
        self._weigh(expert)

    def _weigh(self, expert: int) -> None:
        cap, load = self.experts[expert].cap, self.loads[expert]
        self.costs[expert] = LOAD * load / max(cap, 1)
        if load < cap:
            self.full.discard(expert)
        else:
            self.full.add(expert)

    def _exchange(self, number: int) -> bool:
        """Fill one place of a case by a chain of experts who each take over from the one before; False: there is none."""
        seen = self.can[number] & ~self.has[number] & ~self.dead
        came: dict[int, tuple[int, int]] = {}  # expert -> (case he takes, expert who leaves it)
        waiting = deque((i, number) for i in _bits(seen))
        for i, _case in waiting:
            came[i] = (number, -1)
        while waiting:
            expert, _case = waiting.popleft()
            if self.loads[expert] < self.experts[expert].cap:
                self._pass_along(expert, came)
                return True
            for other in sorted(self.of[expert]):
                fresh = self.can[other] & ~self.has[other] & ~seen & ~self.dead
                seen |= fresh
                for i in _bits(fresh):
                    came[i] = (other, expert)
                    waiting.append((i, other))
        self.dead |= seen  # all full, and so is everyone who could take over from them
        return False

    def _pass_along(self, expert: int, came: dict[int, tuple[int, int]]) -> None:
        while expert >= 0:
            case, leaving = came[expert]
            if leaving >= 0:
                self._take(case, leaving)
            self._give(case, expert)
            expert = leaving

    def _gap(self, number: int, missing: int) -> Gap:
        case = self.cases[number]
        barred = sum(1 for pk in case.barred - case.held if pk in self.at)
        held = sum(1 for pk in case.held if pk in self.at)
        open_to_it = self.size - barred - held
        return Gap(case.pk, missing, barred, held, open_to_it - len(self.chosen[number]))

    def _said(self, number: int) -> Iterator[Choice]:
        case = self.cases[number]
        all_of_it = [*self.chosen[number], *(self.at[pk] for pk in case.held if pk in self.at)]
        for i in sorted(self.chosen[number]):
            expert = self.experts[i]
            others = {self.experts[o].place for o in all_of_it if o != i}
            yield Choice(
                expert.pk,
                case.task in expert.tasks,
                _shared(expert, case),
                bool(expert.place) and expert.place not in others,
            )


def _shared(expert: Expert, case: Case) -> tuple[str, ...]:
    """The expert's free words that stand in what is known of the case."""
    return tuple(word for word in expert.words if word in case.words)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
