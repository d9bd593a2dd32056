"""The URLs of channels: what can be written, what is refused, and what is never shown."""

import re
import socket
import ssl
from pathlib import Path
from typing import Final

import apprise
import pytest
from peers.messages import a_message
from peers.smtp import smtp_peer

from domain.words import sentences
from notifiers.channels import PLUGINS, ChannelUrlRefused, open_channel, register_channels
from notifiers.channels.channel import ChannelPlugin, last_outcome
from notifiers.channels.connection_troubles import connection_trouble
from notifiers.channels.redact import redacted
from notifiers.channels.spool import listing, spool_url
from notifiers.outcomes import OutcomeKind

README: Final = Path(__file__).parents[2] / "notifiers" / "channels" / "README.md"
GOOD_URLS = [
    "swmail://mail.example.org/?from=shouwang@example.org",
    "swmail://a%40b.cn:p%40%3A%2F%3F%23%26@[::1]:465/?from=shouwang@example.org&mode=tls&name=%E5%AE%88%E6%9C%9B",
    "swsms://kan:nel@sms.example.org:13013/cgi-bin/sendsms?from=10690&mode=plain",
    "swsms://sms.example.org/v2/send?preset=json&+X-Key=sesame&:/Batch/0/to={to}&ok_match=a%26b%3Bc",
    "swsms://k:p@h.example/send?hears=yes&allow=10.0.0.0/8,::1&report_url=https%3A%2F%2Fa.example%2Fin%2Fsms%2Fkey",
    "swaliyun://LTAI:s%2Fc%40t@dysmsapi.aliyuncs.com/?sign=%E5%AE%88%E6%9C%9B&:one-answer=SMS_1,case,code&:many=SMS_2",
    "swtencent://AKID:k%3Ay@sms.tencentcloudapi.com/?app=1400006666&sign=%E5%AE%88%E6%9C%9B&:one-answer=1110,case,code",
    "swwecom://693a91f6-7e5b@qyapi.weixin.qq.com/?mention=no",
    "swdingtalk://566cc69d:SEC%2B7d%2Ff0@oapi.dingtalk.com/?language=en",
    "swfeishu://3f6d1c2a:pQ7x@open.feishu.cn:8443/of/our/proxy?mode=plain",
    "swspool:///var/lib/shouwang/待发%20%231",
]


@pytest.mark.parametrize("url", GOOD_URLS)
def test_a_url_survives_being_written_out_and_read_again(url: str) -> None:
    channel = open_channel(url)
    written = channel.url(privacy=False)
    again = open_channel(written)
    assert again.url(privacy=False) == written
    assert repr(again) == repr(channel)


def test_a_password_stays_out_of_every_way_of_showing_a_channel(caplog: pytest.LogCaptureFixture) -> None:
    url = "swsms://me:open-s%40same@h.example:1/s?:key=k-5551&+X-Token=t-5552&to=13812345678&mode=plain"
    with caplog.at_level(1):
        channel, robot = open_channel(url), open_channel("swdingtalk://t-5553:s-5554@h.example/?to=13812345678")
        shown = caplog.text + repr(channel) + str(channel) + channel.url() + repr(robot) + robot.url()
        with pytest.raises(ChannelUrlRefused) as refused:
            open_channel(url + "&retrys=3&ok_match=(")
    for secret in ("s@same", "s%40same", "k-5551", "t-5552", "t-5553", "s-5554", "13812345678"):
        assert secret not in shown + str(refused.value) + repr(refused.value)


@pytest.mark.parametrize(
    ("url", "mistakes"),
    [
        ("mailto://a:b@example.org", [("unknown-channel", "")]),
        ("no address at all", [("unknown-channel", "")]),
        ("swmail://", [("host-missing", ""), ("setting-missing", "from")]),
        ("swmail://h?from=nobody&mode=tsl", [("setting-not-an-address", "from"), ("setting-not-a-choice", "mode")]),
        ("swmail://h?from=a@b.cn&mod=tls", [("setting-unknown", "mod")]),
        ("swmail://h?from=a@b.cn&ca=/nowhere.pem", [("setting-not-a-file", "ca")]),
        ("swmail://h?from=a@b.cn&verify=no", [("certificate-check-off", "")]),
        ("swmail://h?from=a@b.cn&name=a%0D%0AB:c", [("setting-has-line-break", "name")]),
        ("swmail://h?from=a@b.cn&cto=soon&tz=Mars/One", [("setting-not-a-zone", "tz"), ("setting-not-seconds", "cto")]),
        ("swmail://h?from=a@b.cn&ehlo=a%20b", [("setting-not-a-domain", "ehlo")]),
        ("swsms://h?preset=none", [("setting-not-a-choice", "preset"), ("nothing-to-fill", ":")]),
        ("swsms://h?:text={body}", [("placeholder-unknown", "text"), ("nothing-to-fill", ":")]),
        ("swsms://h?ok_match=(", [("setting-not-a-pattern", "ok_match")]),
        ("swsms://h?ok_status=fine", [("setting-not-status", "ok_status")]),
        ("swsms://h?id_pointer=id", [("setting-not-a-place", "id_pointer")]),
        ("swsms://h?hears=maybe", [("setting-not-a-choice", "hears")]),
        ("swsms://h?allow=10.0.0.0/99", [("setting-not-networks", "allow")]),
        ("swsms://h?report_url=ftp://h/%25d", [("setting-not-a-url", "report_url")]),
        ("swsms://h?reply_list=all", [("setting-not-a-place", "reply_list")]),
        ("swsms://h?reply_id=/", [("setting-not-a-place", "reply_id")]),
        ("swsms://h?charset=koi8-r", [("setting-not-a-choice", "charset")]),
        ("swspool://folder/below", [("folder-missing", "")]),
        ("swspool:///", [("folder-missing", "")]),
    ],
)  # fmt: skip
def test_every_mistake_in_a_url_is_named_at_once(url: str, mistakes: list[tuple[str, str]]) -> None:
    with pytest.raises(ChannelUrlRefused) as refused:
        open_channel(url)

    assert {(mistake.key, mistake.setting) for mistake in refused.value.mistakes} == set(mistakes)
    for mistake in refused.value.mistakes:
        assert mistake.setting in mistake.sentence("zh")
        assert "{" not in mistake.sentence("en").replace("{to}", "").replace("{text}", "").split("Known:")[0]


