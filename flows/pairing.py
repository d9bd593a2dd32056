"""The pairing stage as Prefect runs it: proposals, approvals and acceptances that have come due."""

from prefect import flow

from flows.stages import look_after


@flow(name="pairing", flow_run_name="pairing")
async def pairing(data: str, county: str | None = None, signals: list[int] | None = None) -> None:
    """Do what has come due in this stage, in one county or everywhere; ``signals`` are acknowledged with it."""
    await look_after(data, "pairing", county, signals)
