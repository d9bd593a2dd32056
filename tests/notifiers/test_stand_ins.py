"""The stand-ins for SMS services are believed because the services' own SDKs get on with them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models import QuerySendDetailsRequest, SendSmsRequest
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from peers import aliyun, tencent
from peers.aliyun import AliyunPeer, aliyun_peer
from peers.tencent import TencentPeer, tencent_peer
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111 import models
from tencentcloud.sms.v20210111.sms_client import SmsClient

from domain import clock
from notifiers.channels.aliyun_signing import aliyun_request
from notifiers.channels.tencent_signing import tencent_request

NUMBER = "13812345678"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDKs would go through a proxy named in the environment."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def at_aliyun() -> Iterator[AliyunPeer]:
    with aliyun_peer() as peer:
        yield peer


@pytest.fixture
def at_tencent() -> Iterator[TencentPeer]:
    with tencent_peer() as peer:
        yield peer


def aliyun_sdk(peer: AliyunPeer, secret: str = aliyun.SECRET) -> Any:
    key = {"access_key_id": aliyun.KEY_ID, "access_key_secret": secret}
    return Client(Config(**key, endpoint=f"127.0.0.1:{peer.port}", protocol="http"))


def tencent_sdk(peer: TencentPeer, secret: str = tencent.SECRET_KEY) -> Any:
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=f"127.0.0.1:{peer.port}"))
    return SmsClient(Credential(tencent.SECRET_ID, secret), "ap-guangzhou", profile)


def to_aliyun(**changes: Any) -> Any:
    usual = {"phone_numbers": NUMBER, "sign_name": "守望", "template_code": "SMS_1001", "out_id": "n7"}
    return SendSmsRequest(**usual | {"template_param": '{"case": "371302-00412", "code": "8K 2Q"}'} | changes)


def to_tencent(**changes: Any) -> Any:
    request = models.SendSmsRequest()
    usual = {"PhoneNumberSet": [f"+86{NUMBER}"], "SmsSdkAppId": tencent.APP, "SignName": "守望", "TemplateId": "1110"}
    request._deserialize(usual | {"TemplateParamSet": ["371302-00412", "8K2Q"], "SessionContext": "n7"} | changes)
    return request


def test_aliyuns_own_sdk_sends_and_finds_what_it_sent(at_aliyun: AliyunPeer) -> None:
    sdk = aliyun_sdk(at_aliyun)
    sent = sdk.send_sms(to_aliyun()).body
    day = f"{at_aliyun.record[0].at:%Y%m%d}"
    query = QuerySendDetailsRequest(phone_number=NUMBER, send_date=day, page_size=10, current_page=1)
    kept = sdk.query_send_details(query).body

    assert (sent.code, sent.biz_id) == ("OK", at_aliyun.record[0].biz_id)
    assert kept.total_count == "1"
    (row,) = kept.sms_send_detail_dtos.sms_send_detail_dto
    assert (row.out_id, row.send_status, row.phone_num) == ("n7", 1, NUMBER)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"template_param": '{"case": "371302-00412"}'}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"template_param": '{"case": "%s", "code": "1"}' % ("长" * 36)}, "isv.PARAM_LENGTH_LIMIT"),
        ({"template_param": '{"case": "https://a.example", "code": "1"}'}, "isv.PARAM_NOT_SUPPORT_URL"),
        ({"template_param": '{"case": 1, "code": "1"}'}, "isv.INVALID_JSON_PARAM"),
        ({"template_code": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"sign_name": "别人"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"phone_numbers": "1381234"}, "isv.MOBILE_NUMBER_ILLEGAL"),
    ],
)
def test_the_stand_in_for_aliyun_refuses_what_aliyun_refuses(
    at_aliyun: AliyunPeer, changes: dict[str, str], code: str
) -> None:
    assert aliyun_sdk(at_aliyun).send_sms(to_aliyun(**changes)).body.code == code
    assert at_aliyun.record == []


def test_the_stand_in_for_aliyun_refuses_a_wrong_secret_and_an_incomplete_call(at_aliyun: AliyunPeer) -> None:
    with pytest.raises(ClientException) as wrong:
        aliyun_sdk(at_aliyun, "wrong").send_sms(to_aliyun())
    with pytest.raises(ClientException) as incomplete:
        aliyun_sdk(at_aliyun).send_sms(to_aliyun(sign_name=None))

    assert wrong.value.code == "SignatureDoesNotMatch"
    assert incomplete.value.code == "MissingSignName"
    assert at_aliyun.record == []


def test_tencents_own_sdk_sends_and_finds_what_was_reported(at_tencent: TencentPeer) -> None:
    sdk = tencent_sdk(at_tencent)
    (sent,) = sdk.SendSms(to_tencent()).SendStatusSet
    query = models.PullSmsSendStatusByPhoneNumberRequest()
    since = int(at_tencent.now.timestamp()) - 60
    query._deserialize(
        {"BeginTime": since, "Offset": 0, "Limit": 10, "PhoneNumber": f"+86{NUMBER}", "SmsSdkAppId": tencent.APP}
    )
    before = sdk.PullSmsSendStatusByPhoneNumber(query).PullSmsSendStatusSet
    at_tencent.record[0].report = "DELIVRD"
    (after,) = sdk.PullSmsSendStatusByPhoneNumber(query).PullSmsSendStatusSet

    assert (sent.Code, sent.SessionContext, sent.SerialNo) == ("Ok", "n7", at_tencent.record[0].serial)
    assert not before
    assert (after.ReportStatus, after.SerialNo) == ("SUCCESS", sent.SerialNo)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"TemplateParamSet": ["1"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["长" * 13, "1"]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["www.a.example", "1"]}, "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"SignName": "别人"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"SmsSdkAppId": "1"}, "InvalidParameterValue.SdkAppIdNotExist"),
        ({"PhoneNumberSet": ["+8613"]}, "InvalidParameterValue.IncorrectPhoneNumber"),
    ],
)
def test_the_stand_in_for_tencent_refuses_what_tencent_refuses(
    at_tencent: TencentPeer, changes: dict[str, Any], code: str
) -> None:
    (status,) = tencent_sdk(at_tencent).SendSms(to_tencent(**changes)).SendStatusSet
    assert (status.Code, status.SerialNo) == (code, "")
    assert at_tencent.record == []


def test_the_stand_in_for_tencent_refuses_a_wrong_secret_and_an_incomplete_call(at_tencent: TencentPeer) -> None:
    with pytest.raises(TencentCloudSDKException) as wrong:
        tencent_sdk(at_tencent, "wrong").SendSms(to_tencent())
    with pytest.raises(TencentCloudSDKException) as incomplete:
        tencent_sdk(at_tencent).SendSms(to_tencent(TemplateId=None))

    assert wrong.value.get_code() == "AuthFailure.SignatureFailure"
    assert incomplete.value.get_code() == "MissingParameter"
    assert at_tencent.record == []


def heard(request: httpx.Request, **changes: Any) -> Any:
    """What the service says to a request somebody has listened to, and perhaps changed."""
    parts: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "headers": request.headers,
        "content": request.content,
    }
    with httpx.Client(trust_env=False) as client:
        return client.send(httpx.Request(**parts | changes)).json()


def test_a_request_to_aliyun_cannot_be_used_twice_or_for_another_number(at_aliyun: AliyunPeer) -> None:
    fields = {"PhoneNumbers": NUMBER, "SignName": "守望", "TemplateCode": "SMS_1003"}
    key, here = (aliyun.KEY_ID, aliyun.SECRET), f"http://127.0.0.1:{at_aliyun.port}/"
    request = aliyun_request(here, ("SendSms", "2017-05-25"), fields, key, clock.now(), "once")
    changed = str(request.url).replace(NUMBER, "13900000001")

    assert heard(request, url=changed)["Code"] == "SignatureDoesNotMatch"
    assert [heard(request)["Code"], heard(request)["Code"]] == ["OK", "SignatureNonceUsed"]
    assert [kept.number for kept in at_aliyun.record] == [NUMBER]


def test_a_request_to_tencent_cannot_be_used_for_another_number_or_call(at_tencent: TencentPeer) -> None:
    fields = {"PhoneNumberSet": [NUMBER], "SmsSdkAppId": tencent.APP, "TemplateId": "1130", "SignName": "守望"}
    key, here = (tencent.SECRET_ID, tencent.SECRET_KEY), f"http://127.0.0.1:{at_tencent.port}/"
    request = tencent_request(here, ("SendSms", "2021-01-11"), ("sms", "ap-guangzhou"), fields, key, clock.now())
    changed = request.content.replace(NUMBER.encode(), b"13900000001")
    other = {**request.headers, "x-tc-action": "PullSmsSendStatusByPhoneNumber"}

    for answer in (heard(request, content=changed), heard(request, headers=other)):
        assert answer["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"
    assert heard(request)["Response"]["SendStatusSet"][0]["Code"] == "Ok"
    assert len(at_tencent.record) == 1
