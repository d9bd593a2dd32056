"""Prefect's part: its server, our deployments with their schedules, automations and the runner."""
