"""Chooses an adapter for each port. The only module that knows which adapters exist."""
