"""A small programme with every shape of help: one to one, a team of six, a lead with helpers; for long lives."""

from functools import lru_cache
from typing import Final

from domain.programme.read import read_programme
from domain.programme.schema import Programme

SIX: Final = ("county_cadre", "township_cadre", "village_cadre", "teacher", "guardian", "neighbour")

_ROLES: Final = "\n".join(
    f"  {role}: {{title: {{zh: 成员, en: {role}}}, tie: one, needed: true, kinds: [left_behind], of: [{role}]}}"
    for role in SIX
)
_HELPERS: Final = "\n".join(f"  {role}: {{title: {{zh: {number}号, en: {role}}}}}" for number, role in enumerate(SIX))
_FILL: Final = "\n".join(
    f"""\
  fill_{role}:
    title: {{zh: 补缺, en: Fill place}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{after: [admitted, reopened, "tie-ended:{role}"], within: 10 days}}
    met_by: ["tie-begun:{role}"]
    kinds: [left_behind]
    ladder: desk
  next_{role}:
    title: {{zh: 找接班人, en: Next member}}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {{ending: {role}}}
    met_by: ["tie-begun:{role}"]
    kinds: [left_behind]
    ladder: ahead"""
    for role in SIX
)

TEXT: Final = f"""\
programme: teams
version: 1
title: {{zh: 小方案, en: Teams}}
subject: child
area: "3713"
time_zone: Asia/Shanghai
valid_from: 2026-01-01
eligible:
  below_age: 18
  kinds:
    orphan: {{title: {{zh: 孤儿, en: Orphan}}}}
    left_behind: {{title: {{zh: 留守, en: Left behind}}}}
    ward: {{title: {{zh: 困境, en: Ward}}}}
risks: {{low: {{zh: 低, en: low}}, high: {{zh: 高, en: high}}}}
risk_at_start: low
papers:
  pledge: {{title: {{zh: 承诺书, en: Pledge}}, lasts: 2 years, pauses: true}}
  safety: {{title: {{zh: 安全须知, en: Safety}}, lasts: 1 year}}
helpers:
  elder: {{title: {{zh: 五老, en: Elder}}}}
{_HELPERS}
roles:
  companion: {{title: {{zh: 志愿者, en: companion}}, tie: one, needed: true, kinds: [orphan], of: [elder]}}
  lead: {{title: {{zh: 牵头人, en: lead}}, tie: one, needed: true, kinds: [ward]}}
  partner: {{title: {{zh: 帮手, en: partner}}, tie: several, needed: true, least: 2, most: 3, kinds: [ward]}}
{_ROLES}
  candidate: {{title: {{zh: 待定, en: candidate}}, proposal: open}}
  township: {{title: {{zh: 乡镇, en: township}}, desk: township}}
  county: {{title: {{zh: 县, en: county}}, desk: county}}
  city: {{title: {{zh: 市, en: city}}, desk: city}}
  receiver: {{title: {{zh: 接收乡镇, en: receiver}}, desk: township, of: transfer}}
pairing:
  role: companion
  desk: county
  papers: [pledge]
  papers_valid_for: 30 days
  helper_for: {{female: female}}
  weights: {{nearness: 100, siblings: 150}}
manners: {{quiet_from: "20:00", quiet_until: "08:00"}}
lateness: {{count: 3, within: 6 months, raises: often_late}}
serving: {{until_age: 75}}
ladders:
  helper:
    rungs:
      - at: 3 days before
      - at: due day
      - {{at: 3 days after, climb: township, acknowledged_for: 2 days}}
      - {{at: 9 days after, climb: county, copy_to: [township], acknowledged_for: 2 days}}
      - {{at: 19 days after, climb: city, repeat: 1 week}}
  desk:
    rungs:
      - at_once: true
      - {{at: 3 days after, climb: county}}
      - {{at: 9 days after, climb: city, repeat: 1 week}}
  top:
    rungs:
      - at_once: true
      - {{at: 5 days after, climb: city, repeat: 1 week}}
  ahead:
    rungs:
      - at: 3 months before
      - at: 1 month before
      - {{at: due day, climb: county, repeat: 2 weeks}}
duties:
  review:
    title: {{zh: 核查, en: Review}}
    owed_by: township
    stages: [identification]
    opens: {{after: [opened], within: 5 working days}}
    met_by: [admitted]
    ladder: desk
    asks: {{fit: {{title: {{zh: 符合, en: fit}}, type: yes-no}}}}
    consequences:
      - {{when: {{fit: yes}}, move: admit}}
      - {{when: {{fit: no}}, move: refuse}}
  find:
    title: {{zh: 结对, en: Find}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{after: [admitted, tie-ended, reopened], within: 10 days}}
    met_by: [tie-begun]
    kinds: [orphan]
    ladder: desk
  find_lead:
    title: {{zh: 找牵头人, en: Find lead}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{after: [admitted, reopened, "tie-ended:lead"], within: 10 days}}
    met_by: ["tie-begun:lead"]
    kinds: [ward]
    ladder: desk
  find_partner:
    title: {{zh: 找帮手, en: Find partner}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{after: [admitted, reopened, "tie-ended:partner"], within: 10 days}}
    met_by: ["tie-begun:partner"]
    kinds: [ward]
    ladder: desk
{_FILL}
  decide:
    title: {{zh: 审定, en: Decide}}
    owed_by: county
    stages: [pairing, check-in, follow-up]
    opens: {{after: [proposed], within: 5 days}}
    met_by: [approved, declined, "tie-begun:companion"]
    ladder: top
  accept:
    title: {{zh: 确认, en: Accept}}
    owed_by: candidate
    stages: [pairing, check-in, follow-up]
    opens: {{after: [approved], within: 5 days}}
    met_by: ["tie-begun:companion", declined]
    ladder: helper
  succession:
    title: {{zh: 找接班人, en: Succession}}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {{ending: companion}}
    met_by: ["tie-begun:companion"]
    kinds: [orphan]
    ladder: ahead
  next_lead:
    title: {{zh: 找接班人, en: Next lead}}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {{ending: lead}}
    met_by: ["tie-begun:lead"]
    kinds: [ward]
    ladder: ahead
  next_partner:
    title: {{zh: 找接班人, en: Next partner}}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {{ending: partner}}
    met_by: ["tie-begun:partner"]
    kinds: [ward]
    ladder: ahead
  farewell:
    title: {{zh: 送别, en: Farewell}}
    owed_by: county
    stages: [check-in, follow-up]
    opens: {{ending: companion}}
    kinds: [orphan]
    ladder: top
  handover_visit:
    title: {{zh: 共同走访, en: Joint visit}}
    owed_by: companion
    stages: [check-in, follow-up]
    opens: {{after: ["succeeded:companion"], within: 10 days}}
    together_with: [companion]
    kinds: [orphan]
    ladder: helper
    asks: {{met: {{title: {{zh: 见面了, en: met}}, type: yes-no}}}}
    consequences: [{{when: {{met: yes}}, releases: companion}}]
  first_visit:
    title: {{zh: 首访, en: First visit}}
    owed_by: companion
    stages: [check-in, follow-up]
    opens: {{after: ["tie-begun:companion"], within: 10 days}}
    kinds: [orphan]
    ladder: helper
    handover: 3 days
  talk:
    title: {{zh: 谈心, en: Talk}}
    owed_by: companion
    stages: [check-in]
    opens: {{every: {{by_risk: {{low: 1 month, high: 1 week}}}}}}
    kinds: [orphan]
    ladder: helper
    lapses_into: silence
    answerable_before: 10 days
    handover: 3 days
    asks: {{mood: {{title: {{zh: 心情, en: mood}}, type: scale,
      options: {{well: {{zh: 好, en: well}}, poor: {{zh: 差, en: poor}}}}}}}}
    consequences: [{{when: {{mood: poor}}, raises: sad, risk: high}}]
  class_talk:
    title: {{zh: 班主任谈话, en: Class talk}}
    owed_by: teacher
    stages: [check-in]
    opens: {{every: 1 month}}
    kinds: [left_behind]
    ladder: helper
    lapses_into: silence
    handover: 3 days
  lead_word:
    title: {{zh: 牵头回访, en: Lead's word}}
    owed_by: lead
    stages: [check-in]
    opens: {{every: 1 month}}
    kinds: [ward]
    together_with: [partner]
    ladder: helper
    lapses_into: silence
  partner_word:
    title: {{zh: 帮手回访, en: Partner's word}}
    owed_by: partner
    stages: [check-in]
    opens: {{every: 2 months}}
    kinds: [ward]
    ladder: helper
    lapses_into: silence
  renew:
    title: {{zh: 续签, en: Renew}}
    owed_by: companion
    stages: [check-in, follow-up]
    opens: {{paper: pledge}}
    kinds: [orphan]
    ladder: helper
    answerable_before: 2 months
  renew_safety:
    title: {{zh: 续签须知, en: Renew safety}}
    owed_by: companion
    stages: [check-in, follow-up]
    opens: {{paper: safety}}
    kinds: [orphan]
    ladder: helper
    answerable_before: 2 months
  silence:
    title: {{zh: 核查无音, en: Silence}}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {{after: ["lapsed:talk", "lapsed:class_talk", "lapsed:lead_word", "lapsed:partner_word"], within: 3 days}}
    ladder: desk
  contact:
    title: {{zh: 核查联系, en: Contact}}
    owed_by: township
    stages: [identification, pairing, check-in, follow-up]
    opens: {{after: [telling-failed], within: 3 days}}
    ladder: desk
  comfort:
    title: {{zh: 安慰, en: Comfort}}
    owed_by: township
    stages: [check-in]
    opens: {{after: ["raised:sad"], within: 3 days}}
    ladder: desk
  quiet_talk:
    title: {{zh: 和志愿者谈谈, en: Quiet talk}}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {{after: ["raised:often_late"], within: 10 days}}
    ladder: desk
    asks: {{talked: {{title: {{zh: 谈过了, en: talked}}, type: yes-no}}}}
  take_over:
    title: {{zh: 接收个案, en: Take over}}
    owed_by: receiver
    stages: [identification, pairing, check-in, follow-up]
    opens: {{after: [transfer-asked], within: 5 days}}
    met_by: [moved, transfer-declined]
    ladder: desk
    asks: {{accept: {{title: {{zh: 接收, en: accept}}, type: yes-no}}}}
    consequences:
      - {{when: {{accept: yes}}, move: accept-transfer}}
      - {{when: {{accept: no}}, move: decline-transfer}}
  welcome:
    title: {{zh: 迁入走访, en: Welcome}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{after: [moved], within: 10 days}}
    ladder: desk
  stays:
    title: {{zh: 转出未成, en: Stays}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{after: [transfer-declined], within: 5 days}}
    ladder: desk
  look_back:
    title: {{zh: 年评, en: Look back}}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    opens: {{every: 1 year}}
    ladder: desk
    lapses_into: look_again
    asks: {{done: {{title: {{zh: 自立, en: done}}, type: yes-no}}}}
  look_again:
    title: {{zh: 督办, en: Look again}}
    owed_by: county
    stages: [pairing, check-in, follow-up]
    opens: {{after: ["lapsed:look_back"], within: 3 days}}
    ladder: top
  closure:
    title: {{zh: 结案, en: Closure}}
    owed_by: county
    stages: [follow-up]
    opens: {{after: ["life-stage:grown"], within: 1 year}}
    ladder: top
    asks: {{done: {{title: {{zh: 自立, en: done}}, type: yes-no}}}}
    consequences: [{{when: {{done: yes}}, move: close}}]
life:
  school: {{title: {{zh: 上学, en: school}}, from_age: 6 years, on: 09-01}}
  grown: {{title: {{zh: 成年, en: grown}}, from_age: 18 years, move: follow-up}}
"""


@lru_cache
def teams(*changes: tuple[str, str]) -> Programme:
    """The programme, with pieces of its text (each found once) written differently."""
    text = TEXT
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the text"
        text = text.replace(before, after)
    read = read_programme(text)
    assert isinstance(read, Programme), "\n".join(mistake.sentence("en") for mistake in read)
    return read
