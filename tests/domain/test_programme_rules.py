"""What an author gets wrong although every word of the file is right: each rule broken once, on purpose."""

from collections.abc import Iterator
from typing import Final

import pytest
from support.small_programme import SMALL
from support.wide_programme import BROKEN_WIDE

from domain.programme.mistakes import Mistake, dotted
from domain.programme.read import read_programme
from domain.programme.schema import Programme
from domain.words import sentences

BROKEN: Final[tuple[tuple[str, str, str, str], ...]] = (
    # Names
    ("risk_at_start: low", "risk_at_start: middle", "risk_at_start", "no-such"),
    ("role: companion\n", "role: compagnon\n", "pairing.role", "no-such-near"),
    ("papers: [pledge, secrecy]", "papers: [pledge, secret]", "pairing.papers[1]", "no-such-near"),
    ("first: [elder]", "first: [elders]", "pairing.first[0]", "no-such-near"),
    ("skills_for: {ill:", "skills_for: {sick:", "pairing.skills_for.sick", "no-such"),
    ("copy_to: [township]", "copy_to: [town]", "ladders.helper.rungs[3].copy_to[0]", "no-such-near"),
    ("owed_by: candidate", "owed_by: nobody", "duties.accept.owed_by", "no-such"),
    ("ladder: helper\n    lapses", "ladder: helpers\n    lapses", "duties.talk.ladder", "no-such-near"),
    ("lapses_into: silence", "lapses_into: silense", "duties.talk.lapses_into", "no-such-near"),
    ("opens: {paper: pledge}", "opens: {paper: pledges}", "duties.renew.opens.paper", "no-such-near"),
    ("raises: sad, risk: high", "raises: sad, risk: hihg", "duties.talk.consequences[0].risk", "no-such-near"),
    ("by_risk: {low: {setting: often}, high", "by_risk: {low: {setting: often}, hihg",
     "duties.talk.opens.every.by_risk.hihg", "no-such-near"),
    (", high: 1 week}}", "}}", "duties.talk.opens.every.by_risk", "risk-left-out"),
    ('["met:aid"]', '["met:aids"]', "duties.pay.opens.after[0]", "no-such-near"),
    ('["met:aid"]', '["life-stage:scool"]', "duties.pay.opens.after[0]", "no-such-near"),
    ('["met:aid"]', '["risk:middle"]', "duties.pay.opens.after[0]", "no-such"),
    ('["met:aid"]', '["met:talk", "refused:talk"]', "duties.pay.opens.after[1]", "never-refused"),
    ('["met:aid"]', '["met:aid", "lapsed:aid"]', "duties.pay.opens.after[1]", "never-lapses"),
    ('["raised:sad"]', '["raised:sat"]', "duties.comfort.opens.after[0]", "raised-by-nobody-near"),
    ('["raised:sad"]', '["raised:glorious"]', "duties.comfort.opens.after[0]", "raised-by-nobody"),
    ("raises: sad", "raises: sadd", "duties.talk.consequences[0].raises", "raised-to-nobody-near"),
    ("raises: sad", "raises: glorious", "duties.talk.consequences[0].raises", "raised-to-nobody"),
    ("when: {mood: poor}", "when: {mod: poor}", "duties.talk.consequences[0].when.mod", "no-such-near"),
    ("  top:\n", "  spare: {rungs: [{at: due day, repeat: 1 week}]}\n  top:\n", "ladders.spare", "unused"),
    # Forms
    ("version: 1", "version: 0", "version", "number-too-small"),
    ("below_age: 18", "below_age: 180", "eligible.below_age", "number-too-big"),
    ("valid_from: 2026-01-01", "valid_from: 2026-02-30", "valid_from", "date-form"),
    ("valid_from: 2026-01-01", "valid_from: 20260101", "valid_from", "date-form"),
    ("programme: small", "programme: Small one", "programme", "programme-form"),
    ('area: "3713"', "area: Linyi", "area", "area-form"),
    ("    orphan: {", "    Orphan: {", "eligible.kinds.Orphan", "key-form"),
    ("    orphan: {", f"    {'o' * 41}: {{", f"eligible.kinds.{'o' * 41}", "text-too-long"),
    ("source: made up", 'source: ""', "settings.often.source", "text-empty"),
    ("title: {zh: 小方案, en: Small}", "title: 小方案", "title", "mapping-wanted"),
    ("title: {zh: 小方案, en: Small}", "title: {zh: [小], en: Small}", "title.zh", "text-wanted"),
    ("stages: [identification]", "stages: identification", "duties.review.stages", "list-wanted"),
    ("stages: [identification]", "stages: [identify]", "duties.review.stages[0]", "one-of"),
    ("at_once: true", "at_once: maybe", "ladders.desk.rungs[0].at_once", "yes-or-no"),
    ("helper_for: {female: female}", "helper_for: {girl: female}", "pairing.helper_for.girl", "one-of"),
    ("within: 5 working days", "within: five days", "duties.review.opens.within", "length-form"),
    ("at: 3 days before", "at: 3 days", "ladders.helper.rungs[0].at", "offset-form"),
    ("type: yes-no}}\n    consequences:\n      - {when: {fit", "type: yes-no, options: {a: {zh: a, en: a}}}}\n"
     "    consequences:\n      - {when: {fit", "duties.review.asks.fit", "options-needed"),
    ("at_once: true", "urgent: true", "ladders.desk.rungs[0]", "rung-moment"),
    ("{after: [proposed], within: 5 days}", "{after: [proposed]}", "duties.decide.opens", "after-and-within"),
    ("{paper: pledge}", "{paper: pledge, age: 18 years}", "duties.renew.opens", "one-way"),
    ('["met:aid"]', '["paid:aid"]', "duties.pay.opens.after[0]", "trigger-form"),
    ("tie: one", "ties: one", "roles.companion.ties", "unknown-key-near"),
    ("tie: one}", "color: red}", "roles.companion", "role-form"),
    ("when: {fit: yes}", "when: {fit: {is: yes}}", "duties.review.consequences[0].when.fit", "condition-form"),
    ("      - {at: due day, repeat: 1 week}\n", "      []\n", "ladders.top.rungs", "list-empty"),
    ("weights: {nearness: 10}", "weights: {nearnes: 10}", "pairing.weights.nearnes", "one-of"),
    ("subject: child\n", "subject: child\ncolour: red\n", "colour", "unknown-key"),
    ('quiet_from: "20:00"', 'quiet_from: "8pm"', "manners.quiet_from", "clock-form"),
    ("on: 09-01", "on: 9-1", "life.school.on", "day-form"),
    # Parts
    ("acknowledged_for: 2 days", "acknowledged_for: 0 days", "ladders.helper.rungs[2].acknowledged_for",
     "length-nothing"),
    ("value: 1 month", "value: 0 months", "settings.often.value", "length-nothing"),
    ("papers_valid_for: 30 days", "papers_valid_for: 300 years", "pairing.papers_valid_for", "length-too-long"),
    ("from_age: 6 years", "from_age: 72 months", "life.school.from_age", "age-in-years"),
    ("{paper: pledge}", "{age: 30 weeks}", "duties.renew.opens.age", "age-in-years"),
    ("from_age: 18 years", "from_age: 6 years", "life.grown.from_age", "life-order"),
    ("on: 09-01", "on: 02-30", "life.school.on", "no-such-day"),
    ('{rule: "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9"}', "{yearly: 13-01}", "duties.look_back.opens.yearly", "no-such-day"),
    ('quiet_from: "20:00"', 'quiet_from: "24:00"', "manners.quiet_from", "clock-form"),
    ('quiet_until: "08:00"', 'quiet_until: "20:00"', "manners.quiet_until", "always-quiet"),
    ("FREQ=YEARLY;BYMONTH=9;", "FREQ=DAILY;INTERVAL=0;", "duties.look_back.opens.rule", "rule-value"),
    ("FREQ=YEARLY;BYMONTH=9;", "FREQ=SECONDLY;", "duties.look_back.opens.rule", "rule-value"),
    ("BYMONTHDAY=9", "BYMONTHDAY=9;COUNT=3", "duties.look_back.opens.rule", "rule-ends"),
    ("BYMONTHDAY=9", "BYMONTHDAY=9;BYEASTER=1", "duties.look_back.opens.rule", "rule-part"),
    ("FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9", "FREQ=MONTHLY;BYMONTHDAY=31", "duties.look_back.opens.rule",
     "rule-skips-months"),
    ("BYMONTH=9;BYMONTHDAY=9", "BYMONTH=2;BYMONTHDAY=31", "duties.look_back.opens.rule", "rule-never"),
    ("BYMONTH=9;BYMONTHDAY=9", "BYMONTH=9;BYDAY=MO;BYSETPOS=9", "duties.look_back.opens.rule", "rule-never"),
    ("FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9", "FREQ=WEEKLY", "duties.look_back.opens.rule", "rule-without-day"),
    ("zh: 核查无音", "zh: 核查很久没有任何回音的情况", "duties.silence.title.zh", "title-too-long"),
    (", poor: {zh: 差, en: poor}", "", "duties.talk.asks.mood.options", "one-option"),
    ("type: text, required: false", "type: text, most: 5, required: false", "duties.talk.asks.note.most",
     "range-without-count"),
    ("least: 0, most: 9", "least: 9, most: 9", "duties.talk.asks.hours.least", "empty-range"),
    ("{when: {aid: yes}, raises: aid}", "{when: {aid: yes}, raises: aid}\n      - {when: {aid: no}}",
     "duties.talk.consequences[2]", "brings-nothing"),
    ("when: {aid: yes}", "when: {aid: perhaps}", "duties.talk.consequences[1].when.aid", "condition-yes-no"),
    ("when: {aid: yes}", "when: {hours: 10}", "duties.talk.consequences[1].when.hours", "condition-count"),
    ("when: {aid: yes}", "when: {hours: many}", "duties.talk.consequences[1].when.hours", "condition-count"),
    ("when: {aid: yes}", "when: {note: x}", "duties.talk.consequences[1].when.note", "condition-never"),
    ("when: {mood: poor}", "when: {mood: bad}", "duties.talk.consequences[0].when.mood", "condition-option"),
    ("when: {mood: poor}", "when: {mood: [poor, bad]}", "duties.talk.consequences[0].when.mood", "condition-option"),
    ("also: [大病]", "also: [大病, 双孤]", "eligible.kinds.ill.also[1]", "two-meanings"),
    ("zh: 教师", "zh: 五老", "helpers.teacher.title.zh", "two-meanings"),
    ("nearness: 10", "nearness: -1", "pairing.weights.nearness", "weight-negative"),
    ("stages: [pairing, follow-up]", "stages: [pairing, pairing]", "duties.find.stages[1]", "twice-in-list"),
    # Ladders
    ("- at: due day\n", "- at: 4 days before\n", "ladders.helper.rungs[1]", "rung-order"),
    ("at: 9 days after", "at: 2 working days after", "ladders.helper.rungs[3]", "rung-order"),
    ("      - at: due day\n", "      - at: due day\n      - at_once: true\n", "ladders.helper.rungs[2]", "rung-order"),
    ("acknowledged_for: 2 days", "repeat: 2 days", "ladders.helper.rungs[2].repeat", "repeat-early"),
    ("climb: county, copy_to", "climb: city, copy_to", "ladders.helper.rungs[3].climb", "no-desk"),
    ("climb: county, copy_to", "climb: township, copy_to", "ladders.helper.rungs[3].climb", "climbs-down"),
    ("      - {at: due day, repeat: 1 week}\n", "      - {at: due day, climb: county, repeat: 1 week}\n",
     "duties.decide.ladder", "climbs-from-the-top"),
    ("owed_by: companion\n    stages: [check-in]", "owed_by: township\n    stages: [check-in]", "duties.talk.ladder",
     "climbs-elsewhere"),
    ("at: 3 days after, climb", "at: 8 days after, climb", "duties.talk.ladder", "climbs-too-late"),
    ("{at: 5 days after, climb: county, repeat: 1 week}", "{at: 5 days after, repeat: 1 week}",
     "duties.look_back.ladder", "recurs-without-climb"),
    ("    lapses_into: look_again\n", "", "duties.look_back.lapses_into", "lapses-nowhere"),
    ("    met_by: [tie-begun]\n", "    lapses_into: silence\n    met_by: [tie-begun]\n", "duties.find.lapses_into",
     "lapses-though-once"),
    ("{at: 5 days after, climb: county, repeat: 1 week}", "{at: 5 days after, climb: county}", "ladders.desk.rungs[1]",
     "no-next-moment"),
    # Who owes what
    ("stages: [identification]", "stages: []", "duties.review.stages", "no-stage"),
    ("stages: [identification]", "stages: [identification, escalation]", "duties.review.stages[1]",
     "stage-escalation"),
    ("stages: [identification]", "stages: [identification, closed]", "duties.review.stages[1]", "stage-closed"),
    ("owed_by: companion\n    stages: [check-in]", "owed_by: companion\n    stages: [pairing]", "duties.talk.stages[0]",
     "nobody-tied"),
    ("opens: {after: [approved], within", "opens: {after: [proposed], within", "duties.accept.opens", "proposal-opens"),
    ("met_by: [tie-begun, declined]", "met_by: [tie-begun]", "duties.accept.met_by", "proposal-met"),
    ("role: companion\n", "role: township\n", "pairing.role", "pairing-role"),
    ("desk: county\n  papers", "desk: companion\n  papers", "pairing.desk", "pairing-desk"),
    ("lapses_into: look_again", "lapses_into: renew", "duties.look_back.lapses_into", "lapses-onto-helper"),
    ("lapses_into: look_again", "lapses_into: look_back", "duties.look_back.lapses_into", "lapses-into-rhythm"),
    ("lapses_into: look_again", "lapses_into: pay", "duties.look_back.lapses_into", "lapses-out-of-stage"),
    ("opens: {paper: pledge}", "opens: {paper: secrecy}", "duties.renew.opens.paper", "paper-for-good"),
    ("owed_by: companion\n    stages: [check-in, follow-up]", "owed_by: township\n    stages: [check-in, follow-up]",
     "duties.renew.owed_by", "paper-owner"),
    ("secrecy: {title: {zh: 保密, en: Secrecy}}", "secrecy: {title: {zh: 保密, en: Secrecy}, lasts: 1 year}",
     "pairing.papers[1]", "paper-not-renewed"),
    ("move: close", "move: refuse", "duties.look_back.consequences[0].move", "move-stage"),
    ("move: follow-up}", "move: close}", "life.grown.move", "life-move"),
    # How people are told
    ("manners: {", 'manners: {digest_at: "21:00", ', "manners.digest_at", "digest-in-quiet-hours"),
    ("manners: {", "times_of_year: {winter: {title: {zh: 冬, en: winter}, begins: 12-01, ends: 02-28}}\n"
     "manners: {quiet_during: [winter], ", "manners.quiet_during[0]", "quiet-too-long"),
    ("met_by: [approved, declined]", "met_by: [approved, declined]\n    replies: {done: {}}", "duties.decide.replies",
     "reply-not-by-hand"),
    # The course of a case
    ("{after: [proposed], within: 5 days}", "{after: [proposed, closed], within: 5 days}",
     "duties.decide.opens.after[1]", "waits-for-the-end"),
    ("{after: [proposed], within: 5 days}\n    met_by: [approved, declined]",
     "{after: [proposed], within: 5 days}\n    met_by: [approved, proposed]", "duties.decide.met_by[1]",
     "met-as-it-opens"),
    ('[check-in]\n    opens: {after: ["refused:aid"]', '[identification]\n    opens: {after: ["refused:aid"]',
     "duties.answer.opens.after", "never-in-stage"),
    ('opens: {after: ["met:aid"]', 'opens: {after: ["met:pay"]', "duties.pay.opens.after", "never-reached"),
    ('"lapsed:talk", telling-failed', '"lapsed:talk"', "duties", "nobody-listens"),
    ("[admitted, tie-ended]", "[admitted]", "duties", "nobody-listens"),
    ("move: admit", "move: refuse", "duties", "no-way-to-admit"),
    ("move: close", "move: follow-up", "duties", "no-way-to-close"),
    # Words of messages
    *(("duties:\n", f"messages: {{duties: {{{words}}}}}\nduties:\n", f"messages.duties.{key}", problem)
      for words, key, problem in (
          ("tlak: {}", "tlak", "no-such-near"),
          ("talk: {}", "talk", "own-words-nothing"),
          ('talk: {sms: {zh: "和{name}聊聊", en: Talk}}', "talk.sms.zh", "own-place"),
          ('talk: {sms: {zh: 聊聊, en: "Talk by {date"}}', "talk.sms.en", "own-braces"),
          ("talk: {sms: {zh: 打开a.cn聊聊, en: Talk}}", "talk.sms.zh", "own-link"),
          ('talk: {mail: {zh: "聊聊\\n好", en: Talk}}', "talk.mail.zh", "own-lines"),
          ("talk: {sms: {zh: 聊聊。, en: Talk}}", "talk.sms.zh", "own-stop"),
          ('talk: {sms: {zh: "在{date}以前和孩子坐下来好好地聊聊天", en: Talk}}', "talk.sms.zh", "own-too-long"),
      )),
)  # fmt: skip


