"""The follow-up stage as Prefect runs it: reviews and life stages up to closure."""

from prefect import flow

from flows.stages import look_after


@flow(name="follow-up", flow_run_name="follow-up")
async def follow_up(data: str, county: str | None = None, signals: list[int] | None = None) -> None:
    """Do what has come due in this stage, in one county or everywhere; ``signals`` are acknowledged with it."""
    await look_after(data, "follow-up", county, signals)
