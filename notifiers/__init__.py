"""How people are told: wording, planner, worker and channels."""
