"""A programme in plain words: lengths, moments, triggers, owners, as an office would say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from dateutil.rrule import rrulestr

from domain.calendar import FESTIVALS
from domain.programme.course import raising
from domain.programme.schema import Consequence, Desk, Helper, Paper, Programme, Role, Rung, TimeOfYear, Words
from domain.programme.spans import Length, Offset
from domain.words import say

_EXAMPLES_FROM: Final = datetime(2026, 1, 1, tzinfo=UTC)

MOST_NAMED: Final = 4
"""Of more things than that a sentence names only the first ones."""


@dataclass(frozen=True)
class Plain:
    """The words of one programme in one language."""

    programme: Programme
    language: str

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of ``diff.*.yaml``."""
        return say(self.language, f"diff.{key}", **values)

    def words(self, words: Words) -> str:
        """Words of the file itself."""
        return words.say(self.language)

    def listed(self, words: Iterable[str]) -> str:
        """Several things in a row."""
        return say(self.language, "story.and").join(words)

    def some(self, words: Iterable[str]) -> str:
        """Several things in a row; of many the first, and how many there are."""
        each = list(dict.fromkeys(words))
        if len(each) <= MOST_NAMED:
            return self.listed(each)
        return self.say("some-of", first=self.listed(each[:MOST_NAMED]), count=len(each))

    def yes(self, *, value: bool) -> str:
        """Yes or no."""
        return say(self.language, f"story.{'yes' if value else 'no'}")

    def length(self, length: Length) -> str:
        """``3 working days``."""
        if self.language == "en":
            return str(length)
        return say(self.language, f"story.span-{length.unit.value.replace(' ', '-')}", count=length.amount)

    def _offset(self, at: Offset) -> str:
        if at.length.amount == 0:
            return say(self.language, "story.place-due")
        key = "story.place-before" if at.before else "story.place-after"
        return say(self.language, key, span=self.length(at.length))

    def titled(self, things: Mapping[str, object], key: str) -> str:
        """What a thing is called; its key where it has no name."""
        thing = things.get(key)
        words = thing if isinstance(thing, Words) else getattr(thing, "title", None)
        return self.words(words) if isinstance(words, Words) else key

    def role(self, key: str) -> str:
        """What a role is called."""
        return self.titled(self.programme.roles, key)

    def duty(self, key: str) -> str:
        """What a duty is called, in quotes."""
        return self.say("quoted", what=self.titled(self.programme.duties, key))

    def duties(self, keys: Iterable[str]) -> str:
        """Several duties."""
        return self.some(self.duty(key) for key in keys)

    def kinds(self, keys: Iterable[str]) -> str:
        """Kinds of cases; all of them where none is named."""
        named = [self.titled(self.programme.eligible.kinds, key) for key in keys]
        return self.listed(named) if named else self.say("all-kinds")

    def stage(self, stage: str) -> str:
        """What a stage is called."""
        return say(self.language, f"story.stage-{stage}")

    def level(self, level: str) -> str:
        """What a level of the tree is called."""
        return say(self.language, f"story.level-{level}")

    def day(self, written: str, from_festival: int = 0) -> str:
        """A day of the year, or a festival, or so many days after it (before it where negative)."""
        if written in FESTIVALS:
            festival = self.say(f"festival-{written}")
            side = "before" if from_festival < 0 else "after"
            return self.say(f"days-{side}", days=abs(from_festival), festival=festival) if from_festival else festival
        month, day = written.split("-")
        return self.say("day-of-year", month=int(month), day=int(day))

    def rule(self, rule: str) -> str:
        """How a recurrence rule goes: how often, and the days on which it falls first."""
        parts = dict(part.split("=", 1) for part in rule.upper().split(";"))
        days = self.listed(f"{day:%Y-%m-%d}" for day in islice(rrulestr(rule, dtstart=_EXAMPLES_FROM), MOST_NAMED))
        if parts.get("INTERVAL", "1") == "1":
            return self.say(f"rule-{parts['FREQ'].lower()}", days=days)
        return self.say("rule-some", every=parts["INTERVAL"], days=days)

    def trigger(self, trigger: str) -> str:
        """What has to happen."""
        word, _, name = trigger.partition(":")
        if not name:
            return self.say(f"when-{word}")
        match word:
            case "met" | "refused" | "lapsed":
                return self.say(f"when-{word}", what=self.duty(name))
            case "raised":
                return self._raised(name)
            case "life-stage":
                return self.say("when-life-stage", what=self.titled(self.programme.life, name))
            case "risk":
                return self.say("when-risk", what=self.titled(self.programme.risks, name))
            case "invited":
                return self.say("when-invited", what=self.kinds([name]))
            case _:
                return self.say(f"when-{word}-role", what=self.role(name))

    def _raised(self, name: str) -> str:
        late = self.programme.lateness
        causes = [self.say("when-late")] if late is not None and late.raises == name else []
        duties = list(raising(self.programme, name))
        causes += [self.say("when-raised", what=self.duties(duties))] if duties else []
        return self.say("or").join(causes)

    def triggers(self, triggers: Iterable[str]) -> str:
        """Any of these."""
        return self.say("or").join(map(self.trigger, triggers))

    def rung(self, rung: Rung) -> str:
        """One step of a ladder."""
        when = self._offset(rung.at) if rung.at is not None else say(self.language, "story.place-at-once")
        words = [self.say("rung-climbs", when=when, level=self.level(rung.climb)) if rung.climb else
                 self.say("rung-reminds", when=when)]  # fmt: skip
        if rung.copy_to:
            words.append(self.say("rung-copies", roles=self.listed(map(self.role, rung.copy_to))))
        if rung.acknowledged_for is not None:
            words.append(self.say("rung-acknowledged", length=self.length(rung.acknowledged_for)))
        if rung.repeat is not None:
            words.append(self.say("rung-repeats", length=self.length(rung.repeat)))
        if rung.urgent:
            words.append(self.say("rung-urgent"))
        return self.say("comma").join(words)

    def filled_by(self, role: Role) -> str:
        """Who fills a role."""
        match role:
            case Desk():
                key = "by-receiving-desk" if role.of == "transfer" else "by-desk"
                return self.say(key, level=self.level(role.desk))
            case Helper() if role.tie == "several":
                return self.say("by-several", least=role.least, most=role.most)
            case Helper():
                return self.say("by-one")
            case _:
                return self.say("by-proposal")

    def helper_kinds(self, keys: Iterable[str]) -> str:
        """Kinds of helpers; any where none is named."""
        named = [self.titled(self.programme.helpers, key) for key in keys]
        return self.listed(named) if named else self.say("any-helper")

    def papers(self, keys: Iterable[str]) -> str:
        """Papers by their names."""
        return self.listed(self.titled(self.programme.papers, key) for key in keys) or self.say("none")

    def lasts(self, paper: Paper) -> str:
        """How long a paper is good for."""
        return self.length(paper.lasts) if paper.lasts is not None else self.say("for-good")

    def time_of_year(self, time: TimeOfYear) -> str:
        """When in the year it is."""
        if time.around is not None:
            festival = self.say(f"festival-{time.around}")
            return self.say("around", festival=festival, before=time.days_before, after=time.days_after)
        return self.say("between", first=self.day(str(time.begins)), last=self.day(str(time.ends)))

    def conditions(self, duty: str, consequence: Consequence) -> str:
        """What has to be answered."""
        said = [self._condition(duty, key, wanted) for key, wanted in consequence.when.items()]
        return self.say("comma").join(said) or self.say("whatever-is-answered")

    def _condition(self, duty: str, key: str, wanted: bool | int | str | tuple[str, ...]) -> str:
        question = self.programme.duties[duty].asks[key]
        if isinstance(wanted, bool):
            value = self.yes(value=wanted)
        else:
            options = wanted if isinstance(wanted, tuple) else (str(wanted),)
            value = self.say("or").join(self.titled(question.options, option) for option in options)
        return self.say("condition", question=self.words(question.title), value=value)

    def follows(self, consequence: Consequence) -> str:
        """What an answer brings about."""
        said: list[str] = []
        if consequence.raises is not None:
            opened = self.programme.opened_by.get(f"raised:{consequence.raises}", ())
            said.append(self.say("brings-duties", what=self.duties(opened)))
        if consequence.risk is not None:
            said.append(self.say("brings-risk", what=self.titled(self.programme.risks, consequence.risk)))
        if consequence.move is not None:
            said.append(self.say(f"brings-{consequence.move.value}"))
        if consequence.refuses:
            said.append(self.say("brings-refusal"))
        if consequence.releases is not None:
            said.append(self.say("brings-release", what=self.role(consequence.releases)))
        return self.say("comma").join(said)
