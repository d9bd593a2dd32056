"""A hundred seeds, each with another behaviour and another programme: whatever people do, every promise is kept."""

from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.lives import behaving, empty_store, forgotten, live, planned, programmes, proved

from deployments.simulate.behaviour import Behaviour

LOOKS: Final = 10
SEEDS: Final = 100


def share(most: int = 100) -> st.SearchStrategy[int]:
    return st.integers(0, most)


@st.composite
def behaviours(draw: st.DrawFn) -> Behaviour:
    """People of every sort, offices that sleep, machines that stand still; more happens than in any real year."""
    late, never = draw(share(60)), draw(share(40))
    helpers: dict[str, Any] = {
        "habits": {"all": {"of": 100, "late": late, "never": never}}, "days_late": draw(st.integers(1, 90)),
        "troubled": draw(share(30)), "urgent": draw(share(20)), "ill": draw(st.integers(0, 800)),
        "leave": draw(st.integers(0, 500)), "leave_announced": draw(share()), "leave_succeeded": draw(share()),
        "asked_decline": draw(share(50)), "asked_silent": draw(share(50)), "asked_days": draw(st.integers(1, 20)),
    }  # fmt: skip
    climbed = draw(st.lists(share(20), min_size=5, max_size=5))
    names = ("acknowledged", "owner_roused", "done_at_desk", "excused", "helper_replaced")
    office: dict[str, Any] = {
        "empty": draw(share()), "late": draw(share(60)), "never": draw(share(40)),
        "climbed": dict(zip(names, climbed, strict=True)), "pair_every": draw(st.integers(1, 60)),
        "proposal_declined": draw(share(50)), "proposal_never": draw(share(50)), "away": draw(st.integers(0, 800)),
        "bind_days": draw(st.integers(1, 30)), "activities": draw(st.integers(0, 300)),
    }  # fmt: skip
    families = {
        "survey_days": draw(st.integers(0, 40)), "doubtful": draw(share()), "risk": draw(st.integers(0, 900)),
        "move": draw(st.integers(0, 900)), "move_declined": draw(share()), "leave": draw(st.integers(0, 200)),
        "come_back": draw(st.integers(0, 900)), "established": draw(share()),
    }  # fmt: skip
    machine = {
        "round_every": draw(st.sampled_from((1, 2, 3, 7, 15, 30, 60))), "outages": draw(st.integers(0, 20)),
        "outage_days": draw(st.integers(1, 60)),
    }  # fmt: skip
    telling = {"refused": draw(share(50)), "delayed": draw(share(50))}
    return behaving(helpers=helpers, office=office, families=families, machine=machine, telling=telling)


@settings(max_examples=SEEDS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6), behaviour=behaviours(), programme=st.sampled_from(sorted(programmes())),
    children=st.integers(1, 3), volunteers=st.integers(1, 6),
)  # fmt: skip
def test_whatever_people_do_the_audit_finds_nothing_broken(
    seed: int, behaviour: Behaviour, programme: str, children: int, volunteers: int
) -> None:
    store = empty_store()
    plan = planned(programme, children=children, volunteers=volunteers, years=5, seed=seed, behaviour=behaviour)
    years = live(store, plan, LOOKS)
    assert proved(store, years).breaches == []
    assert years.set_aside == 0
    assert forgotten(store, years) == []
    store.engine.dispose()
