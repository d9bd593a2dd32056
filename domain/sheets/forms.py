"""What a survey, a roster and a sheet of bodies ask for; the names of their columns stand in ``columns.yaml``."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import yaml

from domain.sheets.headings import Form
from domain.sheets.kinds import Kinds

Names = Mapping[str, tuple[str, ...]]


def survey_form(kinds: Kinds) -> Form:
    """What a survey of children asks for; a column may also stand for one kind and be ticked."""
    names = _names()
    return Form(
        fields={**names["answer"], **names["person"], **names["places"], **names["survey"]},
        required=(("name",), ("id", "born"), ("kind",), ("township", "address", "county")),
        subjects=names["subjects"]["survey"],
        strangers=names["strangers"]["survey"],
        groups=names["groups"],
        tick_kinds=kinds,
    )


def body_form() -> Form:
    """What a sheet of schools, committees, partners, households or projects asks for."""
    names = _names()
    account = {field: names["survey"][field] for field in ("account", "bank")}
    return Form(
        fields={**names["answer"], **names["places"], **names["body"], **account},
        required=(("name", "head"), ("township", "address", "county")),
        subjects=names["subjects"]["body"],
        strangers=names["strangers"]["body"],
        groups=names["groups"],
        tick_kinds={},
        called="body",
    )


def roster_form(papers: Names) -> Form:
    """What a roster of volunteers asks for; each paper has a column of its own with the day it was signed."""
    names = _names()
    spelled = {paper_field(paper): headings for paper, headings in papers.items()}
    return Form(
        fields={**names["answer"], **names["person"], **names["places"], **names["roster"], **spelled},
        required=(("name",), ("township", "address", "county")),
        subjects=names["subjects"]["roster"],
        strangers=names["strangers"]["roster"],
        groups={},
        tick_kinds={},
    )


def paper_field(paper: str) -> str:
    """The field under which a paper's column is found."""
    return f"paper:{paper}"


@lru_cache(maxsize=1)
def _names() -> Mapping[str, Names]:
    text = files(__package__).joinpath("columns.yaml").read_text(encoding="utf-8")
    sections: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return {section: {key: tuple(names) for key, names in entries.items()} for section, entries in sections.items()}
