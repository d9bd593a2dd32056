"""The check-in stage as Prefect runs it: visits and talks that have come due."""

from prefect import flow

from flows.stages import look_after


@flow(name="check-in", flow_run_name="check-in")
async def check_in(data: str, county: str | None = None, signals: list[int] | None = None) -> None:
    """Do what has come due in this stage, in one county or everywhere; ``signals`` are acknowledged with it."""
    await look_after(data, "check-in", county, signals)
