"""
The services that own a model, for BentoML: one process, one device, one consumer thread.

Each runs the same worker loop as `swaddle worker` beside a small internal endpoint.
"""
