"""``bench answers`` with few volunteers: real pages in a process of their own, and what went wrong is seen."""

import pytest
from support.programmes import linyi

from deployments.benchmarks import answers
from domain import clock
from domain.ids import DutyId

pytestmark = pytest.mark.timeout(240)


def test_every_answer_is_kept_once_though_each_is_posted_twice() -> None:
    said: list[str] = []
    found = answers.measure(linyi(), clock.now(), people=8, times=2, say=said.append)
    assert "303: 8, 409: 8" in said[0]
    assert {each.name: each.ratio for each in found[1:]} == {"answers-lost sqlite": 0, "answers-twice sqlite": 0}


def test_answers_that_do_not_arrive_are_counted_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_port: int, forms: list[tuple[DutyId, str, str]]) -> list[answers.Posted]:
        return [answers.Posted(0, 9.0)] * len(forms)

    monkeypatch.setattr(answers, "_at_once", nobody)
    slow, lost, twice = answers.measure(linyi(), clock.now(), people=3, times=1, say=print)
    assert (slow.is_met, lost.ratio, twice.ratio) == (False, 3, 0)
