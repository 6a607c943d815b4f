"""Plots by Matplotlib."""
