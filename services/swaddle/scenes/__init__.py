"""Renders clips of moving synthetic people whose every landmark is known."""
