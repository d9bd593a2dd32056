"""A programme that uses every wider part of the schema once, and that file with each rule of those parts broken."""

from typing import Final

WIDE: Final = """\
programme: wide
version: 1
title: {zh: 宽方案, en: Wide}
subject: child
area: "5300"
time_zone: Asia/Shanghai
valid_from: 2026-01-01
eligible:
  below_age: 18
  kinds:
    left: {title: {zh: 留守儿童, en: Left behind}}
    elder: {title: {zh: 独居老人, en: Elder}, subject: elder, from_age: 60, starts: check-in, risk_at_start: low}
    camp: {title: {zh: 夏令营, en: Camp}, subject: project, starts: check-in}
    group: {title: {zh: 关工委, en: Committee}, subject: unit, starts: check-in}
risks: {low: {zh: 低, en: low}, high: {zh: 高, en: high}}
risk_at_start: low
papers:
  pledge: {title: {zh: 承诺书, en: Pledge}, lasts: 1 year, pauses: true}
helpers:
  retired: {title: {zh: 五老, en: Retired elder}}
  cadre: {title: {zh: 干部, en: Cadre}}
roles:
  companion: {title: {zh: 陪伴, en: friend}, tie: one, needed: true, of: [retired], papers: [pledge], kinds: [left]}
  cadre: {title: {zh: 包保干部, en: cadre}, tie: one, needed: true, of: [cadre], kinds: [left]}
  friends: {title: {zh: 帮扶人, en: friends}, tie: several, most: 5, kinds: [left]}
  candidate: {title: {zh: 待定, en: candidate}, proposal: open}
  township: {title: {zh: 乡镇, en: township}, desk: township}
  county: {title: {zh: 县, en: county}, desk: county}
  receiving: {title: {zh: 转入乡镇, en: receiving}, desk: township, of: transfer}
pairing:
  role: companion
  desk: county
  papers: [pledge]
  papers_valid_for: 30 days
ladders:
  helper:
    rungs:
      - at: due day
      - {at: 3 days after, climb: township}
      - {at: 9 days after, climb: county, repeat: 1 week}
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
    opens: {after: [opened], within: 5 days}
    ladder: desk
    asks: {fit: {title: {zh: 符合, en: fit}, type: yes-no}}
    consequences: [{when: {fit: yes}, move: admit}, {when: {fit: no}, move: refuse}]
  find_companion:
    title: {zh: 找志愿者, en: Find companion}
    owed_by: township
    stages: [pairing, check-in, follow-up]
    kinds: [left]
    opens: {after: [admitted, reopened, "tie-ended:companion"], within: 5 days}
    met_by: ["tie-begun:companion"]
    ladder: desk
  find_cadre:
    title: {zh: 找干部, en: Find cadre}
    owed_by: county
    stages: [pairing, check-in, follow-up]
    kinds: [left]
    opens: {after: [admitted, reopened, "tie-ended:cadre"], within: 5 days}
    met_by: ["tie-begun:cadre"]
    ladder: top
  decide:
    title: {zh: 审定, en: Decide}
    owed_by: county
    stages: [pairing, check-in, follow-up]
    opens: {after: [proposed], within: 5 days}
    met_by: [approved, declined]
    ladder: top
  accept:
    title: {zh: 确认, en: Accept}
    owed_by: candidate
    stages: [pairing, check-in, follow-up]
    opens: {after: [approved], within: 5 days}
    met_by: ["tie-begun:companion", declined]
    ladder: helper
  talk:
    title: {zh: 谈心, en: Talk}
    owed_by: companion
    stages: [check-in]
    kinds: [left]
    together_with: [cadre]
    opens: {every: {by_life: {junior: 2 weeks}, otherwise: 1 month}, outside: holidays}
    ladder: helper
    lapses_into: silence
    asks:
      need: {title: {zh: 有无需求, en: need}, type: yes-no}
      school: {title: {zh: 学习, en: school}, type: yes-no, life: [junior]}
    consequences: [{when: {need: yes}, raises: need}]
  silence:
    title: {zh: 核查无音, en: Silence}
    owed_by: township
    stages: [identification, pairing, check-in, follow-up]
    opens: {after: ["lapsed:talk", "lapsed:patrol", telling-failed], within: 3 days}
    ladder: desk
  need:
    title: {zh: 认领需求, en: Need}
    owed_by: township
    stages: [check-in]
    kinds: [left]
    several: true
    opens: {after: ["raised:need"], within: 3 days}
    ladder: desk
    asks: {solve_by: {title: {zh: 期限, en: by}, type: date}}
  solved:
    title: {zh: 解决需求, en: Solved}
    owed_by: township
    stages: [check-in]
    kinds: [left]
    several: true
    opens: {after: ["met:need"], on: solve_by}
    ladder: desk
  renew:
    title: {zh: 续签, en: Renew}
    owed_by: companion
    stages: [pairing, check-in, follow-up]
    kinds: [left]
    opens: {paper: pledge}
    ladder: helper
  successor:
    title: {zh: 找接替人, en: Successor}
    owed_by: township
    stages: [check-in, follow-up]
    kinds: [left]
    opens: {ending: companion}
    met_by: ["tie-begun:companion"]
    ladder: desk
  cadre_leaves:
    title: {zh: 干部调离, en: Cadre leaves}
    owed_by: county
    stages: [check-in, follow-up]
    kinds: [left]
    opens: {ending: cadre}
    met_by: ["tie-begun:cadre"]
    ladder: top
  handover:
    title: {zh: 交接见面, en: Handover}
    owed_by: companion
    stages: [check-in, follow-up]
    kinds: [left]
    together_with: [companion]
    opens: {after: ["succeeded:companion"], within: 10 days}
    ladder: helper
    asks: {met: {title: {zh: 已见面, en: met}, type: yes-no}}
    consequences: [{when: {met: yes}, releases: companion}]
  take_over:
    title: {zh: 转入审批, en: Take over}
    owed_by: receiving
    stages: [identification, pairing, check-in, follow-up]
    opens: {after: [transfer-asked], within: 5 days}
    met_by: [moved, transfer-declined]
    ladder: desk
    asks: {agreed: {title: {zh: 同意, en: agreed}, type: yes-no}}
    consequences: [{when: {agreed: yes}, move: accept-transfer}, {when: {agreed: no}, move: decline-transfer}]
  often_late:
    title: {zh: 谈心提醒, en: Quiet talk}
    owed_by: township
    stages: [check-in]
    kinds: [left]
    opens: {after: ["raised:often_late"], within: 10 days}
    ladder: desk
  consent:
    title: {zh: 监护人同意, en: Consent}
    owed_by: township
    stages: [check-in, follow-up]
    kinds: [left]
    opens: {after: ["invited:camp"], within: 3 days}
    ladder: desk
    asks: {agreed: {title: {zh: 同意, en: agreed}, type: yes-no}}
    consequences: [{when: {agreed: no}, refuses: true}]
  attendance:
    title: {zh: 活动签到, en: Attendance}
    owed_by: township
    stages: [check-in, follow-up]
    kinds: [left]
    opens: {after: ["met:consent"], on: on, within: 2 days}
    ladder: desk
  payment:
    title: {zh: 拨付, en: Payment}
    owed_by: county
    stages: [check-in]
    kinds: [left, elder]
    opens: {after: ["risk:high"], within: 5 days}
    ladder: top
    asks: {account: {title: {zh: 账户, en: account}, type: account}}
  greeting:
    title: {zh: 中秋慰问, en: Greeting}
    owed_by: township
    stages: [check-in, follow-up]
    kinds: [left, elder]
    opens: {yearly: mid-autumn}
    ladder: desk
    lapses_into: look_again
  patrol:
    title: {zh: 水域巡查, en: Patrol}
    owed_by: township
    stages: [check-in]
    kinds: [group]
    opens: {every: 1 week, during: summer}
    ladder: desk
    lapses_into: silence
  look_back:
    title: {zh: 年评, en: Look back}
    owed_by: township
    stages: [check-in, follow-up]
    kinds: [left, elder]
    opens: {rule: "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9", during: autumn}
    ladder: desk
    lapses_into: look_again
    asks: {done: {title: {zh: 自立, en: done}, type: yes-no}}
    consequences: [{when: {done: yes}, move: close}]
  look_again:
    title: {zh: 督办, en: Look again}
    owed_by: county
    stages: [check-in, follow-up]
    kinds: [left, elder]
    opens: {after: ["lapsed:look_back", "lapsed:greeting"], within: 3 days}
    ladder: top
  camp_report:
    title: {zh: 活动总结, en: Camp report}
    owed_by: county
    stages: [check-in]
    kinds: [camp]
    opens: {after: [admitted], within: 3 months}
    ladder: top
    asks: {held: {title: {zh: 已举办, en: held}, type: yes-no}}
    consequences: [{when: {held: yes}, move: close}]
life:
  junior: {title: {zh: 初中, en: Junior}, from_age: 12 years, on: 09-01}
  grown: {title: {zh: 成年, en: Grown}, from_age: 18 years, move: follow-up}
times_of_year:
  summer: {title: {zh: 暑期, en: Summer}, begins: 06-15, ends: 08-31}
  autumn: {title: {zh: 秋季, en: Autumn}, begins: 09-01, ends: 11-30}
  holidays: {title: {zh: 春节前后, en: Spring Festival}, around: spring-festival, days_before: 7, days_after: 7}
lateness: {count: 3, within: 6 months, raises: often_late}
serving: {until_age: 75}
"""

