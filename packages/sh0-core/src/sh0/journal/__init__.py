"""The journal: what happened (events) and who did what (audit)."""
