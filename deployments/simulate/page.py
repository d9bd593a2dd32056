"""One page of what a simulation came to: verdict, figures, charts. It needs nothing beside itself, and prints."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from deployments.simulate.charts import COLOURS, Series, lines, spoken, stacked
from deployments.simulate.figures import LATER, LEVELS, STAGES, Figures
from domain.store.lifetime import ENDS, LATE, KindOfDuty, Year
from domain.words import say

Value = Callable[[Year], float]
Drawing = Callable[[Sequence[str], Sequence[Series]], str]


class Chart(NamedTuple):
    """A picture with what it is called, its legend, and the numbers in it."""

    title: str
    note: str
    picture: Markup
    legend: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def written_page(figures: Figures, behaviour: str, language: str) -> str:
    """The page as text; ``behaviour`` is shown as it was written."""
    page = _Page(figures, language)
    here = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
    return here.get_template("page.html").render(
        say=page.say, language=language, title=figures.plan.programme.title.say(language), plan=figures.plan,
        report=figures.report, facts=spoken(figures.lived.facts), sums=tuple(page.sums()), charts=tuple(page.charts()),
        kinds=tuple(page.kinds()), behaviour=behaviour,
        breaches=[each.sentence(language) for each in figures.report.breaches[:50]],
        concerns=[each.sentence(language) for each in figures.report.concerns[:50]],
    )  # fmt: skip


class _Page:
    """The parts of the page, in a language."""

    def __init__(self, figures: Figures, language: str) -> None:
        self.figures, self.language = figures, language
        self.years = figures.lived.years
        self.labels = [_label(year.begins) for year in self.years]

    def say(self, key: str, **values: object) -> str:
        """A sentence of the simulation."""
        return say(self.language, f"simulate.{key}", **values)

    def sums(self) -> Iterator[tuple[str, str]]:
        """The figures that stand at the top."""
        figures, ends = self.figures, self.figures.ends
        yield self.say("sum-cases"), spoken(figures.lived.cases)
        yield self.say("sum-duties"), spoken(sum(year.opened for year in self.years))
        for how, count in ends.items():
            yield self.say(f"end-{how}"), spoken(count)
        yield self.say("end-open"), spoken(figures.open_duties)
        yield self.say("sum-climbs"), spoken(sum(year.climbs.total() for year in self.years))
        yield self.say("sum-successions"), spoken(sum(year.successions for year in self.years))
        yield self.say("sum-messages"), spoken(sum(year.messages for year in self.years))
        yield self.say("sum-messages-month"), f"{figures.messages_a_month:.1f}"

    def charts(self) -> Iterator[Chart]:
        """Every chart."""
        yield self._stacked("stages", {self.say(f"stage-{stage}"): _stage(stage) for stage in STAGES})
        yield self._stacked("ends", {self.say(f"end-{how}"): _end(how) for how in ENDS.values()})
        late = {
            self.say("late-0"): _late(LATE[0]),
            self.say("late-7"): _late(LATE[1]),
            self.say("late-30"): _late(LATE[2]),
        }
        yield self._stacked("lateness", {**late, self.say("late-more"): _late(LATER)})
        found = [level for level in LEVELS if any(year.climbs[level] for year in self.years)]
        yield self._stacked("climbs", {self.say(f"level-{level}"): _climb(level) for level in found})
        yield self._lines("messages", {
            self.say("messages-mean"): lambda year: year.messages_a_month,
            self.say("messages-most"): lambda year: year.most_in_a_month,
        })  # fmt: skip
        yield self._lines("ties", {
            self.say("ties-begun"): lambda year: year.ties_begun, self.say("ties-ended"): lambda year: year.ties_ended,
            self.say("successions"): lambda year: year.successions,
        })  # fmt: skip

    def kinds(self) -> Iterator[tuple[str, ...]]:
        """A row for each kind of duty, by its title, most first."""
        found = sorted(self.figures.lived.kinds.items(), key=lambda item: (-item[1].ends.total(), item[0]))
        for kind, each in found:
            yield (self._title(kind), *(spoken(each.ends[how]) for how in ENDS.values()), *_lateness(each))

    def _title(self, kind: str) -> str:
        duty = self.figures.plan.programme.duties.get(kind)
        return duty.title.say(self.language) if duty is not None else kind

    def _stacked(self, name: str, values: dict[str, Value]) -> Chart:
        return self._chart(name, stacked, values)

    def _lines(self, name: str, values: dict[str, Value]) -> Chart:
        return self._chart(name, lines, values)

    def _chart(self, name: str, draw: Drawing, values: dict[str, Value]) -> Chart:
        series = [Series(title, [value(year) for year in self.years]) for title, value in values.items()]
        rows = [
            (label, *(spoken(round(each.values[place], 1)) for each in series))
            for place, label in enumerate(self.labels)
        ]
        return Chart(
            self.say(f"chart-{name}"), self.say(f"chart-{name}-note"), Markup(draw(self.labels, series)),
            list(zip(values, COLOURS, strict=False)), [self.say("year"), *values], rows,
        )  # fmt: skip


def _label(begins: date) -> str:
    return str(begins.year)


def _stage(stage: str) -> Value:
    return lambda year: year.stages[stage]


def _end(how: str) -> Value:
    return lambda year: year.ends[how]


def _late(days: int) -> Value:
    return lambda year: year.late[days]


def _climb(level: str) -> Value:
    return lambda year: year.climbs[level]


def _lateness(kind: KindOfDuty) -> tuple[str, str]:
    share = f"{100 * kind.late / kind.answered:.0f} %" if kind.answered else "—"
    return share, f"{kind.days_late / kind.late:.1f}" if kind.late else "—"
