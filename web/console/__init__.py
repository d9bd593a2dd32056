"""The console: what coordinators, ops, auditors and admins look at and act from, once they have signed in."""
