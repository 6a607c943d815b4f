"""The machine swaddle runs on: its clock, its random numbers, its user's keys."""
