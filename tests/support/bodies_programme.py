"""A small programme about more than children: elders, schools, committees, households, projects, activities."""

from functools import lru_cache
from typing import Final

from domain.programme.read import read_programme
from domain.programme.schema import Programme

BODIES: Final = "bodies@1"

TEXT: Final = """\
programme: bodies
version: 1
title: {zh: 综合方案, en: Bodies}
subject: child
area: "3713"
time_zone: Asia/Shanghai
valid_from: 2026-01-01
eligible:
  below_age: 18
  kinds:
    orphan: {title: {zh: 孤儿, en: Orphan}}
    lonely_elder: {title: {zh: 独居老人, en: Elder living alone}, also: [空巢老人], subject: elder, from_age: 60}
    school: {title: {zh: 结对学校, en: Adopted school}, also: [学校, 小学], subject: school, starts: check-in}
    committee: {title: {zh: 关工委, en: Committee}, also: [关心下一代工作委员会], subject: unit, starts: check-in}
    partner: {title: {zh: 共建单位, en: Partner}, also: [爱心企业], subject: unit, starts: check-in}
    household: {title: {zh: 困难家庭, en: Household}, also: [低保户], subject: unit, starts: check-in}
    day_centre: {title: {zh: 日间照料中心, en: Day centre}, subject: project, starts: check-in}
    camp: {title: {zh: 夏令营, en: Camp}, also: [营会], subject: project, starts: check-in}
    meeting: {title: {zh: 月度例会, en: Meeting}, also: [例会], subject: project, starts: check-in}
risks: {low: {zh: 低, en: low}, high: {zh: 高, en: high}}
risk_at_start: low
papers:
  pledge: {title: {zh: 承诺书, en: Pledge}}
helpers:
  elder: {title: {zh: 五老, en: Elder}}
roles:
  companion: {title: {zh: 志愿者, en: companion}, tie: one, needed: yes, kinds: [orphan, lonely_elder]}
  candidate: {title: {zh: 待定, en: candidate}, proposal: open}
  township: {title: {zh: 乡镇, en: township}, desk: township}
  county: {title: {zh: 县, en: county}, desk: county}
  city: {title: {zh: 市, en: city}, desk: city}
pairing:
  role: companion
  desk: county
  papers: [pledge]
  papers_valid_for: 30 days
ladders:
  helper:
    rungs:
      - at: 3 days before
      - at: due day
      - {at: 3 days after, climb: township, acknowledged_for: 2 days}
      - {at: 9 days after, climb: county, repeat: 1 week}
  desk:
    rungs:
      - at_once: true
      - at: due day
      - {at: 5 days after, climb: county, repeat: 1 week}
  top:
    rungs:
      - {at: due day, repeat: 1 week}
  urgent:
    rungs:
      - {at_once: true, urgent: true}
      - {at: 1 day after, climb: county, urgent: true, repeat: 1 day}
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
    stages: [pairing, check-in, follow-up]
    kinds: [orphan, lonely_elder]
    opens: {after: [admitted, reopened, tie-ended], within: 5 days}
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
    kinds: [orphan, lonely_elder]
    opens: {every: 1 month}
    ladder: helper
    lapses_into: silence
    answerable_before: 2 months
    asks:
      wish: {title: {zh: 有心愿, en: wish}, type: yes-no}
      urgent: {title: {zh: 有急事, en: urgent}, type: yes-no, required: false}
      wanted_by: {title: {zh: 何时要, en: wanted by}, type: date, required: false}
      aid: {title: {zh: 需救助, en: aid}, type: yes-no, required: false}
    consequences:
      - {when: {wish: yes}, raises: wish}
      - {when: {urgent: yes}, raises: urgent}
      - {when: {aid: yes}, raises: aid}
  silence:
    title: {zh: 核查无音, en: Silence}
    owed_by: township
    stages: [identification, pairing, check-in, follow-up]
    opens: {after: ["lapsed:talk", "lapsed:note", telling-failed], within: 3 days}
    ladder: desk
  wish:
    title: {zh: 认领心愿, en: Take up wish}
    owed_by: township
    stages: [check-in]
    several: yes
    opens: {after: ["raised:wish"], within: 1 week}
    ladder: desk
    asks:
      taken: {title: {zh: 认领, en: taken up}, type: yes-no}
      until: {title: {zh: 何时实现, en: until}, type: date}
    consequences: [{when: {taken: no}, refuses: true}]
  fulfil:
    title: {zh: 实现心愿, en: Fulfil wish}
    owed_by: township
    stages: [check-in]
    several: yes
    opens: {after: ["met:wish"], on: until}
    ladder: desk
  urgent_need:
    title: {zh: 急需办理, en: Urgent need}
    owed_by: township
    stages: [check-in]
    several: yes
    opens: {after: ["raised:urgent"], on: wanted_by}
    ladder: urgent
  aid:
    title: {zh: 救助申请, en: Ask for aid}
    owed_by: township
    stages: [check-in]
    opens: {after: ["raised:aid"], within: 3 days}
    ladder: desk
  pay:
    title: {zh: 救助拨付, en: Pay}
    owed_by: county
    stages: [check-in]
    kinds: [orphan, lonely_elder]
    opens: {after: ["met:aid"], within: 3 days}
    ladder: top
    asks:
      account: {title: {zh: 收款账号, en: account paid to}, type: account}
      yuan: {title: {zh: 金额, en: yuan}, type: count, most: 100000}
  receipt:
    title: {zh: 收据回执, en: Receipt}
    owed_by: township
    stages: [check-in]
    opens: {after: ["met:pay"], within: 3 days}
    ladder: desk
  note:
    title: {zh: 每月小结, en: Monthly note}
    owed_by: township
    stages: [check-in]
    kinds: [school, committee, partner, household]
    opens: {every: 1 month}
    ladder: desk
    lapses_into: silence
    asks: {ends: {title: {zh: 帮扶结束, en: help ends}, type: yes-no, required: false}}
    consequences: [{when: {ends: yes}, move: close}]
  centre_plan:
    title: {zh: 建设计划, en: Plan}
    owed_by: township
    stages: [check-in]
    kinds: [day_centre]
    opens: {after: [admitted], within: 10 days}
    ladder: desk
    asks:
      lease_by: {title: {zh: 租赁期限, en: leased by}, type: date}
      refit_by: {title: {zh: 改造期限, en: refitted by}, type: date}
      walls_by: {title: {zh: 外墙期限, en: outer walls by}, type: date}
      furnished_by: {title: {zh: 设备期限, en: furnished by}, type: date}
  lease:
    title: {zh: 房屋租赁, en: Lease}
    owed_by: township
    stages: [check-in]
    opens: {after: ["met:centre_plan"], on: lease_by}
    ladder: desk
  refit:
    title: {zh: 内部改造, en: Refit}
    owed_by: township
    stages: [check-in]
    opens: {after: ["met:centre_plan"], on: refit_by}
    ladder: desk
  walls:
    title: {zh: 外墙施工, en: Outer walls}
    owed_by: township
    stages: [check-in]
    opens: {after: ["met:centre_plan"], on: walls_by}
    ladder: desk
  furnishing:
    title: {zh: 设备进场, en: Furnishing}
    owed_by: township
    stages: [check-in]
    opens: {after: ["met:centre_plan"], on: furnished_by}
    ladder: desk
  handing_in:
    title: {zh: 项目验收, en: Handing in}
    owed_by: county
    stages: [check-in]
    opens: {after: ["met:furnishing"], within: 1 month}
    ladder: top
    consequences: [{move: close}]
  camp_plan:
    title: {zh: 营会筹备, en: Camp plan}
    owed_by: township
    stages: [check-in]
    kinds: [camp]
    opens: {after: ["invited:camp"], within: 10 days}
    ladder: desk
  camp_day:
    title: {zh: 营会举办, en: Camp held}
    owed_by: township
    stages: [check-in]
    kinds: [camp]
    opens: {after: ["invited:camp"], on: on}
    ladder: desk
  camp_count:
    title: {zh: 营会小结, en: Camp count}
    owed_by: township
    stages: [check-in]
    kinds: [camp]
    opens: {after: ["met:camp_day"], on: on, within: 5 days}
    ladder: desk
    asks: {came: {title: {zh: 实到人数, en: how many came}, type: count}}
    consequences: [{move: close}]
  camp_consent:
    title: {zh: 监护人同意, en: Guardian's consent}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    kinds: [orphan]
    opens: {after: ["invited:camp"], within: 5 days}
    ladder: desk
    asks: {agrees: {title: {zh: 同意参加, en: agrees}, type: yes-no}}
    consequences: [{when: {agrees: no}, refuses: true}]
  camp_attendance:
    title: {zh: 营会签到, en: Attendance}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    kinds: [orphan]
    opens: {after: ["met:camp_consent"], on: on}
    ladder: desk
    asks: {came: {title: {zh: 到场, en: came}, type: yes-no}}
  meeting_day:
    title: {zh: 例会召开, en: Meeting held}
    owed_by: township
    stages: [check-in]
    kinds: [meeting]
    opens: {after: ["invited:meeting"], on: on}
    ladder: desk
    asks: {came: {title: {zh: 实到单位, en: how many came}, type: count}}
    consequences: [{move: close}]
  meeting_attendance:
    title: {zh: 例会签到, en: Meeting attendance}
    owed_by: township
    stages: [check-in]
    kinds: [committee, school]
    opens: {after: ["invited:meeting"], on: on}
    met_by: ["refused:meeting_reply"]
    ladder: desk
    asks: {came: {title: {zh: 到会, en: came}, type: yes-no}}
  meeting_reply:
    title: {zh: 例会回执, en: Reply}
    owed_by: township
    stages: [check-in]
    kinds: [committee, school]
    opens: {after: ["invited:meeting"], within: 3 days}
    ladder: desk
    asks: {comes: {title: {zh: 能参加, en: comes}, type: yes-no}}
    consequences: [{when: {comes: no}, refuses: true}]
  look_back:
    title: {zh: 年评, en: Look back}
    owed_by: township
    stages: [follow-up]
    opens: {rule: "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9"}
    ladder: desk
    lapses_into: silence
    asks: {done: {title: {zh: 自立, en: done}, type: yes-no}}
    consequences: [{when: {done: yes}, move: close}]
life:
  grown: {title: {zh: 成年, en: grown}, from_age: 18 years, move: follow-up}
"""


@lru_cache
def bodies_programme(*changes: tuple[str, str]) -> Programme:
    """The programme itself, or with pieces of its text (each found once) written differently."""
    text = TEXT
    for before, after in changes:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in the text"
        text = text.replace(before, after)
    read = read_programme(text)
    assert isinstance(read, Programme), [mistake.sentence("en") for mistake in read]
    return read
