"""What was asked for, kept in the data folder, so that the same command goes on and no other one mixes in."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deployments.demo.filling import is_empty
from deployments.demo.post import only_spool
from deployments.simulate.years import Plan
from domain.settings import Settings
from domain.store.store import Store

RECORD: Final = "simulation.json"


class CannotSimulate(Exception):
    """This install is not to be lived in; ``key`` names the sentence that says why (``simulate.…``)."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def keep_plan(folder: Path, store: Store, settings: Settings, plan: Plan) -> None:
    """Note the plan in an empty install; in one that was begun it must be the same. CannotSimulate otherwise."""
    if not only_spool(settings):
        raise CannotSimulate("not-only-spool")
    if plan.begin < plan.programme.valid_from:
        raise CannotSimulate("not-begun", day=plan.programme.valid_from.isoformat())
    file, wanted = folder / RECORD, _record(plan)
    if file.exists():
        changed = ", ".join(_differing(json.loads(file.read_text(encoding="utf-8")), wanted))
        if changed:
            raise CannotSimulate("other-plan", changed=changed)
        return
    if not is_empty(store):
        raise CannotSimulate("not-empty")
    file.write_text(json.dumps(wanted, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _record(plan: Plan) -> dict[str, str | int]:
    behaviour = plan.behaviour.model_dump_json()
    return {
        "programme": plan.programme.name, "children": plan.size.children, "volunteers": plan.size.volunteers,
        "years": plan.years, "seed": plan.seed, "begin": plan.begin.isoformat(),
        "behaviour": hashlib.sha256(behaviour.encode()).hexdigest(),
        "content": hashlib.sha256(plan.programme.model_dump_json().encode()).hexdigest(),
    }  # fmt: skip


def _differing(kept: dict[str, str | int], wanted: dict[str, str | int]) -> Iterator[str]:
    yield from (name for name in wanted if kept.get(name) != wanted[name])
