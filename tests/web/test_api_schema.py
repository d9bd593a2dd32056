"""The API does what its description says, whatever is sent: made-up requests, legal and illegal, by the hundred."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from support.office import ZHOU
from support.programs import HERS, NOW, bearer, open_two_counties, program
from support.site import Clock, site_over

from web.api.app import PATH
from web.app import application
from web.attempts import Attempts
from web.site import Site

SEED: Final = 20261122
EXAMPLES: Final = 8
"""For each address, beside those that cover each parameter's edges; a run takes about half a minute."""

REAL: Final[dict[str, Any]] = {
    "path.case": HERS, "path.person": ZHOU, "path.message": 1, "path.programme": "linyi-1204@1",
}  # fmt: skip
"""What there is: who only makes names up is never let in."""

LIKELY: Final = {200, 401, 404, 405, 409, 422}
"""What has to come up on the way, or too little was tried."""


class Patient(Attempts):
    """So many tokens that do not hold are tried here that an address would have to wait."""

    def too_many(self, address: str, now: datetime) -> bool:
        """Never."""
        return False


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    store = open_two_counties(f"sqlite:///{tmp_path / 'shouwang.sqlite'}")
    yield replace(site_over(store, Clock(NOW), "http://testserver", tmp_path / "spool"), wrong_tokens=Patient())
    store.engine.dispose()


def described(site: Site, parameters: dict[str, Any]) -> Any:
    """The API's own description, to be tried with a coordinator's token."""
    config = SchemathesisConfig(seed=SEED)
    project = config.projects.default
    project.headers = bearer(program(site.store))
    project.parameters = parameters
    project.generation.max_examples = EXAMPLES
    project.generation.database = "none"
    project.generation.no_shrink = True
    return schemathesis.openapi.from_asgi(f"{PATH}/openapi.json", application(site), config=config)


def tried(schema: Any) -> tuple[list[str], Counter[int]]:
    """What went wrong, each with the request that shows it; how often each status was answered."""
    wrong: list[str] = []
    answered: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError | FatalError):
            wrong.append(str(event))
        if isinstance(event, ScenarioFinished):
            met = (each.response for each in event.recorder.interactions.values())
            answered.update(each.status_code for each in met if each is not None)
            wrong.extend(
                f"{event.label}: {check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            )
    return wrong, answered


@pytest.mark.parametrize("parameters", [REAL, {}], ids=["about what there is", "about what there is not"])
def test_every_address_answers_as_it_is_described_whatever_is_sent(site: Site, parameters: dict[str, Any]) -> None:
    wrong, answered = tried(described(site, parameters))
    assert wrong == [], "\n\n".join(wrong[:5])
    assert answered.keys() >= LIKELY
    assert max(answered) < 500
