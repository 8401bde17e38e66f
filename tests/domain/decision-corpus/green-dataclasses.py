from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
import itertools


@dataclass
class Row:
    name: str
    points: list[int] = field(default_factory=list)

    def __str__(self):
        return f"{self.__class__.__name__} {self.name}"


@lru_cache
def score(points):
    return sum(itertools.accumulate(points))


def run_tool(input_dir, output_dir):
    groups = defaultdict(list)
    groups["a"].append(Row("Ada", [1, 2]))
    return f"<p>{Counter(str(row) for rows in groups.values() for row in rows)} {score((1, 2))}</p>"
