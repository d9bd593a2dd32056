"""The identification stage as Prefect runs it: who was found and waits to be taken in."""

from prefect import flow

from flows.stages import look_after


@flow(name="identification", flow_run_name="identification")
async def identification(data: str, county: str | None = None, signals: list[int] | None = None) -> None:
    """Do what has come due in this stage, in one county or everywhere; ``signals`` are acknowledged with it."""
    await look_after(data, "identification", county, signals)