BROKEN_WIDE: Final[tuple[tuple[str, str, str, str], ...]] = (
    # Names
    ("of: [retired]", "of: [retierd]", "roles.companion.of[0]", "no-such-near"),
    ("papers: [pledge], kinds", "papers: [pledges], kinds", "roles.companion.papers[0]", "no-such-near"),
    ("most: 5, kinds: [left]", "most: 5, kinds: [lefd]", "roles.friends.kinds[0]", "no-such-near"),
    ("risk_at_start: low}", "risk_at_start: lowest}", "eligible.kinds.elder.risk_at_start", "no-such-near"),
    ("kinds: [camp]", "kinds: [camps]", "duties.camp_report.kinds[0]", "no-such-near"),
    ("together_with: [cadre]", "together_with: [cader]", "duties.talk.together_with[0]", "no-such-near"),
    ("life: [junior]", "life: [juniors]", "duties.talk.asks.school.life[0]", "no-such-near"),
    ("by_life: {junior", "by_life: {senior", "duties.talk.opens.every.by_life.senior", "no-such-near"),
    ("during: summer", "during: sumer", "duties.patrol.opens.during", "no-such-near"),
    ("outside: holidays", "outside: holiday", "duties.talk.opens.outside", "no-such-near"),
    ("opens: {ending: companion}", "opens: {ending: compagnon}", "duties.successor.opens.ending", "no-such-near"),
    ("opens: {ending: companion}", "opens: {ending: township}", "duties.successor.opens.ending", "not-a-helper"),
    ("releases: companion", "releases: compagnon", "duties.handover.consequences[0].releases", "no-such-near"),
    ("releases: companion", "releases: county", "duties.handover.consequences[0].releases", "not-a-helper"),
    ('"tie-ended:cadre"', '"tie-ended:carde"', "duties.find_cadre.opens.after[2]", "no-such-near"),
    ('"tie-ended:cadre"', '"tie-ended:county"', "duties.find_cadre.opens.after[2]", "not-a-helper"),
    ('"succeeded:companion"', '"leaving:candidate"', "duties.handover.opens.after[0]", "not-a-helper"),
    ('"invited:camp"', '"invited:cmap"', "duties.consent.opens.after[0]", "no-such-near"),
    ("raises: often_late", "raises: oftn_late", "lateness.raises", "raised-to-nobody-near"),
    ("around: spring-festival, days_before: 7, days_after: 7}",
     "around: spring-festival}\n  winter: {title: {zh: 冬, en: winter}, begins: 12-01, ends: 02-28}",
     "times_of_year.winter", "unused"),
    # Forms
    ("{by_life: {junior: 2 weeks}, otherwise: 1 month}", "{by_life: {junior: 2 weeks}}", "duties.talk.opens.every",
     "cadence-form"),
    ("begins: 06-15, ends: 08-31", "begins: 06-15", "times_of_year.summer", "time-of-year-form"),
    ("yearly: mid-autumn", "yearly: midautumn", "duties.greeting.opens.yearly", "yearly-form"),
    ("around: spring-festival", "around: spring", "times_of_year.holidays.around", "one-of"),
    ("of: transfer", "of: {a: b}", "roles.receiving.of", "one-of"),
    # Times
    ("begins: 06-15", "begins: 06-31", "times_of_year.summer.begins", "no-such-day"),
    ("ends: 08-31}", "ends: 08-31, days_after: 3}", "times_of_year.summer.days_after", "days-without-around"),
    ("within: 10 days}\n    ladder: desk\n  consent", "within: 10 days, during: summer}\n    ladder: desk\n  consent",
     "duties.often_late.opens.during", "season-without-rhythm"),
    ("during: autumn", "during: summer", "duties.look_back.opens.during", "never-in-season"),
    ("during: autumn", "outside: autumn", "duties.look_back.opens.outside", "never-in-season"),
    ("yearly: mid-autumn", "yearly: mid-autumn, during: summer", "duties.greeting.opens.during", "never-in-season"),
    ("every: 1 week, during", "every: 3 months, during", "duties.patrol.opens.during", "season-missed"),
    ("opens: {yearly: mid-autumn}", "several: true\n    opens: {yearly: mid-autumn}", "duties.greeting.several",
     "several-by-itself"),
    ("yearly: mid-autumn", "yearly: 09-09, days_before: 3", "duties.greeting.opens.days_before",
     "days-without-festival"),
    ("yearly: mid-autumn", "yearly: mid-autumn, days_before: 3, days_after: 1", "duties.greeting.opens.days_after",
     "days-without-festival"),
    ("yearly: mid-autumn", "yearly: mid-autumn, days_after: 3, during: summer", "duties.greeting.opens.during",
     "never-in-season"),
    ("opens: {yearly: mid-autumn}", "once: true\n    opens: {yearly: mid-autumn}", "duties.greeting.once",
     "once-by-itself"),
    ('opens: {after: ["raised:often_late"]', 'once: true\n    opens: {after: ["raised:often_late"]',
     "duties.often_late.opens.after[0]", "once-unheard"),
    ("on: solve_by", "on: solved_by", "duties.solved.opens.on", "on-not-asked"),
    ('after: ["met:need"], on', 'after: ["raised:need"], on', "duties.solved.opens.on", "on-not-asked"),
    ('after: ["met:need"], on', 'after: ["risk:high"], on', "duties.solved.opens.after[0]", "on-without-day"),
    ('after: ["met:need"], on', 'after: ["raised:often_late"], on', "duties.solved.opens.after[0]", "on-without-day"),
    ('["invited:camp"], within', '["invited:camp"], on: first_day, within', "duties.consent.opens.on",
     "on-invitation"),
    ('["met:consent"], on: on', '["met:need"], on: on', "duties.attendance.opens.on", "on-not-asked"),
    # Roles
    ("tie: one, needed: true, of: [cadre]", "tie: one, most: 2, needed: true, of: [cadre]", "roles.cadre.most",
     "range-of-one"),
    ("tie: several, most: 5", "tie: several, least: 6, most: 5", "roles.friends.least", "least-above-most"),
    ("kinds: [left]\n    together_with", "kinds: [left, elder]\n    together_with", "duties.talk.kinds",
     "owner-of-other-kind"),
    ("kinds: [left]\n    opens: {ending: cadre}\n", "together_with: [county]\n    kinds: [left]\n"
     "    opens: {ending: cadre}\n", "duties.cadre_leaves.together_with[0]", "together-with-oneself"),
    ('met_by: ["tie-begun:cadre"]', "met_by: [tie-begun]", "duties.find_cadre.met_by[0]", "tie-of-whom"),
    ('"tie-ended:cadre"', "tie-ended", "duties.find_cadre.opens.after[2]", "tie-of-whom"),
    ('[admitted, reopened, "tie-ended:cadre"]', '[admitted, "tie-ended:cadre"]', "roles.cadre", "nobody-looks-for"),
    ("owed_by: county\n    stages: [pairing, check-in, follow-up]\n    kinds: [left]\n    opens: {after: [admitted",
     "owed_by: county\n    stages: [pairing, follow-up]\n    kinds: [left]\n    opens: {after: [admitted",
     "roles.cadre", "nobody-looks-for"),
    ("papers:\n  pledge: {title: {zh: 承诺书, en: Pledge}, lasts: 1 year, pauses: true}",
     "papers:\n  secrecy: {title: {zh: 保密, en: Secrecy}, pauses: true}\n"
     "  pledge: {title: {zh: 承诺书, en: Pledge}, lasts: 1 year, pauses: true}", "papers.secrecy.pauses",
     "pauses-for-good"),
    ("most: 5, kinds: [left]", "most: 5, papers: [pledge], kinds: [left]", "roles.friends.papers[0]",
     "paper-not-renewed"),
    ("owed_by: companion\n    stages: [pairing, check-in, follow-up]",
     "owed_by: companion\n    stages: [identification, check-in]", "duties.renew.stages[0]", "nobody-tied"),
    # Changes
    ('"succeeded:companion"', '"succeeded:friends"', "duties.handover.opens.after[0]", "succeeds-several"),
    ("releases: companion", "releases: friends", "duties.handover.consequences[0].releases", "succeeds-several"),
    ("stages: [pairing, check-in, follow-up]\n    opens: {after: [proposed]",
     "stages: [pairing, follow-up]\n    opens: {after: [proposed]", "duties.decide.stages", "successor-undecided"),
    ("opens: {ending: cadre}", "opens: {ending: companion}", "serving", "nobody-looks-ahead"),
    ('owed_by: township\n    stages: [check-in]\n    kinds: [left]\n    opens: {after: ["raised:often_late"]',
     'owed_by: companion\n    stages: [check-in]\n    kinds: [left]\n    opens: {after: ["raised:often_late"]',
     "duties.often_late.owed_by", "talk-by-helper"),
    ("opens: {after: [transfer-asked]", "opens: {after: [moved]", "duties.take_over.opens", "transfer-opens"),
    ("met_by: [moved, transfer-declined]\n    ladder: desk\n    asks: {agreed: {title: {zh: 同意, en: agreed}, "
     "type: yes-no}}\n    consequences: [{when: {agreed: yes}, move: accept-transfer}, ",
     "met_by: [moved]\n    ladder: desk\n    asks: {agreed: {title: {zh: 同意, en: agreed}, type: yes-no}}\n"
     "    consequences: [", "duties.take_over.met_by", "transfer-never-ends"),
    ("stages: [identification, pairing, check-in, follow-up]\n    opens: {after: [transfer-asked]",
     "stages: [check-in, follow-up]\n    opens: {after: [transfer-asked]", "duties.take_over.stages",
     "transfer-out-of-stage"),
    ("{when: {agreed: no}, refuses: true}", "{when: {agreed: no}, move: decline-transfer}",
     "duties.consent.consequences[0].move", "transfer-not-asked"),
    ("kinds: [left, elder]\n    opens: {after: [\"risk:high\"]", "opens: {after: [\"risk:high\"]",
     "duties.payment.asks.account.type", "account-of-a-project"),
    ("asks: {account:", "consequences: [{when: {account: yes}, risk: high}]\n    asks: {account:",
     "duties.payment.consequences[0].when.account", "condition-never"),
    # Kinds
    ("subject: project, starts", "subject: project, below_age: 9, starts", "eligible.kinds.camp.below_age",
     "age-of-a-thing"),
    ("from_age: 60", "from_age: 60, below_age: 50", "eligible.kinds.elder", "ages-of-nobody"),
    ("kinds: [left, elder]\n    opens: {after: [\"lapsed:look_back\"",
     "kinds: [left]\n    opens: {after: [\"lapsed:look_back\"", "duties.look_back.lapses_into", "lapses-out-of-kind"),
    ("subject: project, starts: check-in", "subject: project", "eligible.kinds.camp", "kind-never-paired"),
    # The course of a case, kind by kind
    ('"lapsed:patrol", telling-failed], within: 3 days}', '"lapsed:patrol", telling-failed], within: 3 days}\n'
     "    kinds: [left, elder, group]", "eligible.kinds.camp", "kind-nobody-listens"),
    ("kinds: [left, elder]\n    opens: {rule", "kinds: [left]\n    opens: {rule", "eligible.kinds.elder",
     "kind-no-way-to-close"),
    ("    stages: [identification]\n", "    stages: [identification]\n    kinds: [left, elder, group]\n",
     "eligible.kinds.camp", "kind-no-way-to-admit"),
    ("kinds: [group]", "kinds: [elder]", "eligible.kinds.group", "kind-stage-without-rhythm"),
    ("stages: [check-in]\n    kinds: [group]", "stages: [pairing]\n    kinds: [group]", "duties.patrol.stages",
     "stage-unreached"),
    ('    kinds: [left]\n    opens: {after: ["invited:camp"]', '    kinds: [group]\n    opens: {after: ["met:talk"]',
     "duties.consent.opens.after", "never-in-stage"),
)  # fmt: skip
"""(what stands in WIDE, what is written instead, where the mistake is told, which)."""