ELSEWHERE: Final = ("yaml-", "calendar-", "extends-", "removes-", "setting-source")
"""How the mistakes begin that other tests break on purpose."""


def mistakes(text: str) -> tuple[Mistake, ...]:
    """Every mistake of a text; none when it is a good programme."""
    read = read_programme(text)
    return () if isinstance(read, Programme) else read


def test_the_small_programme_is_a_good_one() -> None:
    assert mistakes(SMALL) == ()


@pytest.mark.parametrize(("before", "after", "key", "problem"), BROKEN)
def test_each_rule_is_told_at_its_place(before: str, after: str, key: str, problem: str) -> None:
    assert before in SMALL
    found = mistakes(SMALL.replace(before, after, 1))
    assert (key, problem) in {(each.key, each.problem) for each in found}
    for each in found:
        for language in ("zh", "en"):
            assert each.what(language)
            assert each.write_instead(language)
            assert "{" not in each.sentence(language).replace("opens: {", "").replace("{after", "").replace(
                "{every", ""
            )
            assert f"programme.yaml:{each.line}:" in each.sentence(language)


@pytest.mark.parametrize(
    ("changes", "key", "problem"),
    [
        ((("desk: county}", "desk: county}\n  city: {title: {zh: 市, en: city}, desk: city}"),
          ("climb: county, copy_to", "climb: city, copy_to")), "ladders.helper.rungs[3].climb", "climbs-over"),
        ((("- {at: 9 days after, climb: county, copy_to: [township], repeat: 1 week}",
           "- {at: 9 days after, climb: county}\n      - {at: 12 days after, climb: township, repeat: 1 week}"),),
         "ladders.helper.rungs[4].climb", "climbs-past-the-top"),
        ((("met_by: [approved, declined]", 'met_by: [approved, declined, "met:pay"]'),
          ("    ladder: top\n  answer", '    met_by: ["met:decide"]\n    ladder: top\n  answer')),
         "duties.decide.met_by[2]", "circle"),
        ((("stages: [check-in]\n    opens: {every", "stages: [follow-up]\n    opens: {every"),), "duties",
         "stage-without-rhythm"),
    ],
)  # fmt: skip
def test_rules_that_need_several_changes(changes: tuple[tuple[str, str], ...], key: str, problem: str) -> None:
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    assert (key, problem) in {(each.key, each.problem) for each in mistakes(text)}


