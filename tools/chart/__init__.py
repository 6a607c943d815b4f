"""The chart's values: their schema and their page. Both are written by `make docs`."""
