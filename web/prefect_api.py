"""Prefect as the pages speak to it: its HTTP API on loopback, signed in for those who have signed in here."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

AUTH_FILE: Final = Path("keys") / "prefect.auth"
SECONDS: Final = 5.0


class NotAnswering(Exception):
    """Prefect does not run, or could not answer; ``status`` where it answered that something is wrong."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class PrefectApi:
    """Where Prefect listens (``http://127.0.0.1:4200``), and its one shared sign-in (``user:password``)."""

    address: str
    auth: str

    @property
    def headers(self) -> Mapping[str, str]:
        """What every request must bring."""
        return {"Authorization": f"Basic {b64encode(self.auth.encode()).decode()}"}

    @contextmanager
    def calling(self) -> Iterator["Call"]:
        """Requests one after another; NotAnswering."""
        try:
            with httpx.Client(
                base_url=f"{self.address}/api", headers=dict(self.headers), timeout=SECONDS, trust_env=False
            ) as client:
                yield Call(client)
        except httpx.HTTPError:
            raise NotAnswering from None


class Call:
    """One conversation with Prefect. What changes something brings a token of its own making, which Prefect wants."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.known = False

    def read(self, path: str, asked: Any = None) -> Any:
        """What a list holds (``/flow_runs/filter``)."""
        return self.send("POST", path, asked or {})

    def send(self, method: str, path: str, body: Any) -> Any:
        """Its answer; NotAnswering where it says no."""
        if not self.known:
            self._fetch_token()
        answer = self.client.request(method, path, json=body)
        if not answer.is_success:
            raise NotAnswering(answer.status_code)
        return answer.json() if answer.content else None

    def _fetch_token(self) -> None:
        """Prefect asks for one with whatever is not a GET; where it does not, it has none to give."""
        us = str(uuid4())
        answer = self.client.get("/csrf-token", params={"client": us})
        if answer.is_success:
            token = answer.json()["token"]
            self.client.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": us})
        self.known = True


def prefect_of(folder: Path, address: str) -> PrefectApi | None:
    """The Prefect beside the pages of an install; nothing where nobody said where it is, or nobody has started it."""
    file = folder / AUTH_FILE
    if not address or not file.exists():
        return None
    return PrefectApi(address.rstrip("/"), file.read_text(encoding="ascii").strip())