def test_without_pairing_nothing_may_wait_for_it() -> None:
    start, end = SMALL.index("pairing:\n"), SMALL.index("manners:")
    found = {(each.key, each.problem) for each in mistakes(SMALL[:start] + SMALL[end:])}
    assert ("duties.decide.opens.after[0]", "trigger-without-pairing") in found
    assert ("roles.candidate.proposal", "proposal-without-pairing") in found


def test_without_a_role_that_binds_helpers_nobody_is_ever_tied() -> None:
    start, end = SMALL.index("  companion: {title"), SMALL.index("  candidate: {title")
    found = {(each.key, each.problem) for each in mistakes(SMALL[:start] + SMALL[end:])}
    assert ("duties.find.met_by[0]", "trigger-without-helpers") in found


def test_a_units_own_rhythm_may_go_on_for_ever() -> None:
    text = SMALL.replace("subject: child", "subject: unit").replace("move: close", "move: follow-up")
    assert "no-way-to-close" not in {each.problem for each in mistakes(text)}


def test_a_path_is_written_as_people_write_it() -> None:
    assert dotted(("ladders", "helper", "rungs", 2, "climb")) == "ladders.helper.rungs[2].climb"
    assert dotted(()) == ""


def test_every_rule_has_been_broken_once() -> None:
    broken = {problem for *_, problem in BROKEN} | {"climbs-over", "climbs-past-the-top", "circle",
              "stage-without-rhythm", "trigger-without-pairing", "trigger-without-helpers",
              "proposal-without-pairing"} | {problem for *_, problem in BROKEN_WIDE}  # fmt: skip
    assert set(of_rules()) - broken == set()


def of_rules() -> Iterator[str]:
    """The problems that are not about the file, its language or the folder it lies in."""
    others = {"mistake", "no-file", "not-utf-8", "too-big", "too-many", "too-deep", "empty-file", "not-a-mapping",
              "second-document", "key-not-a-word", "written-twice", "alias", "tag", "same-version", "wrong",
              "number-wanted", "zone", "missing", "empty"}  # fmt: skip
    for key in sentences("programme", "zh"):
        if not key.endswith("-instead") and not key.startswith(ELSEWHERE) and key not in others:
            yield key
