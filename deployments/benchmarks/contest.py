"""Several ways of doing the same, measured side by side: interleaved in blocks, so that a busy machine is fair."""

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Contender = Callable[[], int]


def _rest() -> None:
    """Nothing is to be brought back."""


@dataclass
class Contest:
    """The seconds each contender has taken, and for how many messages."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def block(
        self, contenders: Mapping[str, Contender], *, backwards: bool = False, before: Callable[[], None] = _rest
    ) -> None:
        """Let each do its part, one after the other; a contender says how many messages that were.

        ``before`` each of them, unmeasured: what brings back how it was.
        """
        for name in reversed(list(contenders)) if backwards else contenders:
            before()
            gc.collect()
            started = time.perf_counter()
            self.counts[name] += contenders[name]()
            self.seconds[name] += time.perf_counter() - started

    def rate(self, name: str) -> float:
        """Messages a second."""
        return self.counts[name] / self.seconds[name]

    def ratio(self, one: str, other: str) -> float:
        """How many times as fast one is as the other."""
        return self.rate(one) / self.rate(other)

    def line(self) -> str:
        """Every contender's rate."""
        return ", ".join(f"{name} {self.rate(name):.0f}/s" for name in self.seconds)
