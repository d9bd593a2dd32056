"""The account money went to, typed on the page: the guardian's is taken, another one is not."""

from pathlib import Path

from support.bodies_office import CARD, OTHER_CARD, open_bodies, state, survey_in
from support.office import BEGIN, COUNTY_DESK, SECOND_TOWNSHIP_DESK, ZHOU, answer, days, pair
from support.site import visiting


def test_an_account_fits_into_its_field_and_only_the_guardians_is_taken(sqlite_url: str, tmp_path: Path) -> None:
    store = open_bodies(sqlite_url)
    girl = survey_in(store, tmp_path)[0]
    pair(store, girl, ZHOU, BEGIN)
    answer(store, girl, "talk", ZHOU, BEGIN, wish=False, aid=True)
    answer(store, girl, "aid", SECOND_TOWNSHIP_DESK, BEGIN)
    with visiting(store, BEGIN + days(3)) as visitor:
        link = visitor.link(COUNTY_DESK, girl, "pay")
        assert 'name="account" type="text" inputmode="numeric" maxlength="40"' in visitor.get(link).text
        wrong = visitor.post(link, {"account": OTHER_CARD, "yuan": "1000"})
        assert wrong.status_code in {409, 422}
        assert "监护人" in wrong.text
        assert "pay" in {duty.kind for duty in state(store, girl).duties.values()}
        right = visitor.post(link, {"account": f"{CARD[:6]} {CARD[6:]}", "yuan": "1000"})
        assert right.status_code in {200, 303}
    assert "receipt" in {duty.kind for duty in state(store, girl).duties.values()}
