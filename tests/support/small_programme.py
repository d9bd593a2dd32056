"""A small programme that uses every part of the schema once: good to break rules on, one at a time."""

from typing import Final

SMALL: Final = """\
programme: small
version: 1
title: {zh: 小方案, en: Small}
subject: child
area: "3713"
time_zone: Asia/Shanghai
valid_from: 2026-01-01
settings:
  often: {value: 1 month, source: made up}
eligible:
  below_age: 18
  kinds:
    orphan: {title: {zh: 孤儿, en: Orphan}, also: [双孤]}
    ill: {title: {zh: 重病, en: Ill}, also: [大病]}
risks: {low: {zh: 低, en: low}, high: {zh: 高, en: high}}
risk_at_start: low
papers:
  pledge: {title: {zh: 承诺书, en: Pledge}, lasts: 1 year}
  secrecy: {title: {zh: 保密, en: Secrecy}}
helpers:
  elder: {title: {zh: 五老, en: Elder}}
  teacher: {title: {zh: 教师, en: Teacher}}
roles:
  companion: {title: {zh: 志愿者, en: companion}, tie: one}
  candidate: {title: {zh: 待定, en: candidate}, proposal: open}
  township: {title: {zh: 乡镇, en: township}, desk: township}
  county: {title: {zh: 县, en: county}, desk: county}
pairing:
  role: companion
  desk: county
  papers: [pledge, secrecy]
  papers_valid_for: 30 days
  helper_for: {female: female}
  skills_for: {ill: [医护]}
  weights: {nearness: 10}
  first: [elder]
manners: {quiet_from: "20:00", quiet_until: "08:00"}
ladders:
  helper:
    rungs:
      - at: 3 days before
      - at: due day
      - {at: 3 days after, climb: township, acknowledged_for: 2 days}
      - {at: 9 days after, climb: county, copy_to: [township], repeat: 1 week}
  desk:
    rungs:
      - at_once: true
      - {at: 5 days after, climb: county, repeat: 1 week}
  top:
    rungs:
      - {at: due day, repeat: 1 week}
duties:
  review:
    title: {zh: 核查, en: Review}
    owed_by: township
    stages: [identification]
    opens: {after: [opened], within: 5 working days}
    ladder: desk
    asks: {fit: {title: {zh: 符合, en: fit}, type: yes-no}}
    consequences:
      - {when: {fit: yes}, move: admit}
      - {when: {fit: no}, move: refuse}
  find:
    title: {zh: 结对, en: Find}
    owed_by: township
    stages: [pairing, follow-up]
    opens: {after: [admitted, tie-ended], within: 5 days}
    met_by: [tie-begun]
    ladder: desk
  decide:
    title: {zh: 审定, en: Decide}
    owed_by: county
    stages: [pairing]
    opens: {after: [proposed], within: 5 days}
    met_by: [approved, declined]
    ladder: top
  accept:
    title: {zh: 确认, en: Accept}
    owed_by: candidate
    stages: [pairing]
    opens: {after: [approved], within: 5 days}
    met_by: [tie-begun, declined]
    ladder: helper
  talk:
    title: {zh: 谈心, en: Talk}
    owed_by: companion
    stages: [check-in]
    opens: {every: {by_risk: {low: {setting: often}, high: 1 week}}}
    ladder: helper
    lapses_into: silence
    asks:
      mood: {title: {zh: 心情, en: mood}, type: scale, options: {well: {zh: 好, en: well}, poor: {zh: 差, en: poor}}}
      hours: {title: {zh: 小时, en: hours}, type: count, least: 0, most: 9}
      note: {title: {zh: 备注, en: note}, type: text, required: false}
      aid: {title: {zh: 救助, en: aid}, type: yes-no}
    consequences:
      - {when: {mood: poor}, raises: sad, risk: high}
      - {when: {aid: yes}, raises: aid}
  silence:
    title: {zh: 核查无音, en: Silence}
    owed_by: township
    stages: [check-in, follow-up]
    opens: {after: ["lapsed:talk", telling-failed], within: 3 days}
    ladder: desk
  comfort:
    title: {zh: 安慰, en: Comfort}
    owed_by: township
    stages: [check-in]
    opens: {after: ["raised:sad"], within: 3 days}
    ladder: desk
  aid:
    title: {zh: 申请, en: Aid}
    owed_by: township
    stages: [check-in]
    opens: {after: ["raised:aid"], within: 3 days}
    ladder: desk
    asks: {asked: {title: {zh: 申请, en: asked}, type: yes-no}}
    consequences: [{when: {asked: no}, refuses: true}]
  pay:
    title: {zh: 拨付, en: Pay}
    owed_by: county
    stages: [check-in]
    opens: {after: ["met:aid"], within: 3 days}
    ladder: top
  answer:
    title: {zh: 答复, en: Answer}
    owed_by: township
    stages: [check-in]
    opens: {after: ["refused:aid"], within: 3 days}
    ladder: desk
  renew:
    title: {zh: 续签, en: Renew}
    owed_by: companion
    stages: [check-in, follow-up]
    opens: {paper: pledge}
    ladder: helper
  look_back:
    title: {zh: 年评, en: Look back}
    owed_by: township
    stages: [follow-up]
    opens: {rule: "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9"}
    ladder: desk
    lapses_into: look_again
    asks: {done: {title: {zh: 自立, en: done}, type: yes-no}}
    consequences: [{when: {done: yes}, move: close}]
  look_again:
    title: {zh: 督办, en: Look again}
    owed_by: county
    stages: [follow-up]
    opens: {after: ["lapsed:look_back"], within: 3 days}
    ladder: top
life:
  school: {title: {zh: 上学, en: school}, from_age: 6 years, on: 09-01}
  grown: {title: {zh: 成年, en: grown}, from_age: 18 years, move: follow-up}
"""
