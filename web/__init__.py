"""Where people look: the volunteer's answer page."""
