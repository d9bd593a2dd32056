"""Where people look: the volunteer's answer page, the lists behind the dashboard."""
