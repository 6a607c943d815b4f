"""How many pods a campaign takes: from measured stages, on paper and by simulation."""
