"""Decides what happens to a video next. The only service that writes to the ledger."""