@pytest.mark.parametrize(("scheme", "plugin"), PLUGINS.items())
def test_every_setting_of_a_channel_is_explained(scheme: str, plugin: type[ChannelPlugin]) -> None:
    sections = README.read_text(encoding="utf-8").split("\n### ")
    text = next(section for section in sections if re.search(rf"\b{scheme}\b", section.partition("\n")[0]))
    assert [name for name in plugin.known_settings if f"`{name}`" not in text] == []


def test_the_sentences_about_urls_are_there_in_both_languages() -> None:
    assert sentences("channels", "zh").keys() == sentences("channels", "en").keys()


def test_apprise_itself_can_use_the_channels_once_they_are_registered(tmp_path: Path) -> None:
    register_channels()
    register_channels()
    with smtp_peer() as peer:
        notices = apprise.Apprise()
        assert notices.add(f"swmail://localhost:{peer.port}/?from=a@example.org&to=ops@example.org&mode=plain")
        assert notices.notify(title="磁盘将满", body="剩余 3%")
        outcome = last_outcome.get()
        assert outcome is not None
        assert outcome.code == "250 2.0.0"
        peer.answer("RCPT", "550 5.1.1 no such user")
        assert not notices.notify(title="磁盘将满", body="剩余 2%")

    assert peer.mails[0].mail["Subject"] == "磁盘将满"
    assert peer.mails[0].recipient == "ops@example.org"
    notices = apprise.Apprise(spool_url(tmp_path) + "?to=ops@example.org")
    assert notices.notify(title="磁盘将满", body="剩余 3%")
    assert notices.notify(title="磁盘将满", body="剩余 3%")
    assert len(listing(tmp_path)) == 2


def test_apprise_never_sends_again_by_itself_even_when_its_url_asks_for_it() -> None:
    register_channels()
    with smtp_peer() as peer:
        url = f"swmail://localhost:{peer.port}/?from=a@example.org&to=b@example.org&mode=plain"
        asset = apprise.AppriseAsset(default_service_retry=3)
        notices = apprise.Apprise(url, asset=asset)
        peer.answer("RCPT", "450 4.2.0 busy")
        assert not notices.notify(body="磁盘将满")
        assert peer.said == ["MAIL", "RCPT"]


def test_opening_our_own_channels_loads_none_of_apprises_and_writes_no_log(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with caplog.at_level(1):
        open_channel("swmail://me:sesame@mail.example.org/?from=a@b.cn")
        open_channel(spool_url(tmp_path)).send(a_message())

    assert caplog.text == ""


def test_the_outcome_of_one_message_is_never_taken_for_that_of_another(tmp_path: Path) -> None:
    channel, before = open_channel(spool_url(tmp_path)), last_outcome.get()
    assert channel.send(a_message()).is_accepted
    assert channel.send(a_message(text="")).kind is OutcomeKind.PERMANENT
    assert last_outcome.get() is before


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, ""), "misconfigured", "no-such-host"),
        (socket.gaierror(socket.EAI_AGAIN, ""), "temporary", "name-server-silent"),
        (ConnectionRefusedError(), "temporary", "connection-refused"),
        (TimeoutError(), "temporary", "connection-timed-out"),
        (OSError(113, "no route"), "temporary", "connection-failed"),
        (ssl.SSLError(1, "wrong version"), "misconfigured", "tls-handshake"),
        (ssl.SSLEOFError(), "temporary", "tls-cut-off"),
    ],
)
def test_each_way_of_not_reaching_a_server_means_one_thing(error: OSError, kind: str, code: str) -> None:
    outcome = connection_trouble(error)
    assert (outcome.kind, outcome.code) == (kind, code)


def test_a_redacted_detail_keeps_the_reason_and_loses_the_rest() -> None:
    said = "rejected\r\n (code 17): to 138 1234 5678 or li%40example.org, see https://x.cn/?u=1; 今天该回访了请打开"
    shown = redacted(said, ["您好,案例今天该回访了请打开链接", "", "17"])
    assert shown.startswith("rejected (code […]): to […] or […], see […]")
    for secret in ("1234", "example", "x.cn", "今天该回访"):
        assert secret not in shown
    assert len(redacted("长" * 5000, [])) == 200
