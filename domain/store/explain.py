"""Everything can say why: a message, a duty, a case; from the journal, as data and as sentences."""

from domain.store.explain_case import StoryLine, Summary, story, summary
from domain.store.explain_why import Explanation, Why, why

__all__ = ["Explanation", "StoryLine", "Summary", "Why", "story", "summary", "why"]
