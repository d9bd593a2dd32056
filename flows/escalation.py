"""The escalation stage as Prefect runs it: what has climbed and waits on somebody's desk."""

from prefect import flow

from flows.stages import look_after


@flow(name="escalation", flow_run_name="escalation")
async def escalation(data: str, county: str | None = None, signals: list[int] | None = None) -> None:
    """Do what has come due in this stage, in one county or everywhere; ``signals`` are acknowledged with it."""
    await look_after(data, "escalation", county, signals)
