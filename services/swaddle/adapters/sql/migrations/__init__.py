"""
How the tables came to be, one file for each change; `engine.migrate` runs them.

A new revision is a new module in `versions` that names the one before it.
"""
